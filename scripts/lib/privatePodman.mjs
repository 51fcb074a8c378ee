import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureDebianPackages, isDebianWithRoot } from './debian.mjs';
import { EngineClient } from './engineClient.mjs';
import { step } from './output.mjs';
import { findProgram, run, stopProcess, tail } from './process.mjs';
import { onShutdown } from './shutdown.mjs';

const START_TIMEOUT_MS = 30_000;

/**
 * Starts a Podman service of our own on a private socket, with everything it keeps in one new temporary folder, and
 * gives it images of another engine.
 * @param {{from: string, images: string[]}} options from: address of the engine that has the images
 * @returns {Promise<{address: string, stop: () => Promise<void>}>}
 * @throws {Error} where Podman can't be had, or does not start
 */
export async function startPrivatePodman({ from, images }) {
  if (!isDebianWithRoot() && !findProgram('podman')) throw new Error('there is no Podman here');
  if (isDebianWithRoot()) await ensureDebianPackages(['podman', 'catatonit']);
  return step('starting a private Podman', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-podman-'));
    const state = { folder, service: undefined };
    const stop = onShutdown(() => dismantle(state));
    try {
      const address = `unix://${path.join(folder, 'podman.sock')}`;
      state.service = spawnService(folder, address);
      const client = new EngineClient(address);
      await waitUntilReady(client, state);
      await client.loadImages(await new EngineClient(from).saveImages(images));
      return { address, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  });
}

function spawnService(folder, address) {
  const args = ['--root', path.join(folder, 'root'), '--runroot', path.join(folder, 'run')];
  args.push('--tmpdir', path.join(folder, 'tmp'), '--events-backend', 'file', '--cgroup-manager', 'cgroupfs');
  if (findProgram('runc')) args.push('--runtime', 'runc');
  args.push('system', 'service', '--time', '0', address);
  const log = fs.openSync(logOf(folder), 'a');
  try {
    return spawn(findProgram('podman'), args, { cwd: folder, stdio: ['ignore', log, log], detached: true });
  } finally {
    fs.closeSync(log);
  }
}

const logOf = (folder) => path.join(folder, 'podman.log');

async function waitUntilReady(client, { service, folder }) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await client.answers())) {
    if (service.exitCode !== null || Date.now() > deadline) {
      const log = fs.readFileSync(logOf(folder), 'utf8');
      throw new Error(`Podman did not start. The end of its log:\n${tail(log, 5)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function dismantle({ folder, service }) {
  if (service) await stopProcess(service, { graceMs: 10_000 });
  const mounts = fs.readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const points = mounts
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.reverse()) await run(findProgram('umount'), ['--lazy', point]);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
