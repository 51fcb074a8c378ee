import assert from 'node:assert/strict';
import { readContainer } from '../../../src/engine/containers';
import { portText, toFleetContainer } from '../../../src/fleet/containers';
import { stateWords } from '../../../src/fleet/words';

const listed = {
  Id: 'f'.repeat(64),
  Names: ['/shop-web-1'],
  Image: 'nginx:1',
  State: 'running',
  Status: 'Up 3 minutes (healthy)',
  Labels: { 'com.docker.compose.project': 'shop' },
};

describe('toFleetContainer', () => {
  it('shows the name without its slash, the project, and that it is not ours', () => {
    const container = readContainer(listed);
    assert.ok(container);
    const row = toFleetContainer(container);
    assert.equal(row.name, 'shop-web-1');
    assert.deepEqual(
      [row.state, row.health, row.project, row.isSandbox],
      ['running', 'healthy', 'shop', false],
    );
    assert.equal(stateWords(row), 'healthy');
  });

  it('reads exit codes, ports without their IPv6 twins, and what Compose says', () => {
    const container = readContainer({
      ...listed,
      State: 'exited',
      Status: 'Exited (137) 3 minutes ago',
      Ports: [
        { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
        { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
        { PrivatePort: 53, Type: 'udp' },
      ],
      Labels: {
        'com.docker.compose.depends_on': 'db:service_healthy:false,cache:service_started:true',
        'com.docker.compose.oneoff': 'True',
      },
    });
    assert.ok(container);
    const row = toFleetContainer(container);
    assert.equal(stateWords(row), 'exited (137)');
    assert.deepEqual(row.ports.map(portText), ['53/udp', '0.0.0.0:8080->80/tcp']);
    assert.deepEqual([row.dependsOn, row.isOneOff, row.health], [['db', 'cache'], true, 'none']);
  });

  it('tells health from the words of the engine only, not from those of a name', () => {
    const health = (Status: string) => readContainer({ ...listed, Status })?.health;
    assert.equal(health('Up 2 hours (unhealthy)'), 'unhealthy');
    assert.equal(health('Up 1 second (health: starting)'), 'starting');
    assert.equal(health('Exited (0) (healthy)'), 'none');
  });

  it('knows a sandbox by its label alone', () => {
    const container = readContainer({ ...listed, Labels: { 'dev.seaworthy.owner': 'x' } });
    assert.ok(container);
    assert.equal(toFleetContainer(container).isSandbox, true);
  });

  it('takes a row with nothing but an id, and no row without one', () => {
    const container = readContainer({ Id: 'abcdef0123456789', Names: null, Labels: null, State: 5 });
    assert.equal(container?.name, 'abcdef012345');
    assert.deepEqual(container?.labels, {});
    assert.equal(readContainer({ Names: ['/x'] }), undefined);
    assert.equal(readContainer(null), undefined);
  });
});
