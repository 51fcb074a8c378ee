import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { CancelledError, UserError } from '../../../src/base/errors';
import type { DeployPlan } from '../../../src/deploy/plan';
import { readProjectTexts } from '../../../src/deploy/projectFiles';
import type { ShipResult } from '../../../src/deploy/ship/release';
import type { ShipOptions } from '../../../src/deploy/ship/ship';
import type { EngineConnection } from '../../../src/engine/connection';
import { DeploySession } from '../../../src/vscode/deploying/session';
import type { Work } from '../../../src/vscode/deploying/session';
import type { Shipper } from '../../../src/vscode/deploying/shipper';

const PLAN: DeployPlan = {
  project: 'shop',
  environment: 'live',
  isProduction: true,
  workspace: '/work',
  target: '/srv/shop',
  files: { added: ['a\nb'], changed: [], deleted: [], excluded: [], protected: ['.env'] },
  services: [{ name: 'web', action: 'rebuild', reason: 'src/app.py is built into its image' }],
  interruption: [],
  warnings: [],
  secrets: [],
};

const DONE: ShipResult = {
  release: 'r1',
  outcome: 'deployed',
  services: [{ name: 'web', action: 'rebuild', reason: '', imageId: `sha256:${'ab'.repeat(32)}` }],
  downtimeMs: 1200,
  downtimeSeenBy: 'requests',
  rolledBack: false,
  reason: '',
  explanation: [],
};
const CANCELLED: ShipResult = {
  ...DONE,
  release: '',
  services: [],
  outcome: 'cancelled',
  reason: 'It was not confirmed.',
  downtimeSeenBy: 'nothing',
};

/** What carries out a plan as the real thing does: it asks, tells, and ends when it is cancelled. */
function shipperOf(carryOut: (options: ShipOptions) => Promise<ShipResult>, plan: DeployPlan): Shipper {
  const any = (...parameters: unknown[]): Promise<ShipResult> => carryOut(parameters.at(-1) as ShipOptions);
  return {
    ...{ deploy: any, rollBack: any, promote: any },
    recover: async () => undefined,
    plan: async () => plan,
    readHistory: async () => [],
    interruptedDeploy: async () => undefined,
  };
}

function sessionOf(
  carryOut: (options: ShipOptions) => Promise<ShipResult>,
  {
    confirm,
    work = { kind: 'deploy' },
    plan = PLAN,
  }: { confirm?: string; work?: Work; plan?: DeployPlan } = {},
): { session: DeploySession; until: (phase: string) => Promise<void> } {
  const config = {
    projects: { shop: { environments: { live: { path: '/srv/shop', pre: ['npm', 'te st'], confirm } } } },
  };
  const { projects, problems } = readProjectTexts(
    { config: JSON.stringify(config), seed: undefined },
    '/work',
  );
  assert.deepEqual(problems, []);
  const [project] = projects;
  const environment = project?.environments[0];
  assert.ok(project && environment);
  let told = (): void => undefined;
  const session = new DeploySession({
    chosen: { project, environment },
    work,
    shipper: shipperOf(carryOut, plan),
    connect: async () => ({}) as EngineConnection,
    breakLock: async () => false,
    onChange: () => told(),
  });
  const until = (phase: string): Promise<void> =>
    new Promise((resolve) => {
      told = () => {
        if (session.view().phase === phase) resolve();
      };
      told();
    });
  return { session, until };
}

const asIfReal = async ({ confirm, onProgress }: ShipOptions): Promise<ShipResult> => {
  onProgress({ step: 'plan', message: 'comparing' });
  if (!(await confirm(PLAN))) return CANCELLED;
  onProgress({ step: 'build', message: 'building web: Step 3/7' });
  return DONE;
};

describe('A deploy in the editor', () => {
  it('to production goes on for the word yes alone', async () => {
    for (const [text, outcome] of [
      ['yes', 'deployed'],
      ['y', 'cancelled'],
      ['Yes', 'cancelled'],
      ['yes ', 'cancelled'],
      ['', 'cancelled'],
    ] as const) {
      const { session, until } = sessionOf(asIfReal);
      const end = session.run();
      await until('asking');
      assert.equal(session.view().question?.confirm, 'yes');
      session.answer(session.view().question?.id ?? 0, text);
      await end;
      assert.deepEqual(
        [session.result?.outcome, session.result?.reason],
        [outcome, ''],
        JSON.stringify(text),
      );
    }
  });

  it('elsewhere goes on by a click, or without one where it is said so', async () => {
    const click = sessionOf(asIfReal, { confirm: 'click' });
    const end = click.session.run();
    await click.until('asking');
    click.session.answer(click.session.view().question?.id ?? 0, '');
    await end;
    assert.equal(click.session.result?.outcome, 'deployed');
    const none = sessionOf(asIfReal, { confirm: 'none' });
    await none.session.run();
    assert.equal(none.session.result?.outcome, 'deployed');
  });

  it('takes five minutes without an answer for a no', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    try {
      const { session, until } = sessionOf(asIfReal);
      const end = session.run();
      await until('asking');
      const left = Date.parse(session.view().question?.expiresAt ?? '') - Date.now();
      mock.timers.tick(left - 1);
      await Promise.resolve();
      assert.equal(session.view().phase, 'asking');
      mock.timers.tick(1);
      await end;
      assert.deepEqual(
        [left, session.result?.outcome, session.result?.reason],
        [5 * 60_000, 'cancelled', 'No answer came within five minutes.'],
      );
    } finally {
      mock.timers.reset();
    }
  });

  it('asks each question anew: the answer to one is none to the next', async () => {
    const ids = new Set<number | undefined>();
    for (let round = 0; round < 2; round += 1) {
      const { session, until } = sessionOf(asIfReal);
      const end = session.run();
      await until('asking');
      ids.add(session.view().question?.id);
      session.cancel();
      await end;
    }
    assert.equal(ids.size, 2);
  });

  it('takes no answer to another question', async () => {
    const { session, until } = sessionOf(asIfReal, { confirm: 'click' });
    const end = session.run();
    await until('asking');
    session.answer((session.view().question?.id ?? 0) + 1, 'yes');
    assert.equal(session.view().phase, 'asking');
    session.cancel();
    await end;
    assert.equal(session.result?.outcome, 'cancelled');
  });

  it('shows its plan with what is run, as text that is safe to show', async () => {
    const { session, until } = sessionOf(asIfReal);
    const end = session.run();
    await until('asking');
    const { plan } = session.view();
    assert.deepEqual(plan?.commands, [{ when: 'before', command: "npm 'te st'" }]);
    assert.deepEqual(plan?.files[0], { kind: 'added', total: 1, names: ['a\\nb'] });
    assert.equal(plan?.isComparable, true);
    session.cancel();
    await end;
  });

  it('is stopped, without a question, by secrets that would be sent', async () => {
    const secrets = [{ file: 'src/app.py', line: 3, what: 'the value of TOKEN' }];
    const { session } = sessionOf(() => Promise.reject(new UserError('Secrets would be sent')), {
      plan: { ...PLAN, secrets },
    });
    await session.run();
    const { phase, question, plan, end } = session.view();
    assert.deepEqual([phase, question, end], ['stopped', null, null]);
    assert.deepEqual(plan?.secrets, [{ place: 'src/app.py:3', what: 'the value of TOKEN' }]);
  });

  it('that is cancelled while it goes on waits for what was there before', async () => {
    let putBack: (result: ShipResult) => void = () => undefined;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const { session, until } = sessionOf(
      async ({ confirm, onProgress, signal }) => {
        assert.ok(await confirm(PLAN));
        onProgress({ step: 'up', message: 'starting web' });
        begin();
        return new Promise((resolve) => {
          putBack = resolve;
          signal.addEventListener('abort', () =>
            onProgress({ step: 'undo', message: 'starting the old web' }),
          );
        });
      },
      { confirm: 'none' },
    );
    const end = session.run();
    await until('running');
    await begun;
    session.cancel();
    assert.equal(session.view().phase, 'cancelling');
    const states = Object.fromEntries(session.view().steps.map(({ label, state }) => [label, state]));
    assert.deepEqual([states['Start'], states['Put back what was there']], ['failed', 'now']);
    putBack({ ...DONE, outcome: 'rolled back', reason: 'It was cancelled.', rolledBack: true });
    await end;
    assert.equal(session.view().end?.mood, 'bad');
  });

  it('that never began says why, and that nothing was touched', async () => {
    const { session } = sessionOf(() =>
      Promise.reject(new UserError('rsync was not found', 'Install rsync.')),
    );
    await session.run();
    const { end } = session.view();
    assert.deepEqual(
      [end?.mood, end?.outcome, end?.reason, end?.downtime],
      ['bad', 'Nothing was touched.', 'rsync was not found. Install rsync.', ''],
    );
    const cancelled = sessionOf(() => Promise.reject(new CancelledError()));
    await cancelled.session.run();
    assert.deepEqual(
      [cancelled.session.result?.outcome, cancelled.session.result?.reason],
      ['cancelled', ''],
    );
  });

  it('that breaks in the middle does not say that nothing was touched', async () => {
    const { session } = sessionOf(
      async ({ confirm, onProgress }) => {
        await confirm(PLAN);
        onProgress({ step: 'sync', message: 'sending' });
        throw new Error('a defect');
      },
      { confirm: 'none' },
    );
    await session.run();
    assert.deepEqual([session.result?.outcome, session.result?.reason], ['failed', 'a defect']);
  });

  it('tells its steps, what was measured and which images serve', async () => {
    const { session } = sessionOf(asIfReal, { confirm: 'none' });
    await session.run();
    const { steps, end } = session.view();
    assert.deepEqual(steps.map(({ label, state }) => `${label}: ${state}`).slice(0, 6), [
      'Lock the environment: skipped',
      'Compare: done',
      'Commands before: skipped',
      'Keep what is there: skipped',
      'Send the files: skipped',
      'Build: done',
    ]);
    assert.equal(end?.downtime, '1.2 s, seen by requests');
    assert.deepEqual(end.services, [{ name: 'web', action: 'rebuild', image: 'abababababab' }]);
  });
});
