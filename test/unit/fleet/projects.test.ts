import assert from 'node:assert/strict';
import { fleetConfigs } from '../../../src/deploy/loadProjects';
import { readProjectTexts } from '../../../src/deploy/projectFiles';
import { projectsOf } from '../../../src/fleet/projects';
import type { ProjectConfig } from '../../../src/fleet/projects';
import { statusReport, statusText } from '../../../src/fleet/status';
import { someContainer } from './someContainers';

function readSeed(seed: string): ProjectConfig[] {
  return fleetConfigs(readProjectTexts({ config: undefined, seed }, '/ws').projects);
}

const seedConfig = JSON.stringify({
  shop: {
    workspace: '/work/shop',
    production: '/srv/shop',
    compose_project: 'shop-prod',
    containers: ['api', 'cache'],
    primary_container: 'web',
  },
});

describe('Projects', () => {
  it('put the primary container first and those without a project last; sandboxes are none', () => {
    const projects = projectsOf(
      [
        someContainer('alone', { project: undefined }),
        someContainer('b'),
        someContainer('a'),
        someContainer('z', { isPrimary: true }),
        someContainer('sandbox', { isSandbox: true, project: undefined }),
      ],
      [],
    );
    assert.deepEqual(
      projects.map(({ name, containers }) => [name, containers.map((container) => container.name)]),
      [
        ['shop', ['z', 'a', 'b']],
        ['', ['alone']],
      ],
    );
  });

  it('follow the configuration: by Compose project and by name, with what is missing', () => {
    const containers = [
      someContainer('shop-prod-web-1', { project: 'shop-prod', service: 'web' }),
      someContainer('api', { project: undefined }),
    ];
    const [project, ...others] = projectsOf(containers, readSeed(seedConfig));
    assert.deepEqual(others, []);
    assert.equal(project?.containers[0]?.isPrimary, true);
    assert.equal(project.containers[0]?.name, 'shop-prod-web-1');
    assert.deepEqual([project.missing, project.isProduction], [['cache'], true]);
  });

  it('read no configuration out of what is none', () => {
    for (const text of ['', '[]', '5', '{"a": 1}', '{"a": {"containers": [1, null]}}']) {
      for (const config of readSeed(text)) assert.deepEqual(config.containers, []);
    }
  });
});

describe('The status', () => {
  const projects = projectsOf(
    [
      someContainer('web', {
        isPrimary: true,
        health: 'healthy',
        startedAt: 0,
        ports: [{ port: 80, protocol: 'tcp', published: { address: '0.0.0.0', port: 8080 } }],
      }),
      someContainer('job', { state: 'exited', exitCode: 3, startedAt: undefined }),
    ],
    [],
  );

  it('has the agreed shape', () => {
    const [project] = statusReport(projects, 90_500).projects;
    assert.deepEqual(project?.containers, [
      {
        name: 'web',
        state: 'running',
        health: 'healthy',
        uptimeSeconds: 90,
        ports: ['0.0.0.0:8080->80/tcp'],
        image: 'app:1',
        primary: true,
      },
      {
        name: 'job',
        state: 'exited',
        health: 'none',
        uptimeSeconds: null,
        ports: [],
        image: 'app:1',
        primary: false,
      },
    ]);
  });

  it('is a line a container for people, and nothing hostile reaches their terminal', () => {
    const text = statusText(projects, 90_500);
    assert.match(text, /shop: 1 of 2 containers running/);
    assert.match(text, /\* web +healthy +up 1 min +app:1 +0\.0\.0\.0:8080->80\/tcp/);
    assert.match(text, /exited \(3\)/);
    const hostile = projectsOf(
      [someContainer('x', { image: 'a\u001b[31m\nb', project: 'p\u001b]0;t\u0007' })],
      [],
    );
    assert.ok(!statusText(hostile, 0).includes('\u001b'));
  });
});
