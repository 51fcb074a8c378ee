import fs from 'node:fs';
import path from 'node:path';
import { debianMirror } from './debian.mjs';
import { once } from './output.mjs';
import { run } from './process.mjs';
import { cached } from './tools.mjs';

/** Debian's first release whose docker-compose is the plugin; it needs nothing of that release but an older C library. */
const RELEASE = 'trixie';
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
const PLUGIN = path.join('cli-plugins', 'docker-compose');

/**
 * What processes need in their environment so that "docker compose" works: nothing where it does already, else the place of a
 * plugin taken from a newer Debian, which is not installed.
 * @returns {Promise<{DOCKER_CONFIG?: string}>}
 * @throws {Error} where it can't be had
 */
export const ensureComposePlugin = once(async () => {
  if (await works({})) return {};
  const env = { DOCKER_CONFIG: await cached(`compose-plugin-${RELEASE}`, download) };
  if (await works(env)) return env;
  throw new Error('docker compose does not run with the plugin of a newer Debian');
});

async function works(env) {
  try {
    await run('docker', ['compose', 'version'], { env: { ...process.env, ...env }, timeoutMs: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/** With lists of packages of its own: this machine's know nothing of it. */
async function download(folder) {
  const apt = path.join(folder, 'apt');
  const [, own = ''] = /^VERSION_CODENAME=(\w+)$/m.exec(fs.readFileSync('/etc/os-release', 'utf8')) ?? [];
  const mirror = await debianMirror(own);
  if (!mirror) throw new Error('apt-get does not tell where Debian packages come from');
  for (const each of ['lists/partial', 'cache/archives/partial'])
    fs.mkdirSync(path.join(apt, each), { recursive: true });
  fs.writeFileSync(path.join(apt, 'sources.list'), `deb [signed-by=${KEYS}] ${mirror} ${RELEASE} main\n`);
  const settings = {
    'Dir::Etc::sourcelist': path.join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': path.join(apt, 'lists'),
    'Dir::Cache': path.join(apt, 'cache'),
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const ask = (...words) =>
    run('apt-get', ['-qq', ...options, ...words], { cwd: apt, timeoutMs: 5 * 60_000 });
  await ask('update');
  await ask('download', 'docker-compose');
  const [file] = fs.readdirSync(apt).filter((name) => name.endsWith('.deb'));
  if (!file) throw new Error(`Debian ${RELEASE} has no docker-compose for this machine`);
  await run('dpkg-deb', ['--extract', path.join(apt, file), path.join(apt, 'files')]);
  fs.mkdirSync(path.join(folder, path.dirname(PLUGIN)));
  fs.copyFileSync(path.join(apt, 'files/usr/libexec/docker', PLUGIN), path.join(folder, PLUGIN));
  fs.chmodSync(path.join(folder, PLUGIN), 0o755);
  fs.rmSync(apt, { recursive: true });
}
