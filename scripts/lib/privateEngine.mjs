import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EngineClient } from './engineClient.mjs';
import { findProgram, run, stopProcess, tail } from './process.mjs';
import { onShutdown } from './shutdown.mjs';

const FOLDER_PREFIX = 'seaworthy-engine-';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/**
 * Starts a Docker daemon of our own, with everything it keeps in one new temporary folder.
 *
 * Several may run at once, and beside another daemon, so each gets a network bridge of its own: with the default one
 * they would share docker0 and give the same addresses twice, and a daemon started with --bridge=none removes
 * docker0 under the others. The host's firewall and forwarding are left alone (sandboxes have no network; a published
 * port still works, through docker-proxy).
 * @param {{daemonArguments?: string[]}} options daemonArguments: added to the daemon's own, such as a second --host
 * @returns {Promise<{client: EngineClient, folder: string, stop: () => Promise<void>,
 *   kill: (signal?: NodeJS.Signals) => Promise<void>, restart: () => Promise<void>,
 *   signal: (name: NodeJS.Signals) => void}>}
 *   kill: ends the daemon alone, by force unless another signal is given; restart: starts it again on the same data;
 *   signal: sends it a signal without waiting, such as SIGSTOP and SIGCONT
 */
export async function startPrivateEngine({ daemonArguments = [] } = {}) {
  await removeAbandoned();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), FOLDER_PREFIX));
  const bridge = `sw${randomBytes(5).toString('hex')}`;
  const state = { folder, bridge, daemonArguments, daemon: undefined };
  const stop = onShutdown(() => dismantle(state));
  try {
    fs.writeFileSync(ownerOf(folder), JSON.stringify({ pid: process.pid, bridge }));
    await run(programOf('ip'), ['link', 'add', 'name', bridge, 'type', 'bridge']);
    state.daemon = spawnDaemon(state);
    const client = clientOf(folder);
    await waitUntilReady(client, state);
    return {
      client,
      folder,
      stop,
      kill: (signal) => killDaemon(state, signal),
      restart: () => restart(client, state),
      signal: (name) => void state.daemon.kill(name),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function killDaemon({ daemon, folder }, signal = 'SIGKILL') {
  const containerd = containerdOf(folder);
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill(signal);
  await ended;
  // The kernel ends it a moment later, and a daemon started in that moment would wait for it in vain.
  if (containerd) await ensureEnded(containerd);
}

async function restart(client, state) {
  state.daemon = spawnDaemon(state);
  await waitUntilReady(client, state);
}

/** Removes what runs that were killed outright left behind, once neither they nor their daemons are alive. */
async function removeAbandoned() {
  for (const name of fs.readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    const owner = readOwner(folder);
    const daemon = readPid(path.join(folder, 'pid'));
    if (!owner || [owner.pid, daemon].some(isAlive)) continue;
    // Process ids say nothing where the folder is shared with another container; an answer does.
    if (!(await clientOf(folder).answers())) await dismantle({ folder, bridge: owner.bridge });
  }
}

function readOwner(folder) {
  try {
    return JSON.parse(fs.readFileSync(ownerOf(folder), 'utf8'));
  } catch {
    return undefined;
  }
}

const isAlive = (pid) => pid !== undefined && fs.existsSync(`/proc/${pid}`);
const ownerOf = (folder) => path.join(folder, 'owner.json');
const socketOf = (folder) => path.join(folder, 'docker.sock');
const clientOf = (folder) => new EngineClient(`unix://${socketOf(folder)}`);
const containerdOf = (folder) => readPid(path.join(folder, 'exec', 'containerd', 'containerd.pid'));
const logOf = (folder) => path.join(folder, 'dockerd.log');

function programOf(name) {
  const program = findProgram(name);
  if (!program) throw new Error(`${name} was not found in PATH`);
  return program;
}

function spawnDaemon({ folder, bridge, daemonArguments }) {
  const args = ['--host', `unix://${socketOf(folder)}`];
  args.push('--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec'));
  args.push('--pidfile', path.join(folder, 'pid'), '--config-file', path.join(folder, 'no-config.json'));
  args.push(
    '--bridge',
    bridge,
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
    '--ip-masq=false',
  );
  // Where the system's containerd runs, dockerd uses it; the names keep daemons apart in there.
  args.push('--containerd-namespace', bridge, '--containerd-plugins-namespace', `${bridge}-plugins`);
  args.push(...daemonArguments);
  fs.writeFileSync(path.join(folder, 'no-config.json'), '{}');
  const log = fs.openSync(logOf(folder), 'a');
  try {
    return spawnTiedToUs(programOf('dockerd'), args, log);
  } finally {
    fs.closeSync(log);
  }
}

/** Debian's setpriv lets the daemon end with us even when we are killed; detached keeps Ctrl-C from reaching it first. */
function spawnTiedToUs(program, args, log) {
  const setpriv = findProgram('setpriv');
  const options = { stdio: ['ignore', log, log], detached: true };
  if (setpriv) return spawn(setpriv, ['--pdeathsig', 'TERM', program, ...args], options);
  return spawn(program, args, options);
}

async function waitUntilReady(client, { daemon, folder }) {
  const failed = new Promise((_, reject) => {
    daemon.once('error', reject);
    daemon.once('exit', (code) => reject(new Error(`dockerd ended with code ${code} while starting`)));
  });
  failed.catch(() => {});
  try {
    await Promise.race([poll(() => client.answers(), START_TIMEOUT_MS, 'dockerd did not answer'), failed]);
  } catch (error) {
    const log = fs.readFileSync(logOf(folder), 'utf8');
    throw new Error(`${error.message}. The end of its log:\n${tail(log, 15)}`);
  }
}

async function poll(isReady, timeoutMs, complaint) {
  const deadline = Date.now() + timeoutMs;
  while (!(await isReady())) {
    if (Date.now() > deadline) throw new Error(`${complaint} within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function dismantle({ folder, bridge, daemon }) {
  const containerd = containerdOf(folder);
  if (daemon) await stopProcess(daemon, { graceMs: STOP_TIMEOUT_MS });
  if (containerd) await ensureEnded(containerd);
  await unmountBelow(folder);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  if (fs.existsSync(`/sys/class/net/${bridge}`)) await run(programOf('ip'), ['link', 'delete', bridge]);
}

function readPid(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** dockerd ends the containerd it started; this waits for it, and ends it where dockerd was killed. */
async function ensureEnded(pid) {
  const isGone = () => {
    try {
      return !fs.readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('containerd');
    } catch {
      return true;
    }
  };
  try {
    await poll(isGone, 3_000, 'containerd did not end');
  } catch {
    process.kill(pid, 'SIGKILL');
    await poll(isGone, 3_000, 'containerd did not end');
  }
}

async function unmountBelow(folder) {
  const mounts = fs.readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const points = mounts
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.reverse()) await run(programOf('umount'), ['--lazy', point]);
}
