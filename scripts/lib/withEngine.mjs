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
 * @returns {Promise<{env: {DOCKER_HOST: string}, stop: () => Promise<void>}>} env: for the processes that use it
 */
export async function provideEngine() {
  const engine = await findOrStart();
  try {
    await ensureImages(engine.client, { mayBuild: isDebianWithRoot() });
  } catch (error) {
    await engine.stop();
    throw error;
  }
  return { env: { DOCKER_HOST: engine.client.address }, stop: engine.stop };
}

async function findOrStart() {
  const running = await findEngine();
  if (running) return useRunning(running);
  if (!isDebianWithRoot()) throw new Error(NO_ENGINE);
  // debootstrap may be needed for the images soon, and one apt-get is faster than two.
  await ensureDebianPackages(['docker.io', 'iptables', 'iproute2', 'debootstrap', 'debian-archive-keyring']);
  const startedByPackage = await findEngine();
  if (startedByPackage) return useRunning(startedByPackage);
  const started = await step('starting a private Docker daemon', startPrivateEngine);
  say(`engine: ${await started.client.describe()}, private, at ${started.client.address}`);
  return started;
}

async function useRunning(client) {
  say(`engine: ${await client.describe()} at ${client.address}`);
  return { client, stop: async () => {} };
}
