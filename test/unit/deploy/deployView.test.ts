import assert from 'node:assert/strict';
import type { Release } from '../../../src/deploy/ship/release';
import { commandText, namesFrom } from '../../../src/deploy/view/planView';
import { releaseLine, releaseView } from '../../../src/deploy/view/releaseView';
import { howItEnded } from '../../../src/vscode/deploying/howItEnded';
import { readDeployMessage } from '../../../src/vscode/deploying/readMessage';

const RELEASE: Release = {
  id: '20261128-190000-ab12',
  kind: 'deploy',
  from: '',
  startedAt: '2026-11-28T19:00:00.000Z',
  durationMs: 4200,
  by: 'me@host',
  commit: '0123456789abcdef0123456789abcdef01234567',
  outcome: 'deployed',
  reason: '',
  explanation: [],
  downtimeMs: 0,
  downtimeSeenBy: 'requests',
  files: { added: ['a'], changed: ['b', 'c'], deleted: [] },
  services: [],
  isKept: true,
  isCurrent: false,
};

describe('A release in a list', () => {
  it('says in one line how it ended, of which commit it is and how long nothing answered', () => {
    assert.equal(
      releaseLine(releaseView(RELEASE)),
      'deployed · 0123456789a… · downtime none, seen by requests',
    );
    const back: Release = {
      ...RELEASE,
      kind: 'rollback',
      from: 'r0',
      commit: null,
      downtimeSeenBy: 'nothing',
    };
    assert.equal(releaseLine(releaseView(back)), 'deployed · rollback to r0');
    assert.equal(releaseView(RELEASE).files, '+1 ~2 -0');
  });

  it('can be gone back to when it is kept, unless it is the one that serves', () => {
    assert.equal(releaseView(RELEASE).canRollBack, true);
    assert.equal(releaseView({ ...RELEASE, isCurrent: true }).canRollBack, false);
    assert.equal(releaseView({ ...RELEASE, isKept: false }).canRollBack, false);
  });
});

describe('A plan on a page', () => {
  it('shows commands as they could be typed', () => {
    assert.equal(commandText(['npm', 'run', "it's", '$(id)', 'a b']), "npm run 'it'\\''s' '$(id)' 'a b'");
  });

  it('gives long lists of files in parts', () => {
    const added = Array.from({ length: 250 }, (_each, index) => `file${index}`);
    const files = { added, changed: [], deleted: [], excluded: [], protected: [] };
    const parts = [0, 100, 200, 300].map((from) => namesFrom(files, 'added', from).length);
    assert.deepEqual(parts, [100, 100, 50, 0]);
    assert.equal(namesFrom(files, 'added', 200)[0], 'file200');
  });
});

describe('A deploy whose window was closed', () => {
  const run = { phase: 'running', title: 'Deploy', startedAt: '2026-11-28T19:00:01.000Z' };
  const owner = {
    user: 'me',
    host: 'host',
    pid: 1,
    started: '',
    since: RELEASE.startedAt,
    doing: 'deploying',
  };
  const ended = (kept: unknown, releases: Release[] = [], interrupted = false): string =>
    howItEnded(kept, { releases, interrupted: interrupted ? owner : undefined });

  it('says how it ended, or that it did not', () => {
    assert.match(
      ended(run, [{ ...RELEASE, outcome: 'rolled back', reason: 'web was not healthy.' }]),
      /ended as rolled back\. web was/,
    );
    assert.match(ended(run, [RELEASE], true), /has to be put back\.$/);
    assert.match(
      ended(run, [{ ...RELEASE, startedAt: '2026-11-28T10:00:00.000Z' }]),
      /Nothing is kept of it/,
    );
    assert.match(ended({ ...run, phase: 'asking', startedAt: '' }), /nothing was touched\.$/);
  });

  it('says nothing of one that had ended, or of what was no deploy', () => {
    for (const kept of [undefined, null, 5, {}, { ...run, phase: 'ended' }, { phase: 'running' }])
      assert.equal(ended(kept, [RELEASE]), '');
  });
});

describe('What the page of an environment asks for', () => {
  it('is read as far as it makes sense', () => {
    for (const good of [
      { type: 'ready' },
      { type: 'answer', id: 1, text: 'yes' },
      { type: 'openFile', kind: 'changed', index: 3 },
      { type: 'openLogs', index: 0 },
      { type: 'rollBack', release: 'r1' },
    ])
      assert.deepEqual(readDeployMessage(good), good);
    for (const bad of [
      ...[
        null,
        'ready',
        {},
        { type: 'no' },
        { type: 'answer', id: '1', text: 'yes' },
        { type: 'answer', id: 1 },
      ],
      ...[
        { type: 'openFile', kind: '../../etc', index: 0 },
        { type: 'openFile', kind: 'added', index: -1 },
      ],
      ...[
        { type: 'openSecret', index: 1.5 },
        { type: 'rollBack', release: 'x'.repeat(201) },
      ],
    ])
      assert.equal(readDeployMessage(bad), undefined, JSON.stringify(bad));
  });
});
