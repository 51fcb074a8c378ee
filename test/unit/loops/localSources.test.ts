import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CancelledError } from '../../../src/base/errors';
import { ProjectFacts } from '../../../src/loops/loop1/facts/projectFacts';
import { auditsSource } from '../../../src/loops/loop1/research/audits';
import { gitSource } from '../../../src/loops/loop1/research/git';
import type { ResearchContext } from '../../../src/loops/loop1/research/source';
import { staticSource } from '../../../src/loops/loop1/research/staticFindings';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import { auditReport, finding, stageResult } from '../../support/reports';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const calm = new AbortController().signal;
const git = gitSource(async () => []);

const contextOf = (root: string, facts?: ProjectFacts): ResearchContext => ({
  ...{ root, goal: { text: '', files: [], tasks: [] }, constraints: [], facts },
});

describe('git as a source of research', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('loop1-git');
  let count = 0;

  function repository() {
    const root = path.join(folder, `${count++}`);
    fs.mkdirSync(root, { recursive: true });
    const run = (...words: string[]): void => {
      const { status, stderr } = spawnSync('git', words, { cwd: root, encoding: 'utf8' });
      assert.equal(status, 0, `git ${words.join(' ')}: ${stderr}`);
    };
    const commit = (files: Record<string, string>, message: string, author = 'ann'): void => {
      writeFiles(root, files);
      run('add', '--all', '--force');
      const who = ['-c', `user.name=${author}`, '-c', `user.email=${author}@example.com`];
      run(...who, 'commit', '--quiet', '--allow-empty', '--message', message);
    };
    run('init', '--quiet', '--initial-branch=main');
    const gather = async () => git.gather(contextOf(root), calm);
    return { root, git: run, commit, gather };
  }

  it('tells which files change often, by whom, and how many of the changes mend', async () => {
    const { git, commit, gather, root } = repository();
    commit({ 'src/a.js': '1', 'src/b.js': '1' }, 'Begin');
    commit({ 'src/a.js': '2' }, 'Fix the price');
    git('tag', 'v1');
    commit({ 'src/a.js': '3' }, 'Prefix all names', 'bob');
    commit({ 'src/a.js': '4' }, 'Repair the tax', 'bob');
    const { parts, artifacts, notes } = await gather();
    const { files = [], commits, authors, sinceTag, hasRemote, unpushed, idleDays, head } = parts.git ?? {};
    assert.deepEqual(
      files.map((each) => [each.path, each.commits, each.fixes, each.authors.map((one) => one.commits)]),
      [
        ['src/a.js', 4, 2, [2, 2]],
        ['src/b.js', 1, 0, [1]],
      ],
    );
    assert.deepEqual(
      [commits, authors, sinceTag, hasRemote, unpushed, idleDays],
      [4, 2, 2, false, undefined, 0],
    );
    assert.equal(
      head,
      spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim(),
    );
    assert.ok(!JSON.stringify(parts).includes('example.com'), 'nobody is named');
    assert.deepEqual(artifacts[0]?.place, { file: 'src/a.js', line: 1 });
    assert.match(notes.join(), /4 commits by 2 authors/);
  });

  it('asks which of the files that change most are reached by tests', async () => {
    const { root, commit } = repository();
    const [hot, cold] = [{ 'src/a.js': 'a();' }, { 'src/b.js': 'b();' }];
    commit({ ...hot, ...cold }, 'Begin');
    for (let index = 0; index < 10; index++)
      commit({ 'src/a.js': `a(${index});`, 'src/c.js': `c(${index});` }, 'More');
    const texts = new Map(['a', 'b', 'c'].map((name) => [`src/${name}.js`, `${name}();`]));
    const facts = new ProjectFacts({ files: new Map(), texts, withheld: [], isPartial: false });
    const asked: string[] = [];
    const source = gitSource(async (folder_, file) => {
      assert.equal(folder_, root);
      asked.push(file);
      return file === 'src/c.js' ? [{ file: 'test/c.test.js' }] : [];
    });
    const { parts } = await source.gather(contextOf(root, facts), calm);
    assert.deepEqual(asked, ['src/a.js', 'src/c.js']);
    assert.deepEqual(parts.git?.reached, ['src/c.js']);
  });

  it('tells what no commit and what no remote has, and secrets that are tracked', async () => {
    const { root, git, commit, gather } = repository();
    commit({ 'a.js': '1', '.env': 'A=1', 'keys/id_rsa': 'x', '.env.example': 'A=' }, 'Begin');
    git('init', '--quiet', '--bare', path.join(root, '.git', 'remote'));
    git('remote', 'add', 'origin', path.join(root, '.git', 'remote'));
    git('push', '--quiet', '--set-upstream', 'origin', 'main');
    commit({ 'a.js': '2' }, 'More');
    writeFiles(root, { 'a.js': '3', 'new.js': '1' });
    const { parts } = await gather();
    const { uncommitted, hasRemote, unpushed, trackedSecrets } = parts.git ?? {};
    assert.deepEqual(uncommitted, ['a.js', 'new.js']);
    assert.deepEqual([hasRemote, unpushed], [true, 1]);
    assert.deepEqual(trackedSecrets, ['.env', 'keys/id_rsa']);
  });

  it('takes names and messages that mean harm for what they are', async () => {
    const { commit, gather } = repository();
    const names = ['a\nb.js', 'sp ace "q".js', '-rf.js', 'ä\u202e.js'];
    commit(
      Object.fromEntries(names.map((name) => [name, '1'])),
      'x\u0001e@x\u00021\u0002fix\nsecond line $(touch pwned)',
    );
    const { parts } = await gather();
    const seen = new Set(parts.git?.files.map((each) => each.path));
    for (const name of names) assert.ok(seen.has(name), JSON.stringify([...seen]));
  });

  it('says so where there is no repository, and looks at nothing before the first commit', async () => {
    const root = path.join(folder, 'none');
    fs.mkdirSync(root);
    // The folder of the tests may itself lie in a repository of somebody.
    const ceiling = process.env['GIT_CEILING_DIRECTORIES'];
    process.env['GIT_CEILING_DIRECTORIES'] = folder;
    try {
      await assert.rejects(git.gather(contextOf(root), calm), { name: 'NotReached' });
    } finally {
      if (ceiling === undefined) delete process.env['GIT_CEILING_DIRECTORIES'];
      else process.env['GIT_CEILING_DIRECTORIES'] = ceiling;
    }
    const { gather } = repository();
    const { parts, notes } = await gather();
    assert.deepEqual([parts.git?.commits, parts.git?.files], [0, []]);
    assert.match(notes.join(), /no commit yet/);
  });

  it('ends when it is told to', async () => {
    const { root, commit } = repository();
    commit({ 'a.js': '1' }, 'Begin');
    await assert.rejects(git.gather(contextOf(root), AbortSignal.abort()), { name: 'CancelledError' });
  });
});

describe('past audits as a source of research', () => {
  it('tells the newest verdict of each file, and shows those that failed', async () => {
    const stages = [stageResult({ stage: 'theater', findings: [finding({ startLine: 3 })] })];
    const newest = [
      auditReport({ file: 'src/a.js', verdict: 'fail', reason: 'theater failed', stages }),
      auditReport({ file: 'src/b.js', verdict: 'pass', reason: '' }),
      auditReport({ file: 'src/a.js', verdict: 'pass', reason: '' }),
      auditReport({ file: 'src/b.js', verdict: 'fail', reason: 'once' }),
    ];
    const limits: number[] = [];
    const source = auditsSource({
      list: async (limit) => {
        limits.push(limit);
        return newest;
      },
    });
    const { parts, artifacts, notes } = await source.gather(contextOf('/nowhere'), calm);
    assert.deepEqual(
      parts.audits?.map(({ file, verdict, findings }) => [file, verdict, findings.length]),
      [
        ['src/a.js', 'fail', 1],
        ['src/b.js', 'pass', 0],
      ],
    );
    assert.deepEqual(
      artifacts.map(({ title, place }) => [title, place]),
      [['src/a.js', { file: 'src/a.js', line: 3 }]],
    );
    assert.match(notes.join(), /2 files audited, 1 of them failed/);
    assert.deepEqual(limits, [500]);
  });
});

describe('the rules of the audit as a source of research', () => {
  const facts = new ProjectFacts({
    files: new Map(),
    texts: new Map([
      ['src/b.js', 'b();'],
      ['src/a.js', 'a();'],
      ['test/a.test.js', "test('a', () => {});"],
      ['src/huge.js', 'x();'.repeat(60_000)],
      ['README.md', 'no code'],
    ]),
    ...{ withheld: [{ path: 'x', why: 'too large to be read' }], isPartial: false },
  });
  const found = (file: string, ruleId: string) => finding({ file, ruleId });

  it('brings what they say of all files that are judged, in order', async () => {
    const asked: string[] = [];
    const source = staticSource({
      analyze: async ({ path: file }) => {
        asked.push(file);
        return { theater: [found(file, 'TH01')], quality: [found(file, 'QU01')] } as never;
      },
    });
    const { parts, notes } = await source.gather(contextOf('/nowhere', facts), calm);
    assert.deepEqual(asked.sort(), ['src/a.js', 'src/b.js', 'test/a.test.js']);
    assert.deepEqual(
      parts.findings?.map(({ file, ruleId }) => `${file} ${ruleId}`),
      ['src/a.js', 'src/b.js', 'test/a.test.js'].flatMap((file) => [`${file} TH01`, `${file} QU01`]),
    );
    assert.match(notes.join(), /3 files read/);
    assert.deepEqual(parts.withheld, facts.parts.withheld);
  });

  it('leaves the rest for the next iteration when its time is over, and a file on which the parser fell over', async () => {
    const late = staticSource({ analyze: async () => Promise.reject(new Error('not asked')) }, -1);
    const { parts, notes } = await late.gather(contextOf('/nowhere', facts), calm);
    assert.deepEqual(parts.findings, []);
    assert.deepEqual(
      parts.withheld?.map(({ path: file, why }) => `${file} ${why}`).slice(1),
      ['src/b.js', 'src/a.js', 'test/a.test.js'].map((file) => `${file} was not read by the rules in time`),
    );
    assert.match(notes.join(), /3 files left for the next iteration/);

    const broken = staticSource({
      analyze: async ({ path: file }) => {
        if (file === 'src/a.js') throw new Error('the parser fell over');
        return { theater: [found(file, 'TH01')], quality: [] } as never;
      },
    });
    const { parts: others } = await broken.gather(contextOf('/nowhere', facts), calm);
    assert.deepEqual(
      others.findings?.map(({ file }) => file),
      ['src/b.js', 'test/a.test.js'],
    );
    assert.ok(others.withheld?.some(({ path: file }) => file === 'src/a.js'));
  });

  it('ends when it is told to', async () => {
    const abort = new AbortController();
    const source = staticSource({
      analyze: async (_file, signal) => {
        abort.abort();
        assert.equal(signal?.aborted, true);
        throw new CancelledError();
      },
    });
    await assert.rejects(source.gather(contextOf('/nowhere', facts), abort.signal), {
      name: 'CancelledError',
    });
  });
});

describe('the workspace as a source of research', () => {
  const folder = temporaryFolder('loop1-workspace');

  it('reads what git does not ignore, and knows it again by its hash', async () => {
    writeFiles(folder, {
      '.gitignore': 'dist/\n',
      'dist/a.js': 'built();',
      'src/a.js': '// TODO: more\nrun();\n',
      'docs/plan.md': '- [ ] pay\n',
    });
    const gather = async () => workspaceSource.gather(contextOf(folder), calm);
    const first = await gather();
    assert.deepEqual(
      [...(first.facts?.parts.texts.keys() ?? [])],
      ['.gitignore', 'docs/plan.md', 'src/a.js'],
    );
    assert.deepEqual(
      first.facts?.parts.tasks?.map(({ text, isDone }) => [text, isDone]),
      [['pay', false]],
    );
    assert.match(first.notes.join(), /1 TODO\./);
    assert.equal((await gather()).contentHash, first.contentHash);
    fs.appendFileSync(path.join(folder, 'src/a.js'), ' ');
    assert.notEqual((await gather()).contentHash, first.contentHash);
    assert.equal(first.contentHash?.length, createHash('sha256').update('').digest('hex').length);
  });

  it('ends when it is told to', async () => {
    await assert.rejects(workspaceSource.gather(contextOf(folder), AbortSignal.abort()), {
      name: 'CancelledError',
    });
  });
});
