import assert from 'node:assert/strict';
import { readContainer } from '../../../src/engine/containers';
import { toFleetContainer } from '../../../src/fleet/containers';

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
    assert.deepEqual(toFleetContainer(container), {
      id: 'f'.repeat(64),
      name: 'shop-web-1',
      image: 'nginx:1',
      state: 'running',
      status: 'Up 3 minutes (healthy)',
      project: 'shop',
      isSandbox: false,
    });
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
