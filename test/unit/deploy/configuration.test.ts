import assert from 'node:assert/strict';
import { readComposeConfig } from '../../../src/deploy/composeConfig';
import type { ComposeService } from '../../../src/deploy/composeConfig';
import { compareConfigurations, configurationDigest } from '../../../src/deploy/configuration';
import type { Configurations } from '../../../src/deploy/configuration';
import type { Deployed } from '../../../src/deploy/deployed';

const SERVICES = readComposeConfig(
  'services: {web: {image: a, environment: {B: "1", A: "2"}}, db: {image: b}}',
);
const REORDERED = readComposeConfig('services: {web: {environment: {A: "2", B: "1"}, image: a}}');
const CHANGED = readComposeConfig('services: {web: {image: a, environment: {B: "1", A: "3"}}}');

function deployed(labels: Record<string, string | undefined>): Deployed {
  const all = Object.entries(labels).map(([name, configHash]) => {
    const container = { id: name, name: `shop-${name}-1`, state: 'running', exitCode: undefined };
    return [name, { image: undefined, containers: [{ ...container, imageId: 'i', configHash }] }] as const;
  });
  return { services: new Map(all), strangers: [] };
}

interface Asked {
  services?: readonly ComposeService[];
  hashes?: Record<string, string>;
  left?: readonly string[];
  known?: Configurations;
}

async function compare(labels: Record<string, string | undefined>, asked: Asked): Promise<[object, number]> {
  let looks = 0;
  const stack = {
    services: asked.services ?? SERVICES,
    hashes: async () => new Map(Object.entries(asked.hashes ?? { web: 'w', db: 'd' })),
    leaves: async () => {
      looks += 1;
      return new Set(asked.left);
    },
  };
  const compared = await compareConfigurations(stack, deployed(labels), asked.known ?? new Map());
  return [Object.fromEntries(compared), looks];
}

describe('Comparing configurations of containers', () => {
  const [web] = SERVICES;
  const [reordered] = REORDERED;
  const [changed] = CHANGED;
  assert.ok(web && reordered && changed);

  it('takes the same hash as proof, and asks nothing more', async () => {
    assert.deepEqual(await compare({ web: 'w', db: 'd' }, {}), [{ web: 'same', db: 'same' }, 0]);
    assert.deepEqual(await compare({ web: 'w', db: undefined }, {}), [{ web: 'same', db: 'same' }, 0]);
  });

  it('knows a hash of an earlier deploy of the same words, in whatever order they stand', async () => {
    const known = new Map([['x', configurationDigest(web)]]);
    const labels = { web: 'x', db: 'd' };
    assert.deepEqual(await compare(labels, { known }), [{ web: 'same', db: 'same' }, 0]);
    const asked = { known, services: [reordered] };
    assert.deepEqual(await compare(labels, asked), [{ web: 'same' }, 0]);
    assert.deepEqual(await compare(labels, { known, services: [changed] }), [{ web: 'other' }, 1]);
  });

  it('asks Compose about the others', async () => {
    assert.deepEqual(await compare({ web: 'x', db: 'y' }, { left: ['shop-db-1'] }), [
      { web: 'other', db: 'same' },
      1,
    ]);
  });

  it('says nothing of what has no hash', async () => {
    assert.deepEqual(await compare({ web: 'x' }, { hashes: {} }), [{}, 0]);
  });
});
