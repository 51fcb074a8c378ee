import fs from 'node:fs';
import { say, step } from './output.mjs';
import { findProgram, run } from './process.mjs';

/** What has to be there for a Debian package to count as installed: a program in PATH or a file. */
const PROOF = {
  'docker.io': { program: 'dockerd' },
  podman: { program: 'podman' },
  catatonit: { program: 'catatonit' },
  debootstrap: { program: 'debootstrap' },
  'debian-archive-keyring': { file: '/usr/share/keyrings/debian-archive-keyring.gpg' },
  iproute2: { program: 'ip' },
  iptables: { program: 'iptables' },
  chromium: { program: 'chromium' },
  'libkrb5-dev': { file: '/usr/include/krb5.h' },
  make: { program: 'make' },
  'g++': { program: 'g++' },
  python3: { program: 'python3' },
  'openssh-server': { file: '/usr/sbin/sshd' },
  'openssh-client': { program: 'ssh' },
  openssl: { program: 'openssl' },
  rsync: { program: 'rsync' },
  'docker-compose': { program: 'docker-compose' },
  haproxy: { program: 'haproxy' },
  'busybox-static': { file: '/usr/share/doc/busybox-static' },
};

const LOCK_TIMEOUT_SECONDS = 300;

/** Whether packages can be installed with apt-get here. */
export function isDebianWithRoot() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !findProgram('apt-get')) return false;
  const release = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(release);
}

let updated = false;
let queue = Promise.resolve();

/**
 * Installs Debian packages, those that are missing, one call after the other.
 * @param {(keyof typeof PROOF)[]} names
 * @param {{late?: boolean}} options late: lets calls go first that come while others are still at work
 * @throws {Error} where this is no Debian or the user is not root
 */
export async function ensureDebianPackages(names, { late = false } = {}) {
  for (let waitedFor; late && waitedFor !== queue;) {
    waitedFor = queue;
    await waitedFor;
  }
  const result = queue.then(() => installMissing(names));
  queue = result.catch(() => {});
  return result;
}

async function installMissing(names) {
  const missing = names.filter((name) => !isPresent(PROOF[name]));
  if (missing.length === 0) return;
  if (!isDebianWithRoot()) {
    throw new Error(
      `missing on this machine: ${missing.join(', ')}. Install what carries these names on your system.`,
    );
  }
  await step(`installing Debian packages ${missing.join(', ')}`, async () => {
    if (!updated) await aptGet(['update']);
    updated = true;
    await aptGet(['install', '--yes', '--no-install-recommends', ...missing]);
  });
  const absent = missing.filter((name) => !isPresent(PROOF[name]));
  if (absent.length > 0)
    throw new Error(`apt-get installed ${absent.join(', ')}, but what they bring is not there`);
}

function isPresent({ program, file }) {
  return program ? findProgram(program) !== undefined : fs.existsSync(file);
}

async function aptGet(args) {
  // RUNLEVEL=1 keeps a package from starting its service: a private engine is started later, by us.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const options = ['-qq', '-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_SECONDS}`, '-o', 'Acquire::Retries=3'];
  const attempt = () => run('apt-get', [...options, ...args], { env, timeoutMs: 15 * 60_000 });
  try {
    await attempt();
  } catch (error) {
    // The timeout above does not cover the lock on the package lists, which another apt-get may hold.
    if (!/Could not get lock|Unable to lock/.test(error.message)) throw error;
    say('apt-get is busy elsewhere; trying once more in 20 s');
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    await attempt();
  }
}

/**
 * The mirror apt uses for a Debian release's main packages, so that debootstrap asks the same one; undefined where apt
 * can't tell, and debootstrap's own default has to do.
 */
export async function debianMirror(release) {
  try {
    const lines = await run('apt-get', [
      'indextargets',
      '--format',
      '$(RELEASE) $(COMPONENT) $(SITE)',
      'Created-By: Packages',
    ]);
    const line = lines.split('\n').find((text) => text.startsWith(`${release} main http`));
    return line?.split(' ')[2];
  } catch {
    // No lists yet, or an apt that cannot tell.
    return undefined;
  }
}
