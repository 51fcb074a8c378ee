import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from '../../src/app';
import type { AuditRequest } from '../../src/audit/audit';
import { silentLogger } from '../../src/base/logger';
import type { GateParts } from '../../src/loops/loop2/gate/auditTask';
import { gateOf } from '../../src/loops/loop2/gate/gateParts';
import { ModelWorker } from '../../src/loops/loop2/model/modelWorker';
import { makePlan } from '../../src/loops/loop2/plan/plan';
import type { TaskVerdict } from '../../src/loops/loop2/verdict';
import { defaultSettings } from '../../src/settings';
import { loop2Bench } from '../support/loop2Bench';
import { temporaryFolder } from '../support/temporaryFolder';

const TEST = `import test from 'node:test';
import assert from 'node:assert/strict';
import { total } from '../src/cart.js';
test('adds prices', () => {
  assert.equal(total([{ price: 40 }, { price: 2 }]), 42);
});
test('is nothing for no items', () => {
  assert.equal(total([]), 0);
});
`;
const FAILING = 'export function total(items) {\n  return items.length;\n}\n';
const HARD_CODED = 'export function total(items) {\n  if (items.length === 2) return 42;\n  return 0;\n}\n';
const HONEST =
  'export function total(items) {\n  let sum = 0;\n  for (const { price } of items) sum += price;\n  return sum;\n}\n';

describe('a Loop 2 with the real audit behind it', function () {
  this.timeout(180_000);
  const folder = temporaryFolder('loop2-engine');
  const app = new App({
    distDirectory: path.join(__dirname, '../../dist'),
    storageDirectory: path.join(folder, 'storage'),
    settings: () => defaultSettings,
    logger: silentLogger,
  });
  after(() => app.dispose());

  /** Lets a model answer with these texts of the cart, one for each attempt, and say each time that all is well. */
  async function attempts(
    name: string,
    texts: readonly string[],
  ): Promise<{ state: string; verdicts: TaskVerdict[] }> {
    const place = path.join(folder, name);
    const root = path.join(place, 'workspace');
    const gateAt = (workspace: string): GateParts =>
      gateOf({
        ...{ root: workspace, auditor: app.auditor, claims: app.claims, sources: [] },
        requestFor: async (file): Promise<AuditRequest> => ({ workspace, file, trusted: true }),
        keep: async () => undefined,
      });
    const gate = gateAt(root);
    const steps = texts.flatMap((text) => [
      { tool: 'write', file: 'src/cart.js', text },
      { tool: 'audit', says: 'All tests pass.' },
    ]);
    const worker = new ModelWorker({
      model: async () => ({ name: 'scripted', ask: async () => JSON.stringify(steps.shift() ?? {}) }),
      root,
      texts: async (signal) => (await gate.open(signal)).texts,
    });
    const bench = loop2Bench(place, { workers: { model: worker }, gateAt });
    bench.write({
      'package.json': '{ "name": "shop", "type": "module" }\n',
      'src/cart.js': FAILING,
      'src/main.js': "import { total } from './cart.js';\nconsole.log(total([{ price: 1 }]));\n",
      'test/cart.test.js': TEST,
    });
    const task = {
      ...{ id: 'a', description: 'Add up the prices with total in src/cart.js', files: ['src/cart.js'] },
      acceptance: { kind: 'command' as const, command: 'node --test test/cart.test.js' },
    };
    const plan = makePlan([{ drafts: [task], notes: [] }]);
    await bench.loop.begin(plan, { source: 'a test', worker: 'model' });
    // Until a person agrees, the workspace is as it was.
    assert.equal(fs.readFileSync(path.join(root, 'src/cart.js'), 'utf8'), FAILING);
    const run = await bench.loop.approve('a');
    const verdicts = (await bench.loop.verdictsOf('a')).reverse();
    await bench.store.close();
    return { state: run.tasks[0]?.state ?? '', verdicts };
  }
  const outcomes = (verdict: TaskVerdict | undefined): Record<string, string> =>
    Object.fromEntries((verdict?.checks ?? []).map(({ name, status }) => [name, status]));

  it('refuses what fails its tests and what has their answers built in, whatever is said of it, and takes the honest work', async () => {
    const { state, verdicts } = await attempts('cart', [`${FAILING}// better\n`, HARD_CODED, HONEST]);
    assert.deepEqual(
      verdicts.map(({ outcome, reason }) => `${outcome} ${reason}`).map((said) => said.slice(0, 5)),
      ['fail ', 'fail ', 'pass '],
      JSON.stringify(verdicts, undefined, 1),
    );
    const [failing, hardCoded, honest] = verdicts;
    assert.equal(outcomes(failing)['acceptance'], 'fail');
    assert.equal(outcomes(failing)['audit'], 'fail');
    assert.notEqual(hardCoded?.findings.length, 0);
    assert.deepEqual(outcomes(honest), { audit: 'pass', claim: 'pass', tests: 'pass', acceptance: 'pass' });
    assert.equal(state, 'done');
  });
});
