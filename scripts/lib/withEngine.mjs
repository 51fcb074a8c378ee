import { ensureDebianPackages, isDebianWithRoot } from './debian.mjs';
import { findEngine } from './engineClient.mjs';
import { ensureImages } from './images.mjs';
import { say, step } from './output.mjs';
import { startPrivateEngine } from './privateEngine.mjs';

const NO_ENGINE =
  'No Docker-compatible engine answers on this machine. Start Docker or Podman, or set DOCKER_HOST. ' +
  'On Debian as root these scripts start a private one by themselves.';

/**
 * Provides an engine that has the images sandboxes need: the one that is running, else a private one.
 * @returns {Promise<ProvidedEngine>}
 *
 * @typedef {{env: {DOCKER_HOST: string}, isPrivate: boolean, stop: () => Promise<void>}} ProvidedEngine
 *   env: for the processes that use it; isPrivate: it was started for this and ends with stop()
 */
export async function provideEngine() {
  return withImages(await findOrStart());
}

/**
 * Starts one more private engine, for those who must not meet what others do on the first.
 * @returns {Promise<ProvidedEngine>}
 */
export async function startAnotherEngine() {
  return withImages(await startPrivate());
}

async function withImages({ client, isPrivate, stop }) {
  try {
    await ensureImages(client, { mayBuild: isDebianWithRoot() });
  } catch (error) {
    await stop();
    throw error;
  }
  return { env: { DOCKER_HOST: client.address }, isPrivate, stop };
}

async function findOrStart() {
  const running = await findEngine();
  if (running) return useRunning(running);
  if (!isDebianWithRoot()) throw new Error(NO_ENGINE);
  // debootstrap may be needed for the images soon, and one apt-get is faster than two.
  await ensureDebianPackages(['docker.io', 'iptables', 'iproute2', 'debootstrap', 'debian-archive-keyring']);
  const startedByPackage = await findEngine();
  if (startedByPackage) return useRunning(startedByPackage);
  return startPrivate();
}

async function startPrivate() {
  const { client, stop } = await step('starting a private Docker daemon', startPrivateEngine);
  say(`engine: ${await client.describe()}, private, at ${client.address}`);
  return { client, isPrivate: true, stop };
}

async function useRunning(client) {
  say(`engine: ${await client.describe()} at ${client.address}`);
  return { client, isPrivate: false, stop: async () => {} };
}
