import assert from 'node:assert/strict';
import * as path from 'node:path';
import { CancelledError, UserError } from '../../../src/base/errors';
import { CachedAnalyzer } from '../../../src/audit/analysisCache';
import { ReadAhead } from '../../../src/audit/readAhead';
import type { FileAhead } from '../../../src/audit/readAhead';
import { defaultRuleSettings } from '../../../src/audit/ruleSettings';
import type { AnalysisInput, StaticAnalysis, StaticAnalyzer } from '../../../src/audit/stage';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { collectFacts } from '../../../src/audit/syntax/collect';
import { digestOf } from '../../../src/audit/workspace/digest';
import { digestKey, storedDigest } from '../../../src/audit/workspace/digestCache';
import { NOTHING_AROUND } from '../../../src/audit/workspace/view';
import { grammarDirectory } from '../syntax/grammarDirectory';

const elsewhere = (file: string) => ({ file, startLine: 1, endLine: 1 });
const FAKE = { path: 'src/score.ts', text: 'export function calculateScore(data) { return 85; }\n' };
const HONEST = { path: 'src/sum.ts', text: 'export const sum = (a: number, b: number) => a + b;\n' };
const USERS = ['calculateScore', 'sum'].map((name) => ({ name, other: elsewhere('src/page.ts') }));

describe('reading files ahead', () => {
  let parser: SourceParser;
  let asked: string[];
  let refuses = false;
  const inner: StaticAnalyzer = {
    analyze: (file): Promise<StaticAnalysis> => {
      asked.push(file.path);
      if (refuses) return Promise.reject(new UserError('It takes too long.'));
      return analyzeSource(parser, file);
    },
    dispose: () => Promise.resolve(),
  };
  const open = (): CachedAnalyzer => new CachedAnalyzer(inner, undefined, 'no rules');

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  beforeEach(() => {
    asked = [];
    refuses = false;
  });

  async function parsedOnce(file: AnalysisInput): Promise<boolean> {
    const cache = open();
    const alone = { ...file };
    delete alone.workspace;
    await cache.readAhead(alone);
    const answer = await cache.analyze(file);
    const fresh = await analyzeSource(parser, file);
    const told = ({ theater, quality, suppressed }: StaticAnalysis) => ({ theater, quality, suppressed });
    assert.deepEqual(told(answer), told(fresh));
    return asked.length === 1;
  }

  it('is enough where the workspace has nothing to say, and where who uses the file says nothing', async () => {
    assert.equal(await parsedOnce({ ...FAKE, workspace: NOTHING_AROUND }), true);
    asked = [];
    assert.equal(await parsedOnce({ ...HONEST, workspace: { ...NOTHING_AROUND, users: USERS } }), true);
    asked = [];
    const ignoring = { path: 'a.ts', text: `// seaworthy-ignore QC09: on purpose\n${HONEST.text}` };
    assert.equal(await parsedOnce({ ...ignoring, workspace: NOTHING_AROUND }), true);
  });

  it('is done again where the workspace makes a difference', async () => {
    const users = { ...FAKE, workspace: { ...NOTHING_AROUND, users: USERS } };
    assert.equal(await parsedOnce(users), false);
    const duplicate = { startLine: 1, endLine: 1, other: elsewhere('src/other.ts') };
    asked = [];
    assert.equal(
      await parsedOnce({ ...HONEST, workspace: { ...NOTHING_AROUND, duplicates: [duplicate] } }),
      false,
    );
    asked = [];
    assert.equal(await parsedOnce({ ...HONEST, workspace: { ...NOTHING_AROUND, complete: false } }), false);
  });

  it('digests a file as if it had been read for that alone, whatever the settings are', async () => {
    const file = {
      path: 'test/sum.test.ts',
      text: "import { same } from './same';\nit('adds', () => { holds(sum(1, 2)); same(1, 1); });\nfunction holds() {}\n",
    };
    const rules = { ...defaultRuleSettings, assertFunctions: ['holds'], domainWords: ['sum'] };
    const digest = await open().readAhead({ ...file, rules });
    const tree = await parser.parse(file.text, 'typescript');
    const own = digestOf(collectFacts(tree, file.path, 'typescript'));
    assert.deepEqual(digest, storedDigest(digestKey(file), own));
  });

  it('refuses a file once more in the same words without trying, and tries again then', async () => {
    const cache = open();
    refuses = true;
    await assert.rejects(cache.readAhead(FAKE), UserError);
    await assert.rejects(cache.analyze(FAKE), /takes too long/);
    assert.equal(asked.length, 1);
    refuses = false;
    assert.equal((await cache.analyze(FAKE)).theater.length, 1);
  });

  describe('of a workspace', () => {
    const learned: string[] = [];
    const skipped: string[] = [];
    const facts = {
      learn: (root: string, digests: { file: string }[]): Promise<void> => {
        learned.push(...digests.map(({ file }) => path.posix.join(root, file)));
        return Promise.resolve();
      },
      skip: (root: string, file: string): void => void skipped.push(path.posix.join(root, file)),
    };
    const files = function* (count: number): Generator<Promise<FileAhead>> {
      for (let at = 0; at < count; at++)
        yield Promise.resolve({ root: `/${at % 2}`, input: { ...HONEST, path: `f${at}.ts` } });
    };

    beforeEach(() => {
      learned.length = 0;
      skipped.length = 0;
    });

    it('tells the facts about it of every file, and of those that can not be read', async () => {
      const done: number[] = [];
      const ahead = new ReadAhead({ analyzer: open(), facts });
      await ahead.read(files(70), { onRead: (count) => done.push(count) });
      assert.deepEqual([new Set(learned).size, learned.includes('/1/f69.ts'), done.at(-1)], [70, true, 70]);
      refuses = true;
      await new ReadAhead({ analyzer: open(), facts }).read(files(1));
      assert.deepEqual(skipped, ['/0/f0.ts']);
    });

    it('ends when it is cancelled', async () => {
      const abort = new AbortController();
      const ahead = new ReadAhead({ analyzer: open(), facts });
      const reading = ahead.read(files(500), { signal: abort.signal, onRead: () => abort.abort() });
      await assert.rejects(reading, CancelledError);
      assert.ok(asked.length < 10, `${asked.length} were read`);
    });
  });
});
