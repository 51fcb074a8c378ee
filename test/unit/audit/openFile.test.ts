import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { hashOf, MAX_FILE_BYTES, openFile } from '../../../src/audit/openFile';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('opening a file to audit', () => {
  const root = temporaryFolder('open');
  const workspace = path.join(root, 'workspace');
  writeFiles(workspace, {
    'src/good.js': 'module.exports = 1;\n',
    'src/empty.js': ' \n\n',
    'src/binary.js': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]),
    'src/latin.py': Buffer.from('# ok\nname = "caf\u00e9"\n', 'latin1'),
    'src/bom.ts': '\ufeffexport const a = 1;\n',
    'src/long.js': `x = "${'a'.repeat(5_000_000)}"`,
    'README.md': '# Hello\n',
  });
  writeFiles(root, { 'outside.js': 'module.exports = 2;\n' });
  fs.symlinkSync('../../outside.js', path.join(workspace, 'src/link.js'));
  fs.symlinkSync('loop.js', path.join(workspace, 'src/loop.js'));
  execFileSync('mkfifo', [path.join(workspace, 'src/fifo.js')]);

  it('reads a source file with its relative path, language and hash', async () => {
    const opened = await openFile(workspace, path.join(workspace, 'src/good.js'));
    assert.deepEqual(opened, {
      file: { path: 'src/good.js', text: 'module.exports = 1;\n', language: 'javascript', unsaved: false },
      sha256: hashOf('module.exports = 1;\n'),
    });
  });

  it('prefers the text of an editor, even when the file is gone', async () => {
    const opened = await openFile(workspace, 'src/deleted.py', 'x = 1\n');
    assert.ok(opened.file);
    assert.equal(opened.file.text, 'x = 1\n');
    assert.equal(opened.file.unsaved, true);
  });

  it('drops a byte order mark', async () => {
    const opened = await openFile(workspace, 'src/bom.ts');
    assert.equal(opened.file?.text, 'export const a = 1;\n');
  });

  const refusals: [string, RegExp][] = [
    ['src/empty.js', /is empty/],
    ['src/binary.js', /is binary/],
    ['src/latin.py', /not valid UTF-8 \(line 2\)/],
    ['src/long.js', /is 5\.0 MB; files up to 1 MB/],
    ['src/missing.js', /no such file/],
    ['src/good.js/inner.js', /no such file/],
    ['src', /is a folder/],
    ['.', /is a folder/],
    ['../outside.js', /outside the workspace/],
    ['src/link.js', /link to a place outside the workspace/],
    ['src/loop.js', /link that leads to itself/],
    ['src/fifo.js', /not a regular file/],
    ['README.md', /only \.js, .* files can be audited/],
  ];
  for (const [file, reason] of refusals) {
    it(`refuses ${file}: ${reason.source}`, async () => {
      const opened = await openFile(workspace, file);
      assert.equal(opened.file, null);
      assert.match(opened.reason, reason);
    });
  }

  it('refuses unsaved text that is too large', async () => {
    const opened = await openFile(workspace, 'src/good.js', 'a'.repeat(MAX_FILE_BYTES + 1));
    assert.equal(opened.file, null);
  });
});
