import { property, text } from './containers';
import { dockerFolder, parseObject } from './contexts';
import type { EngineEnvironment } from './endpoint';

/** Who asks a registry, as an engine takes it in `X-Registry-Auth`. */
export type RegistryCredentials = { serveraddress: string } & (
  { username: string; password: string } | { identitytoken: string }
);

/** The registry of images that name none, and the key it has in Docker's settings. */
const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
/** How a helper says that what it gives is a token. */
const TOKEN_USER = '<token>';
const SAFE_HELPER = /^[\w.-]+$/;

/** The host, and port if any, of the registry that an image comes from. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'index.docker.io' ? first : DOCKER_HUB;
}

/**
 * What the user has logged in with at the registry of an image: from Docker's settings and its credential helpers, or
 * from Podman's settings. Undefined for none; a helper that fails is one that knows nothing.
 */
export async function registryCredentials(
  image: string,
  environment: EngineEnvironment,
): Promise<RegistryCredentials | undefined> {
  const registry = registryOf(image);
  for (const file of settingsFiles(environment)) {
    const settings = parseObject(await environment.readText(file));
    if (settings === undefined) continue;
    const found = (await fromHelper(settings, registry, environment)) ?? fromFile(settings, registry);
    if (found) return found;
  }
  return undefined;
}

function settingsFiles(environment: EngineEnvironment): string[] {
  const { env, home } = environment;
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    `${dockerFolder(environment)}/config.json`,
    ...(env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []),
    ...(runtime ? [`${runtime}/containers/auth.json`] : []),
    `${env['XDG_CONFIG_HOME'] || `${home}/.config`}/containers/auth.json`,
  ];
}

async function fromHelper(
  settings: unknown,
  registry: string,
  environment: EngineEnvironment,
): Promise<RegistryCredentials | undefined> {
  const key = registry === DOCKER_HUB ? DOCKER_HUB_KEY : registry;
  const helpers = property(settings, 'credHelpers');
  const helper = text(helpers, key) || text(helpers, registry) || text(settings, 'credsStore');
  if (!SAFE_HELPER.test(helper)) return undefined;
  const answer = parseObject(await environment.ask(`docker-credential-${helper}`, ['get'], key));
  return credentials(key, text(answer, 'Username'), text(answer, 'Secret'));
}

function fromFile(settings: unknown, registry: string): RegistryCredentials | undefined {
  const entries = property(settings, 'auths');
  if (typeof entries !== 'object' || entries === null) return undefined;
  const wanted = registry === DOCKER_HUB ? [DOCKER_HUB, 'index.docker.io'] : [registry];
  const [key, entry] = Object.entries(entries).find(([name]) => wanted.includes(hostOf(name))) ?? [];
  if (key === undefined) return undefined;
  const token = text(entry, 'identitytoken');
  if (token !== '') return { serveraddress: key, identitytoken: token };
  const [, username = '', password = ''] = /^([^:]*):(.*)$/s.exec(decoded(text(entry, 'auth'))) ?? [];
  return credentials(key, username, password.replace(/\0+$/, ''));
}

function credentials(key: string, username: string, secret: string): RegistryCredentials | undefined {
  if (username === '' || secret === '') return undefined;
  return username === TOKEN_USER
    ? { serveraddress: key, identitytoken: secret }
    : { serveraddress: key, username, password: secret };
}

/** Keys are hosts or, from older clients, addresses. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
