import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { formatAddress } from '../../../src/engine/address';
import { engineCandidates, engineChoices } from '../../../src/engine/endpoint';
import type { EngineEnvironment } from '../../../src/engine/endpoint';
import { NoEngine } from '../../../src/engine/errors';

function environment(options: {
  env?: Record<string, string>;
  files?: Record<string, string>;
  platform?: NodeJS.Platform;
}): EngineEnvironment {
  return {
    env: options.env ?? {},
    home: '/home/anna',
    platform: options.platform ?? 'linux',
    uid: 1000,
    readText: async (path) => options.files?.[path],
    listFolder: async (folder) => {
      const inside = Object.keys(options.files ?? {}).filter((file) => file.startsWith(`${folder}/`));
      return [...new Set(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))];
    },
    ask: async () => undefined,
  };
}

async function addresses(env: EngineEnvironment, setting?: string): Promise<string[]> {
  return (await engineCandidates(env, setting)).map(({ address }) => formatAddress(address));
}

function contextFiles(
  name: string,
  endpoint: unknown,
  tls: Record<string, string> = {},
): Record<string, string> {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = '/home/anna/.docker/contexts';
  return {
    [`${folder}/meta/${id}/meta.json`]: JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }),
    ...Object.fromEntries(
      Object.entries(tls).map(([file, text]) => [`${folder}/tls/${id}/docker/${file}`, text]),
    ),
  };
}

describe('engineCandidates', () => {
  it('prefers the setting, then DOCKER_HOST, then the context, and lets each decide alone', async () => {
    const files = {
      '/home/anna/.docker/config.json': '{"currentContext":"colima"}',
      ...contextFiles('colima', { Host: 'unix:///context.sock' }),
    };
    const env = { DOCKER_HOST: 'unix:///host.sock' };
    assert.deepEqual(await addresses(environment({ env, files }), 'unix:///setting.sock'), [
      'unix:///setting.sock',
    ]);
    assert.deepEqual(await addresses(environment({ env, files })), ['unix:///host.sock']);
    assert.deepEqual(await addresses(environment({ files })), ['unix:///context.sock']);
  });

  it('lets DOCKER_CONTEXT win over the current context, and "default" mean none', async () => {
    const files = {
      '/home/anna/.docker/config.json': '{"currentContext":"colima"}',
      ...contextFiles('colima', { Host: 'unix:///colima.sock' }),
      ...contextFiles('work', { Host: 'tcp://work:2375' }),
    };
    assert.deepEqual(await addresses(environment({ env: { DOCKER_CONTEXT: 'work' }, files })), [
      'tcp://work:2375',
    ]);
    const [first] = await addresses(environment({ env: { DOCKER_CONTEXT: 'default' }, files }));
    assert.equal(first, 'unix:///var/run/docker.sock');
  });

  it("brings a context's certificates along", async () => {
    const files = contextFiles(
      'far',
      { Host: 'tcp://far:2376' },
      { 'ca.pem': 'CA', 'cert.pem': 'C', 'key.pem': 'K' },
    );
    const [candidate] = await engineCandidates(
      environment({ env: { DOCKER_CONTEXT: 'far' }, files }),
      undefined,
    );
    assert.deepEqual(candidate?.address, {
      kind: 'tcp',
      host: 'far',
      port: 2376,
      tls: { ca: 'CA', cert: 'C', key: 'K', verify: true },
    });
  });

  it('uses TLS for DOCKER_HOST only when asked to, with the folder named', async () => {
    const env = { DOCKER_HOST: 'tcp://far', DOCKER_CERT_PATH: '/certs' };
    const files = { '/certs/ca.pem': 'CA' };
    assert.deepEqual(await addresses(environment({ env, files })), ['tcp://far:2375']);
    const [secure] = await engineCandidates(
      environment({ env: { ...env, DOCKER_TLS_VERIFY: '1' }, files }),
      undefined,
    );
    assert.deepEqual(secure?.address, {
      kind: 'tcp',
      host: 'far',
      port: 2376,
      tls: { ca: 'CA', verify: true },
    });
  });

  it('looks at the usual sockets of Linux and the usual pipes of Windows otherwise', async () => {
    const linux = await addresses(environment({ env: { XDG_RUNTIME_DIR: '/run/user/7' } }));
    assert.equal(linux[0], 'unix:///var/run/docker.sock');
    for (const expected of [
      'unix:///home/anna/.docker/desktop/docker.sock',
      'unix:///run/user/7/docker.sock',
      'unix:///home/anna/.colima/default/docker.sock',
      'unix:///home/anna/.orbstack/run/docker.sock',
      'unix:///home/anna/.rd/docker.sock',
      'unix:///run/user/7/podman/podman.sock',
    ]) {
      assert.ok(linux.includes(expected), expected);
    }
    const windows = await addresses(environment({ platform: 'win32' }));
    assert.equal(windows[0], 'npipe:////./pipe/docker_engine');
  });

  for (const [host, expected] of [
    ['npipe:////./pipe/x', 'npipe:////./pipe/x'],
    ['/run/d.sock', 'unix:///run/d.sock'],
    ['box:99', 'tcp://box:99'],
    ['tcp://[::1]:2375/', 'tcp://[::1]:2375'],
    ['http://box:80', 'tcp://box:80'],
    ['https://box', 'https://box:2376'],
    ['ssh://Anna@Box', 'ssh://Anna@Box'],
    ['ssh://my_alias:2222/run/user/1000/docker.sock', 'ssh://my_alias:2222/run/user/1000/docker.sock'],
    ['ssh://[::1]:22', 'ssh://[::1]:22'],
  ] as const) {
    it(`reads ${host}`, async () => {
      assert.deepEqual(await addresses(environment({ env: { DOCKER_HOST: host } })), [expected]);
    });
  }

  for (const host of [
    'tcp://[',
    'ftp://box',
    'unix://',
    'tcp://box:99999',
    'tcp://box/prefix',
    'ssh://-oProxyCommand=x',
    'ssh://-o@box',
    'ssh://anna:secret@box',
    'ssh://box;id',
    'ssh://a%20b@box',
    'ssh://box/run/$(id)',
    'ssh://',
  ]) {
    it(`refuses ${host} in words that name it`, async () => {
      await assert.rejects(
        engineCandidates(environment({ env: { DOCKER_HOST: host } }), undefined),
        (error) => {
          assert.ok(error instanceof NoEngine);
          assert.ok(error.message.includes(host) && error.message.includes('DOCKER_HOST'), error.message);
          assert.ok(error.nextStep);
          return true;
        },
      );
    });
  }

  it('names a context that does not exist, and survives a broken configuration', async () => {
    await assert.rejects(
      engineCandidates(environment({ env: { DOCKER_CONTEXT: 'gone' } }), undefined),
      /names the context "gone"/,
    );
    const files = { '/home/anna/.docker/config.json': '{"currentContext":' };
    assert.equal((await addresses(environment({ files })))[0], 'unix:///var/run/docker.sock');
  });

  it('reads a context named by the setting, and says when there is none', async () => {
    const files = contextFiles('far', { Host: 'ssh://anna@far' });
    assert.deepEqual(await addresses(environment({ files }), 'context:far'), ['ssh://anna@far']);
    await assert.rejects(
      engineCandidates(environment({ files }), 'context:gone'),
      /setting names the context "gone"/,
    );
  });

  it('lists DOCKER_HOST, every context and the usual places to choose from, unreadable ones with the reason', async () => {
    const files = {
      ...contextFiles('work', { Host: 'tcp://work:2375' }),
      ...contextFiles('broken', { Host: 'ftp://x' }),
      '/home/anna/.docker/contexts/meta/not-an-id/meta.json': '{}',
    };
    const env = { DOCKER_HOST: 'ssh://box' };
    const choices = await engineChoices(environment({ env, files }));
    const [host, broken, work, first] = choices;
    assert.deepEqual(host, {
      address: { kind: 'ssh', host: 'box' },
      source: 'DOCKER_HOST',
      setting: 'ssh://box',
    });
    assert.ok(broken && 'error' in broken && broken.error.message.includes('ftp://x'));
    assert.equal(work?.setting, 'context:work');
    assert.equal(first?.setting, '/var/run/docker.sock');
  });
});
