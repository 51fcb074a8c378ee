import assert from 'node:assert/strict';
import { isImageReference, localImages } from '../../../src/sandbox/imageReference';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('images to choose from', () => {
  const image = (id: string, tags: string[], digests: string[] = []) => ({
    id,
    tags,
    digests,
    labels: {},
    size: 1,
    created: 0,
    architecture: '',
  });

  it('are those with a name, likely ones first, pinned by what they came from', () => {
    const list = localImages(
      [
        image('sha256:1', ['alpine:3']),
        image('sha256:2', ['node:24-slim', 'own:1'], [`node@${DIGEST}`]),
        image('sha256:3', []),
        image('sha256:4', ['seaworthy-dependencies:x-2026-01-01']),
      ],
      ['node'],
    );
    assert.deepEqual(
      list.map(({ name, pinned }) => [name, pinned]),
      [
        ['node:24-slim', `node:24-slim@${DIGEST}`],
        ['alpine:3', 'sha256:1'],
        ['own:1', 'sha256:2'],
      ],
    );
  });

  it('may be named as engines name them', () => {
    const good = [
      'node',
      'node:24-slim',
      `node:24@${DIGEST}`,
      'localhost:5000/a/b_c:1.2',
      DIGEST,
      'ghcr.io/x/y',
    ];
    const bad = [
      '',
      'Node',
      'a b',
      'node:',
      '-x',
      'a/../b',
      `node@${DIGEST}0`,
      'https://x/y',
      '--privileged',
    ];
    assert.deepEqual(
      good.filter((text) => !isImageReference(text)),
      [],
    );
    assert.deepEqual(bad.filter(isImageReference), []);
  });
});
