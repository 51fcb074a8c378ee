import assert from 'node:assert/strict';
import { isDatabaseImage } from '../../../src/fleet/databases';
import { applyEvent } from '../../../src/fleet/events';
import { projectsOf } from '../../../src/fleet/projects';
import { planRestart } from '../../../src/fleet/restart';
import type { RestartPlan } from '../../../src/fleet/restart';
import { healthDeadline } from '../../../src/fleet/waitUntilReady';
import type { FleetContainer } from '../../../src/fleet/containers';
import { someContainer } from './someContainers';

function plan(containers: FleetContainer[], named?: string[]): RestartPlan {
  const [project] = projectsOf(containers, []);
  assert.ok(project);
  return planRestart(project, named);
}

const names = (all: readonly { name: string }[]): string[] => all.map(({ name }) => name);

describe('A plan to restart a project', () => {
  const shop = [
    someContainer('web', { dependsOn: ['api'], createdAt: 1 }),
    someContainer('api', { dependsOn: ['db', 'queue'], createdAt: 4 }),
    someContainer('db', { image: 'postgres:16', createdAt: 2 }),
    someContainer('queue', { image: 'registry.example/team/worker:2', createdAt: 3 }),
    someContainer('migrate', { state: 'exited', exitCode: 0 }),
    someContainer('crashed', { state: 'exited', exitCode: 1, createdAt: 9 }),
    someContainer('once', { isOneOff: true }),
  ];

  it('goes in the order of need and leaves databases and what ended by itself alone', () => {
    const { steps, leftAlone } = plan(shop);
    assert.deepEqual(names(steps), ['queue', 'api', 'web', 'crashed']);
    assert.deepEqual(names(leftAlone.map(({ container }) => container)).sort(), ['db', 'migrate', 'once']);
  });

  it('touches what is named and nothing else, a database too', () => {
    assert.deepEqual(names(plan(shop, ['db', 'web']).steps), ['db', 'web']);
  });

  it('ends with a circle', () => {
    const circle = [someContainer('a', { dependsOn: ['b'] }), someContainer('b', { dependsOn: ['a'] })];
    assert.equal(plan(circle).steps.length, 2);
    assert.deepEqual(names(plan([someContainer('a', { dependsOn: ['a'] })]).steps), ['a']);
  });

  it('knows databases by their images', () => {
    for (const image of [
      'postgres',
      'bitnami/postgresql:16',
      'ghcr.io/x/my-redis-7:1',
      'mongo@sha256:ab',
      'mcr.microsoft.com/mssql/server:2022',
    ])
      assert.ok(isDatabaseImage(image), image);
    for (const image of ['app', 'redistribute/web', 'my/server:1', 'predis-ui', 'node:24-slim'])
      assert.ok(!isDatabaseImage(image), image);
  });

  it('waits as long as the health check may take to say no', () => {
    const check = { interval: 30_000, timeout: 30_000, startPeriod: 10_000, retries: 3 };
    assert.equal(healthDeadline(check), 190_000);
  });
});

describe('applyEvent', () => {
  const event = (action: string, attributes: Record<string, string> = {}) => ({
    ...{ type: 'container', action, id: 'x', attributes, at: 5000 },
  });

  it('changes the row in place, and gives the same row for what is no news', () => {
    const row = someContainer('a', { health: 'healthy' });
    assert.deepEqual(applyEvent(row, event('die', { exitCode: '137' })), {
      ...row,
      ...{ state: 'exited', exitCode: 137, startedAt: undefined, health: 'none' },
    });
    assert.equal(applyEvent(row, event('health_status: unhealthy')).health, 'unhealthy');
    assert.equal(applyEvent(row, event('health_status: healthy')), row);
    assert.equal(applyEvent(row, event('exec_start: sh')), row);
    assert.equal(applyEvent(row, event('rename', { name: 'b' })).name, 'b');
  });
});
