import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CancelledError, UserError } from '../../../src/base/errors';
import { changedFiles } from '../../../src/base/git';
import { auditMany } from '../../../src/audit/auditMany';
import { scopeOfChanges, scopeOfFolder } from '../../../src/audit/scope';
import { inBrief, summarize } from '../../../src/audit/summary';
import { listSources } from '../../../src/sandbox/sources';
import { auditReport, stageResult } from '../../support/reports';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const never = new AbortController().signal;

describe('the scope of a wider audit', () => {
  const root = temporaryFolder('scope');
  const git = (...words: string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], {
      cwd: root,
      stdio: 'pipe',
    });
  };
  writeFiles(root, {
    '.gitignore': 'ignored/\n',
    'src/a.js': 'a\n',
    'src/deep/b.py': 'b\n',
    'srcs/other.js': 'o\n',
    'src/empty.py': '',
    'src/huge.js': 'x'.repeat(1_000_001),
    'src/types.d.ts': 'declare const a: 1;\n',
    'src/notes.md': '# no code\n',
    'dist/bundle.js': 'b\n',
    'ignored/c.js': 'c\n',
    'node_modules/d/index.js': 'd\n',
  });
  fs.symlinkSync('/etc', path.join(root, 'src/etc'));

  const reasons = (skipped: { path: string; why: string }[]): Record<string, string> =>
    Object.fromEntries(skipped.map(({ path: file, why }) => [file, why]));

  it('holds what people wrote in a folder, and says in words what it leaves out', async () => {
    const { files, skipped } = await scopeOfFolder(root, 'src', listSources);
    assert.deepEqual(files, ['src/a.js', 'src/deep/b.py']);
    assert.deepEqual(reasons(skipped), {
      'src/empty.py': 'empty',
      'src/huge.js': 'larger than 1 MB',
      'src/types.d.ts': 'generated, or declarations alone, by its path',
    });
    assert.deepEqual((await scopeOfFolder(root, '.', listSources)).files, [
      'src/a.js',
      'src/deep/b.py',
      'srcs/other.js',
    ]);
    await assert.rejects(scopeOfFolder(root, '..', listSources), UserError);
  });

  it('holds what has changed since the last commit, or since a branch was left', async () => {
    const changes = (reference?: string): Promise<string[]> =>
      scopeOfChanges(root, reference, { listFiles: listSources, listChanges: changedFiles }).then(
        ({ files }) => files,
      );
    await assert.rejects(changedFiles(root, undefined, undefined), /no git repository/);
    git('init', '-q', '-b', 'trunk');
    assert.deepEqual(await changes(), ['src/a.js', 'src/deep/b.py', 'srcs/other.js']);
    git('add', '.');
    git('commit', '-qm', 'one');
    assert.deepEqual(await changes(), []);
    git('checkout', '-qb', 'topic');
    writeFiles(root, { 'src/a.js': 'a2\n' });
    git('commit', '-qam', 'two');
    writeFiles(root, { 'src/new name.js': 'n\n' });
    fs.rmSync(path.join(root, 'srcs/other.js'));
    assert.deepEqual(await changes(), ['src/new name.js']);
    assert.deepEqual(await changes('trunk'), ['src/a.js', 'src/new name.js']);
    await assert.rejects(changes('no-such-branch'), UserError);
    await assert.rejects(changes('--output=/tmp/x'), UserError);
    const aborted = AbortSignal.abort();
    await assert.rejects(changedFiles(root, undefined, aborted), CancelledError);
  });

  it('starts nothing that the configuration of a repository names', async () => {
    const mark = path.join(root, 'started');
    git('config', 'core.fsmonitor', `touch ${mark}`);
    git('config', 'diff.external', `touch ${mark}`);
    await changedFiles(root, undefined, undefined);
    assert.ok(!fs.existsSync(mark));
  });
});

describe('an audit of many files', () => {
  const files = Array.from({ length: 30 }, (_, index) => `${index}.js`);

  it('keeps their order, and works on a few at a time', async () => {
    let running = 0;
    let most = 0;
    const told: number[] = [];
    const kept = await auditMany(
      files,
      async (file) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return auditReport({ file });
      },
      {
        signal: never,
        keep: async ({ file }, target, done) => {
          told.push(done);
          return `${file} of ${target}`;
        },
      },
    );
    assert.deepEqual(
      kept,
      files.map((file) => `${file} of ${file}`),
    );
    assert.equal(most, 4);
    assert.deepEqual(
      told,
      files.map((_, index) => index + 1),
    );
  });

  it('ends at a cancellation, and begins no other file', async () => {
    const cancel = new AbortController();
    let begun = 0;
    const work = auditMany(
      files,
      async (file) => {
        begun += 1;
        cancel.abort();
        return auditReport({ file });
      },
      { signal: cancel.signal, keep: async () => undefined },
    );
    await assert.rejects(work, CancelledError);
    assert.ok(begun <= 4);
  });

  it('gives up the others when one breaks', async () => {
    const signals: AbortSignal[] = [];
    const work = auditMany(
      files,
      (file, signal) => {
        signals.push(signal);
        return file === '1.js' ? Promise.reject(new Error('broken')) : Promise.resolve(auditReport({ file }));
      },
      { signal: never, keep: async () => undefined },
    );
    await assert.rejects(work, /broken/);
    assert.ok(signals.every(({ aborted }) => aborted));
  });
});

describe('the verdict over many files', () => {
  const of = (file: string, verdict: 'pass' | 'fail' | 'not run', reason = '') =>
    inBrief(auditReport({ file, verdict, reason }));

  it('is fail when one fails, not run when one was not run, else pass', () => {
    assert.equal(summarize([of('a', 'pass'), of('b', 'not run', 'x'), of('c', 'fail')]).verdict, 'fail');
    const unrun = summarize([of('a', 'pass'), of('b', 'not run', 'no engine answers')]);
    assert.equal(unrun.verdict, 'not run');
    assert.equal(unrun.reason, '1 of 2 files could not be judged in full: no engine answers');
    assert.equal(summarize([of('a', 'pass')]).verdict, 'pass');
    assert.equal(summarize([]).verdict, 'not run');
  });

  it('counts generated files as skipped, and never passes when there is nothing else', () => {
    const stages = [
      stageResult({ stage: 'theater', status: 'not run', reason: 'generated', unjudged: true }),
    ];
    const generated = inBrief(auditReport({ file: 'g.js', verdict: 'not run', reason: 'generated', stages }));
    const summary = summarize([of('a', 'pass'), generated], [{ path: 'h.js', why: 'empty' }]);
    assert.equal(summary.verdict, 'pass');
    assert.deepEqual(summary.files, { pass: 1, fail: 0, notRun: 0, skipped: 2 });
    assert.equal(summarize([generated]).verdict, 'not run');
  });
});
