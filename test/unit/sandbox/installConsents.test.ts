import assert from 'node:assert/strict';
import type { DependencyProject } from '../../../src/sandbox/dependencies/dependencyProject';
import { InstallConsents } from '../../../src/sandbox/dependencies/installConsents';

function project(changes: Partial<DependencyProject> & { lock?: string } = {}): DependencyProject {
  const { lock = 'lock', ...rest } = changes;
  return {
    kind: 'npm',
    family: 'node',
    workspace: '/home/me/one',
    folder: '',
    lockfiles: ['package-lock.json'],
    members: [''],
    files: [{ path: 'package-lock.json', content: Buffer.from(lock) }],
    hosts: ['registry.example:443'],
    registry: 'https://registry.example/',
    packages: 1,
    format: '3',
    notes: [],
    caFile: undefined,
    ...rest,
  };
}

describe('consents to install dependencies', () => {
  let kept: unknown;
  const consents = new InstallConsents({
    read: () => kept,
    // As the editor keeps it: as JSON.
    write: async (list) => void (kept = JSON.parse(JSON.stringify(list))),
  });

  beforeEach(() => (kept = undefined));

  it('cover what was agreed to and nothing else', async () => {
    assert.equal(consents.covers(project()), false);
    await consents.add(project(), false);
    assert.equal(consents.covers(project()), true);
    assert.equal(consents.covers(project({ lock: 'changed' })), false);
    assert.equal(consents.covers(project({ workspace: '/home/me/two' })), false);
    assert.equal(consents.covers(project({ folder: 'packages/a' })), false);
  });

  it('cover later lockfiles of one manager when asked to, but never another host', async () => {
    await consents.add(project(), true);
    assert.equal(consents.covers(project({ lock: 'changed' })), true);
    assert.equal(consents.covers(project({ kind: 'pnpm' })), false);
    assert.equal(consents.covers(project({ hosts: ['registry.example:443', 'evil.example:443'] })), false);
    await consents.add(project({ hosts: ['registry.example:443', 'other.example:443'] }), true);
    assert.equal(consents.list().length, 1);
    assert.equal(consents.covers(project({ hosts: ['other.example:443'] })), true);
  });

  it('are forgotten one by one', async () => {
    await consents.add(project(), true);
    await consents.add(project({ folder: 'packages/a' }), false);
    await consents.revoke(consents.list().filter(({ folder }) => folder === ''));
    assert.equal(consents.covers(project()), false);
    assert.equal(consents.covers(project({ folder: 'packages/a' })), true);
  });

  it('are none where something else was kept', () => {
    for (const value of [
      'text',
      [1, {}],
      [{ workspace: '/home/me/one', folder: '', kind: 'npm' }],
      { length: 1 },
    ]) {
      kept = value;
      assert.deepEqual(consents.list(), []);
    }
  });
});
