import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { silentLogger } from '../../src/base/logger';
import { discoverEngines } from '../../src/engine/discovery';
import type { EngineEnvironment } from '../../src/engine/endpoint';
import { Engine } from '../../src/engine/engine';
import { DockerSandbox } from '../../src/sandbox/dockerSandbox';
import { runCli } from '../support/cli';
import { freePort } from '../support/editorServer';
import { skipBecause } from '../support/skip';
import { temporaryFolder } from '../support/temporaryFolder';
import { noOwnEngine, startOwnEngine } from './ownEngine';
import type { OwnEngine } from './ownEngine';
import { engine, NODE_IMAGE, owner, realEnvironment, shell } from './realEngine';
import { startSshHost } from './sshHost';
import type { SshHost } from './sshHost';
import { tinyImage } from './tinyImage';

const openssl = (...parameters: string[]) => promisify(execFile)('openssl', parameters);

/** A certificate authority, a server certificate for 127.0.0.1 and a client certificate, in Docker's file names. */
async function makeCertificates(folder: string): Promise<void> {
  const file = (name: string): string => path.join(folder, name);
  await fs.mkdir(folder, { recursive: true });
  const days = ['-days', '2'];
  const newKey = (key: string): string[] => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file(`${key}.pem`)];
  const authority = [...newKey('ca-key'), ...days, '-subj', '/CN=test authority', '-out', file('ca.pem')];
  await openssl('req', '-x509', ...authority);
  for (const [name, key, extension] of [
    ['server', 'server-key', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth'],
    ['cert', 'key', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    await fs.writeFile(file('extension'), extension);
    await openssl('req', ...newKey(key), '-subj', `/CN=${name}`, '-out', file('request'));
    const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial'];
    const to = ['-in', file('request'), '-out', file(`${name}.pem`), '-extfile', file('extension')];
    await openssl('x509', '-req', ...days, ...signer, ...to);
  }
}

/** Runs a sandbox through an engine and gives what its code printed: the size of a file that was sent along. */
async function printedThrough(remote: Engine, image = NODE_IMAGE): Promise<string> {
  const sandbox = new DockerSandbox(remote, { owner, logger: silentLogger });
  try {
    const files = [{ path: 'big.txt', content: Buffer.alloc(300_000, 'x') }];
    const result = await sandbox.run(shell('wc -c < big.txt', { image, files }));
    return result.steps.map(({ stdout }) => stdout).join('');
  } finally {
    await sandbox.dispose();
  }
}

describe('An engine over ssh', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('ssh');
  let host: SshHost | undefined;
  let environment: EngineEnvironment;

  before(async function () {
    const { address } = await engine.connect();
    if (address.kind === 'socket') host = await startSshHost(path.join(folder, 'host'), address.path);
    environment = { ...realEnvironment, env: host?.env ?? {} };
  });
  beforeEach(function () {
    if (!host) skipBecause(this, 'no SSH server can be started here (openssh-server, root)');
  });
  after(() => host?.stop());

  const over = (setting: string): Engine =>
    new Engine({ environment, setting: () => setting, logger: silentLogger });

  it('answers through the configuration of the user, with one ssh for many calls', async () => {
    const remote = over('ssh://far-engine');
    const connection = await remote.connect();
    const before = await host?.connections();
    for (let call = 0; call < 20; call++) await connection.listContainers();
    assert.equal(await host?.connections(), before);
    assert.equal(connection.facts.version, (await engine.connect()).facts.version);
    await remote.dispose();
  });

  it('runs a sandbox there, files and all', async () => {
    const remote = over('ssh://far-engine');
    assert.equal(await printedThrough(remote), '300000\n');
    await remote.dispose();
  });

  it('answers the built command line too, of which parts of the library are left out', async () => {
    const env = { ...host?.env, DOCKER_HOST: 'ssh://far-engine' };
    const check = await runCli(['sandbox', 'check'], { env });
    assert.equal(check.status, 0, check.stderr);
    assert.match(check.stdout, /at ssh:\/\/far-engine/);
    const cwd = path.join(__dirname, '../../media/sample');
    const audit = await runCli(['audit', 'src/cart.js', '--stages', 'production', '--json'], { env, cwd });
    const { reports } = JSON.parse(audit.stdout) as { reports: { stages: { status: string }[] }[] };
    assert.notEqual(reports[0]?.stages[1]?.status, 'not run', audit.stdout);
  });

  it('says in the words of ssh why it failed', async () => {
    await assert.rejects(over('ssh://root@127.0.0.1:1').connect(), /Connection refused/);
    await assert.rejects(over('ssh://no-such-host.invalid').connect(), /resolve|not known|look/i);
    const port = (await fs.readFile(path.join(folder, 'host/client'), 'utf8')).match(/Port (\d+)/)?.[1];
    await assert.rejects(over(`ssh://127.0.0.1:${port}`).connect(), /Host key verification failed/);
    await assert.rejects(over('ssh://far-engine/no/such.sock').connect(), /no\/such\.sock/);
  });
});

describe('An engine over TLS', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('tls');
  const certificates = path.join(folder, 'certificates');
  let own: OwnEngine | undefined;
  let host = '';

  before(async function () {
    if (noOwnEngine !== undefined) return;
    await makeCertificates(certificates);
    host = `tcp://127.0.0.1:${await freePort()}`;
    const files = { tlscacert: 'ca', tlscert: 'server', tlskey: 'server-key' };
    const options = Object.entries(files).map(([name, file]) => `--${name}=${certificates}/${file}.pem`);
    own = await startOwnEngine(['--host', host, '--tlsverify', ...options]);
  });
  beforeEach(function () {
    if (noOwnEngine !== undefined) skipBecause(this, noOwnEngine);
  });
  after(() => own?.stop());

  const withEnvironment = (env: Record<string, string>): Engine =>
    new Engine({
      environment: { ...realEnvironment, env, home: folder },
      logger: silentLogger,
    });

  it('answers through DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates };
    const secure = withEnvironment(env);
    assert.deepEqual(await (await secure.connect()).listContainers(), []);
    await secure.dispose();
    const stranger = withEnvironment({ ...env, DOCKER_CERT_PATH: folder });
    await assert.rejects(stranger.connect(), /certificate|self-signed/i);
    await assert.rejects(withEnvironment({ DOCKER_HOST: host }).connect(), /HTTP 400|TLS|HTTPS|hang up/i);
  });

  it('answers through a Docker context, runs a sandbox, and is among the engines found', async () => {
    const id = createHash('sha256').update('far').digest('hex');
    const contexts = path.join(folder, '.docker/contexts');
    await fs.mkdir(path.join(contexts, 'meta', id), { recursive: true });
    const meta = { Name: 'far', Endpoints: { docker: { Host: host } } };
    await fs.writeFile(path.join(contexts, 'meta', id, 'meta.json'), JSON.stringify(meta));
    await fs.cp(certificates, path.join(contexts, 'tls', id, 'docker'), { recursive: true });

    const secure = withEnvironment({ DOCKER_CONTEXT: 'far' });
    assert.ok(own);
    assert.equal(await printedThrough(secure, await tinyImage(own)), '300000\n');

    const environment = { ...realEnvironment, env: {}, home: folder };
    const found = await discoverEngines(environment, AbortSignal.timeout(20_000));
    const far = found.find(({ setting }) => setting === 'context:far');
    assert.equal(far?.answer.found, true);
    assert.ok(found.some(({ answer }) => !answer.found && answer.why !== ''));
    await secure.dispose();
  });
});
