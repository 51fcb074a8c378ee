import assert from 'node:assert/strict';
import type { EngineEnvironment } from '../../../src/engine/endpoint';
import { registryCredentials, registryOf } from '../../../src/engine/registryCredentials';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Machine {
  env?: Record<string, string>;
  files?: Record<string, unknown>;
  helpers?: Record<string, string>;
}

/** A machine whose helpers answer to `PROGRAM SERVER`. */
function machine({ env = {}, files = {}, helpers = {} }: Machine): {
  environment: EngineEnvironment;
  asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    environment: {
      env,
      home: '/home/anna',
      platform: 'linux',
      uid: 1000,
      readText: async (path) => {
        const content = files[path];
        return content === undefined || typeof content === 'string' ? content : JSON.stringify(content);
      },
      listFolder: async () => [],
      ask: async (program, words, input) => {
        asked.push([program, ...words, input].join(' '));
        return helpers[`${program} ${input}`];
      },
    },
  };
}

const CONFIG = '/home/anna/.docker/config.json';

describe('the registry of an image', () => {
  for (const [image, registry] of [
    ['node:24-slim', 'docker.io'],
    ['company/node:24', 'docker.io'],
    ['index.docker.io/library/node', 'docker.io'],
    ['ghcr.io/company/node@sha256:abc', 'ghcr.io'],
    ['localhost/node', 'localhost'],
    ['registry:5000/node', 'registry:5000'],
    ['[::1]:5000/node', '[::1]:5000'],
  ] as const) {
    it(`of ${image} is ${registry}`, () => {
      assert.equal(registryOf(image), registry);
    });
  }
});

describe('what a user has logged in with', () => {
  it('is read from the settings of Docker, colons in the password included', async () => {
    const { environment, asked } = machine({
      files: { [CONFIG]: { auths: { 'ghcr.io': { auth: base64('anna:a:b') } } } },
    });
    assert.deepEqual(await registryCredentials('ghcr.io/a/b', environment), {
      serveraddress: 'ghcr.io',
      username: 'anna',
      password: 'a:b',
    });
    assert.equal(await registryCredentials('quay.io/a/b', environment), undefined);
    assert.deepEqual(asked, []);
  });

  it('has an address as its key for Docker Hub', async () => {
    const auths = { 'https://index.docker.io/v1/': { auth: base64('anna:x') } };
    const { environment } = machine({ files: { [CONFIG]: { auths } } });
    assert.deepEqual(await registryCredentials('company/private', environment), {
      serveraddress: 'https://index.docker.io/v1/',
      username: 'anna',
      password: 'x',
    });
  });

  it('comes from the helper of the registry, before the one for all', async () => {
    const helpers = {
      'docker-credential-cloud eu.gcr.io': JSON.stringify({ Username: '<token>', Secret: 'abc' }),
      'docker-credential-keychain ghcr.io': JSON.stringify({ Username: 'anna', Secret: 'x' }),
    };
    const settings = { credsStore: 'keychain', credHelpers: { 'eu.gcr.io': 'cloud' } };
    const { environment, asked } = machine({ files: { [CONFIG]: settings }, helpers });
    assert.deepEqual(await registryCredentials('eu.gcr.io/a/b', environment), {
      serveraddress: 'eu.gcr.io',
      identitytoken: 'abc',
    });
    assert.deepEqual(await registryCredentials('ghcr.io/a/b', environment), {
      serveraddress: 'ghcr.io',
      username: 'anna',
      password: 'x',
    });
    assert.deepEqual(asked, [
      'docker-credential-cloud get eu.gcr.io',
      'docker-credential-keychain get ghcr.io',
    ]);
  });

  it('is none where a helper fails, and no program outside the PATH is started', async () => {
    for (const credsStore of ['missing', '../../tmp/evil', 'a b', '']) {
      const { environment, asked } = machine({ files: { [CONFIG]: { credsStore } } });
      assert.equal(await registryCredentials('ghcr.io/a/b', environment), undefined);
      assert.deepEqual(asked, credsStore === 'missing' ? ['docker-credential-missing get ghcr.io'] : []);
    }
  });

  it('is read from the settings of Podman where Docker has none', async () => {
    const login = { auths: { 'quay.io': { auth: base64('bob:y') } } };
    const { environment } = machine({
      env: { XDG_RUNTIME_DIR: '/run/user/1000' },
      files: { [CONFIG]: 'not { JSON', '/run/user/1000/containers/auth.json': login },
    });
    assert.deepEqual(await registryCredentials('quay.io/a', environment), {
      serveraddress: 'quay.io',
      username: 'bob',
      password: 'y',
    });
  });

  it('is none where the settings hold nonsense', async () => {
    for (const settings of [
      [],
      7,
      { auths: 3 },
      { auths: { 'quay.io': null } },
      { auths: { 'quay.io': { auth: 'e30' } } },
    ]) {
      const { environment } = machine({ files: { [CONFIG]: settings } });
      assert.equal(await registryCredentials('quay.io/a', environment), undefined);
    }
  });
});
