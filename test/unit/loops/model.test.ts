import assert from 'node:assert/strict';
import * as path from 'node:path';
import { Loop1 } from '../../../src/loops/loop1/loop1';
import type { Model } from '../../../src/loops/model';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import type { Loop1Run } from '../../../src/loops/loop1/run';
import { UserError } from '../../../src/base/errors';
import { MemoryKeeper } from '../../support/memoryKeeper';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const FILES: Record<string, string> = {
  'compose.yaml': 'services:\n  web:\n    image: harbour:1.2.3\n',
  'src/a.js': 'start();\nrun();\n',
  ...Object.fromEntries(
    Array.from({ length: 200 }, (_unit, index) => [`src/part${index}.js`, `run(${index});\n`.repeat(20)]),
  ),
};
const SAID = {
  ...{ category: 'operations', title: 'The harbour master is asleep', trigger: 'Night', chain: [] },
  ...{ hurts: 'Captains', likelihood: 0.5, impact: 0.6, prevention: 'Wake the harbour master' },
  evidence: [{ file: 'compose.yaml', line: 3, quote: 'image: harbour:1.2.3' }],
};
const answer = (...scenarios: object[]): string => JSON.stringify({ scenarios });

describe('the model of a Loop 1', () => {
  const folder = temporaryFolder('loop1-model');
  let count = 0;

  async function ask(model: Partial<Model>, files = FILES): Promise<Loop1Run> {
    const root = path.join(folder, `${count++}`);
    writeFiles(root, files);
    const whole: Model = { name: 'scripted', ask: async () => answer(), ...model };
    const loop = new Loop1({
      ...{ root, keeper: new MemoryKeeper(), sources: [workspaceSource] },
      model: async () => whole,
    });
    return loop.start();
  }

  const ofModel = ({ premortem }: Loop1Run) =>
    (premortem?.scenarios ?? []).filter(({ source }) => source === 'model scripted');
  const notes = ({ premortem }: Loop1Run): string => premortem?.notes.join() ?? '';

  it('is asked as much as it can take, and no more', async () => {
    const asked: string[] = [];
    const ask1 = async (most: number) =>
      ask({
        ask: async (prompt) => {
          asked.push(prompt);
          return answer(SAID);
        },
        fits: async (prompt) => prompt.length <= most,
      });
    const runs = [await ask1(100_000), await ask1(9_000), await ask1(4_000)];
    assert.deepEqual(
      runs.map((run) => ofModel(run).length),
      [1, 1, 1],
    );
    const [whole = 0, part = 0, least = 0] = asked.map(({ length }) => length);
    assert.ok(whole > 15_000 && part <= 9_000 && part > 5_000 && least <= 4_000, asked.map(String).join());
    const none = await ask1(500);
    assert.equal(asked.length, 3);
    assert.match(notes(none), /scripted could not be asked: it can take too little text.*Choose a model/);
    assert.equal(none.status, 'waiting for you');
  });

  it('is left when it does not answer in time', async () => {
    let seen: AbortSignal | undefined;
    const run = await ask({
      timeoutMs: 30,
      ask: (_prompt, signal) => {
        seen = signal;
        return new Promise(() => undefined);
      },
    });
    assert.equal(seen?.aborted, true);
    assert.match(notes(run), /could not be asked: no answer within/);
    assert.equal(run.status, 'waiting for you');
  });

  it('is told to stop when the run is paused, and is asked again when it goes on', async () => {
    const root = path.join(folder, `${count++}`);
    writeFiles(root, FILES);
    const signals: AbortSignal[] = [];
    let onAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (onAsked = resolve));
    const model: Model = {
      name: 'scripted',
      ask: (_prompt, signal) => {
        signals.push(signal);
        onAsked();
        return signals.length === 1 ? new Promise(() => undefined) : Promise.resolve(answer(SAID));
      },
    };
    const loop = new Loop1({
      ...{ root, keeper: new MemoryKeeper(), sources: [workspaceSource], model: async () => model },
    });
    const working = loop.start();
    await asked;
    await loop.pause();
    assert.deepEqual([(await working).status, (await working).nextStep], ['paused', 'premortem']);
    assert.equal(signals[0]?.aborted, true);
    assert.equal(ofModel(await loop.resume()).length, 1);
  });

  it('says what its user can do when it refuses', async () => {
    const run = await ask({
      ask: () => Promise.reject(new UserError('You have not allowed it', 'Allow it first.')),
    });
    assert.match(notes(run), /scripted could not be asked: You have not allowed it. Allow it first./);
  });

  for (const [name, said] of [
    ['nothing', ''],
    ['prose', 'I can not help with that.'],
    ['half an object', '{"scenarios": [{"title": "The harbour'],
    ['a list', '[1, 2]'],
    ['no list', '{"scenarios": {"0": {}}}'],
    ['deep nesting', `${'{"scenarios":['.repeat(5_000)}`],
    ['more than is read', answer({ ...SAID, hurts: 'x'.repeat(300_000) })],
    ['another category', answer({ ...SAID, category: '__proto__' })],
    ['a title that is none', answer({ ...SAID, title: { toString: 'x' } })],
    ['a likelihood that is no number', answer({ ...SAID, likelihood: '1' })],
    ['evidence that is none', answer({ ...SAID, evidence: ['compose.yaml:3'] })],
  ] as const)
    it(`is asked three times at most and then dropped when it says ${name}`, async () => {
      let times = 0;
      const run = await ask({
        ask: async () => {
          times += 1;
          return said;
        },
      });
      assert.equal(times, 3);
      assert.deepEqual(ofModel(run), []);
      assert.match(notes(run), /scripted: dropped after 2 repairs/);
      assert.equal(run.status, 'waiting for you');
    });

  for (const [name, cited] of [
    ['a file that is not there', { file: 'src/gone.js', line: 1, quote: 'image: harbour:1.2.3' }],
    ['a line that is not there', { file: 'compose.yaml', line: 3, quote: 'image: harbour:6.6.6' }],
    ['another file than the one with the line', { file: 'src/a.js', line: 1, quote: 'image: harbour:1.2.3' }],
    ['a file outside', { file: '/etc/passwd', line: 1, quote: 'root:x:0:0:root' }],
    ['next to nothing', { file: 'src/a.js', line: 1, quote: 'run' }],
  ] as const)
    it(`has no evidence when it cites ${name}, and weighs nothing`, async () => {
      const without = await ask({});
      const run = await ask({ ask: async () => answer({ ...SAID, evidence: [cited] }) });
      const [card] = ofModel(run);
      assert.deepEqual([card?.state, card?.evidence], ['needs confirmation', []]);
      assert.match(card?.note ?? '', /no evidence/);
      assert.equal(run.failureRate, without.failureRate);
    });

  it('shows what the workspace says at the place it cites, not what it says is there', async () => {
    const cited = { file: './compose.yaml', line: 1, quote: '  image:   harbour:1.2.3' };
    const [card] = ofModel(await ask({ ask: async () => answer({ ...SAID, evidence: [cited] }) }));
    assert.deepEqual(card?.evidence, [{ file: 'compose.yaml', line: 3, shows: 'image: harbour:1.2.3' }]);
  });

  it('does not get the secrets that stand in the code', async () => {
    const key = 'q8Zr-2LmX9.4vTb+N71';
    const pem = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(4)}-----END PRIVATE KEY-----`;
    const prompts: string[] = [];
    await ask(
      {
        ask: async (prompt) => {
          prompts.push(prompt);
          return answer();
        },
      },
      {
        'src/mail.js': `const apiKey = '${key}';\nsend(apiKey);\n`,
        'src/pem.js': `sign(\`${pem}\`);\nrun();\n`,
      },
    );
    const [prompt = ''] = prompts;
    assert.match(prompt, /a secret stands here\)\nsend\(apiKey\)/);
    assert.ok(!prompt.includes(key));
    assert.ok(!prompt.includes('MIIEvQIBADAN'));
    assert.match(prompt, /run\(\);/);
  });
});
