import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { ImportGraph } from '../../../src/audit/production/discovery/importGraph';
import { WorkspaceSources } from '../../../src/audit/production/discovery/sources';
import { notSentFrom } from '../../../src/audit/production/notSent';
import type { NotSent } from '../../../src/audit/production/notSent';
import { takeSnapshot } from '../../../src/sandbox/workspaceSnapshot';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('what was not sent to the sandbox', () => {
  const folder = temporaryFolder('not-sent');
  const root = path.join(folder, 'work');
  let notSent: NotSent;

  before(async () => {
    writeFiles(root, {
      '.gitignore': 'generated/\n_version.py\n*.csv\n',
      'src/a.js': '',
      'src/generated/client.ts': '',
      'src/credentials.json': '{}',
      'tsconfig.json': '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
      'pkg/__init__.py': '',
      'pkg/a.py': '',
      'pkg/_version.py': '',
      'web/test/rows.csv': '1',
      'real/helper.js': '',
    });
    writeFiles(folder, { 'outside.csv': 'x' });
    symlinkSync('../real', path.join(root, 'src', 'linked'));
    const { files, withheld } = await takeSnapshot(root);
    const sources = new WorkspaceSources(files);
    const graph = new ImportGraph(sources);
    await graph.build('python');
    notSent = notSentFrom(root, withheld, sources, graph);
  });

  it('finds a module by its specifier, its alias, its resolved path and its dotted name', () => {
    const ignored = 'src/generated/client.ts, which is not sent to the sandbox (an ignore file names it)';
    assert.equal(notSent.module('src/a.js', './generated/client.js'), ignored);
    assert.equal(notSent.module('src/a.js', '@/generated/client'), ignored);
    assert.equal(notSent.module('src/a.js', '/work/src/src/generated/client'), ignored);
    assert.match(notSent.module('pkg/a.py', 'pkg._version') ?? '', /^pkg\/_version\.py, which is not sent/);
  });

  it('says which rule kept a file back', () => {
    assert.match(notSent.module('src/a.js', './credentials.json') ?? '', /\(may hold secrets/);
    assert.match(notSent.module('src/a.js', './linked/helper') ?? '', /\(a link to a folder\)$/);
  });

  it('finds the path that a failure names, from the folder the tests ran in or the top', () => {
    const node = "ENOENT: no such file or directory, open 'test/rows.csv'";
    assert.match(notSent.path(node, 'web') ?? '', /^web\/test\/rows\.csv, /);
    const python = "FileNotFoundError: [Errno 2] No such file or directory: 'web/test/rows.csv'";
    assert.match(notSent.path(python, '') ?? '', /^web\/test\/rows\.csv, /);
  });

  it('knows nothing of what was sent, what nobody has and what lies outside', () => {
    assert.equal(notSent.module('src/b.js', './a'), undefined);
    assert.equal(notSent.module('src/a.js', './nowhere'), undefined);
    assert.equal(notSent.path("ENOENT: no such file or directory, open '../outside.csv'", ''), undefined);
    assert.equal(notSent.path("ENOENT: no such file or directory, open 'src/a.js'", ''), undefined);
    assert.equal(notSent.path('expected rows.csv', 'web/test'), undefined);
  });
});
