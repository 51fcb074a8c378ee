import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { App } from '../../../src/app';
import { CancelledError, UserError } from '../../../src/base/errors';
import { silentLogger } from '../../../src/base/logger';
import { callTool, questionBefore } from '../../../src/tools/callTool';
import { fileInside, placeInside } from '../../../src/tools/places';
import type { Tool, ToolCall, ToolHost } from '../../../src/tools/tool';
import { MAX_ANSWER } from '../../../src/tools/tool';
import { TOOLS } from '../../../src/tools/tools';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('Tools for models and agents', () => {
  const root = temporaryFolder('tools');
  const outside = temporaryFolder('tools-outside');
  const call: ToolCall = {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    caller: 'a test',
  };
  const nothing = { latest: async () => undefined };
  const host: ToolHost = {
    app: { connectEngine: () => Promise.reject(new UserError('There is no engine')) } as unknown as App,
    folders: () => [{ name: 'shop', root, uri: 'file:///shop' }],
    isTrusted: () => true,
    audit: () => Promise.reject(new CancelledError()),
    loop1Of: () => Promise.resolve(nothing as never),
    loop2Of: () => Promise.resolve(nothing as never),
  };
  before(() => {
    writeFiles(root, { 'src/a.js': 'export const a = 1;\n' });
    writeFiles(outside, { 'b.js': '' });
    fs.symlinkSync(outside, path.join(root, 'away'));
    fs.symlinkSync(path.join(root, 'src'), path.join(root, 'near'));
  });

  it('answers any input, and never rejects', async () => {
    const names = ['file', 'folder', 'stages', 'since', 'project', 'lines', 'services', 'task', 'files'];
    const likely = fc.dictionary(fc.constantFrom(...names), fc.anything());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...TOOLS), fc.oneof(fc.anything(), likely), async (tool, input) => {
        const { text } = await callTool(tool, input, host, call, silentLogger);
        assert.ok(text.length > 0 && text.length < MAX_ANSWER + 100);
        await questionBefore(tool, input, host, call, silentLogger);
      }),
      { numRuns: 500 },
    );
  });

  it('does nothing in a workspace that is not trusted', async () => {
    const untrusted = { ...host, isTrusted: () => false };
    for (const tool of TOOLS) {
      const { text, isError } = await callTool(tool, { file: 'src/a.js' }, untrusted, call, silentLogger);
      assert.ok(isError && /not trusted/.test(text), tool.name);
    }
  });

  const odd: Tool = {
    ...{ name: 'odd', title: () => 'Odd', description: '', isReadOnly: true },
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    run: () => Promise.reject(new Error('secret path /home/me')),
  };
  it('says no more of a defect of its own than that it is one, and logs it', async () => {
    const logged: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void logged.push(message) };
    const { text, isError } = await callTool(odd, {}, host, call, logger);
    assert.ok(isError && !text.includes('/home/me'), text);
    assert.match(logged[0] ?? '', /odd: .*\/home\/me/);
  });

  it('cuts what is too long, and takes out what steers a terminal', async () => {
    const long = { ...odd, run: async () => `\u001b[2J${'x'.repeat(MAX_ANSWER + 5)}` };
    const { text } = await callTool(long, {}, host, call, silentLogger);
    assert.ok(!text.includes('\u001b'));
    assert.match(text, /x\n\[cut here: 5 more characters\]$/);
  });

  it('finds files of the workspace by relative and absolute paths, and through links that stay inside', async () => {
    for (const file of ['src/a.js', './src/../src/a.js', path.join(root, 'src/a.js')])
      assert.equal((await fileInside(host, file)).file, 'src/a.js');
    assert.equal((await fileInside(host, 'near/a.js')).file, 'near/a.js');
    assert.equal((await placeInside(host, 'src/new.js')).file, 'src/new.js');
  });

  it('refuses every way out of the workspace', async () => {
    const ways = [
      '..',
      '../x',
      '/etc/passwd',
      'away/b.js',
      'away/new.js',
      path.join(outside, 'b.js'),
      '.',
      'a\0b',
    ];
    for (const file of ways) await assert.rejects(placeInside(host, file), UserError, file);
  });

  it('asks which folder is meant where several are open, and refuses unknown ones', async () => {
    const two = {
      folders: () => [...host.folders(), { name: 'other', root: outside, uri: 'file:///other' }],
    };
    assert.equal((await placeInside(two, 'src/a.js')).folder.name, 'shop');
    assert.equal((await placeInside(two, 'b.js')).folder.name, 'other');
    await assert.rejects(placeInside(two, 'nowhere.js'), /Several folders are open/);
    await assert.rejects(placeInside(two, 'src/a.js', 'third'), /No open folder is called third/);
  });
});
