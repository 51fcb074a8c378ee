import type { EngineAddress, EngineCandidate } from './address';
import { currentContextName, dockerFolder, listContexts, readContext, readTls } from './contexts';
import type { DockerContext } from './contexts';
import { defaultSockets } from './defaultSockets';
import { NoEngine } from './errors';
import { t } from '../base/texts';
import { parseHost } from './parseHost';

/** What finding an engine needs to know of the machine. */
export interface EngineEnvironment {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  /** The numeric user id, where the platform has one. */
  uid: number | undefined;
  /** The text of a file; undefined when there is none or it can't be read. */
  readText(path: string): Promise<string | undefined>;
  /** The names in a folder; none when there is no such folder or it can't be read. */
  listFolder(path: string): Promise<string[]>;
  /** What a program prints when it is given `input`; undefined when there is none, it fails, or takes longer than 10 s. */
  ask(program: string, words: readonly string[], input: string): Promise<string | undefined>;
}

/** How the setting names a Docker context instead of an address. */
const CONTEXT_PREFIX = 'context:';

/** A place to look, and what the setting must hold to choose it. */
export interface EngineChoice extends EngineCandidate {
  setting: string;
}

/** Something that names an engine and can't be read. */
interface UnreadableName {
  source: string;
  setting: string;
  error: NoEngine;
}

/**
 * The places to look for an engine, most wanted first. Whoever names an engine (the setting, `DOCKER_HOST`,
 * `DOCKER_CONTEXT`, the current Docker context, in this order) decides alone, as with Docker's own client: falling
 * through to another engine would run things where nobody asked for them. Throws `NoEngine` when a name can't be read.
 */
export async function engineCandidates(
  environment: EngineEnvironment,
  setting: string | undefined,
): Promise<EngineCandidate[]> {
  if (setting?.startsWith(CONTEXT_PREFIX)) {
    return [await contextCandidate(environment, setting.slice(CONTEXT_PREFIX.length), t('The setting'))];
  }
  if (setting)
    return [{ address: await fromHost(environment, setting, t('the setting')), source: t('the setting') }];
  const host = environment.env['DOCKER_HOST'];
  if (host) return [{ address: await fromHost(environment, host, 'DOCKER_HOST'), source: 'DOCKER_HOST' }];
  const context = await currentContextName(environment);
  if (context !== undefined) {
    const by = environment.env['DOCKER_CONTEXT'] ? 'DOCKER_CONTEXT' : t('The Docker configuration');
    return [await contextCandidate(environment, context, by)];
  }
  return defaultCandidates(environment);
}

/**
 * Every engine that anything on this machine names or may have: `DOCKER_HOST`, all Docker contexts, the usual sockets.
 * Each address once.
 */
export async function engineChoices(
  environment: EngineEnvironment,
): Promise<(EngineChoice | UnreadableName)[]> {
  const host = environment.env['DOCKER_HOST'];
  const named: Promise<EngineChoice | UnreadableName>[] = [];
  if (host) {
    const address = fromHost(environment, host, 'DOCKER_HOST');
    named.push(choice('DOCKER_HOST', host, address));
  }
  for (const context of await listContexts(environment)) {
    const source = contextSource(context.name);
    const setting = `${CONTEXT_PREFIX}${context.name}`;
    named.push(
      choice(
        source,
        setting,
        // Not awaited here: a malformed one must not hide the others.
        new Promise((resolve) => resolve(parseHost(context.host, source, context.tls))),
      ),
    );
  }
  const usual = defaultCandidates(environment).map(({ address, source }) => ({
    address,
    source,
    setting: address.kind === 'socket' ? address.path : '',
  }));
  return [...(await Promise.all(named)), ...usual];
}

async function choice(
  source: string,
  setting: string,
  address: Promise<EngineAddress>,
): Promise<EngineChoice | UnreadableName> {
  try {
    return { source, setting, address: await address };
  } catch (error) {
    if (error instanceof NoEngine) return { source, setting, error };
    throw error;
  }
}

function defaultCandidates(environment: EngineEnvironment): EngineCandidate[] {
  return defaultSockets(environment).map((path) => ({
    address: { kind: 'socket', path },
    source: t('the default places'),
  }));
}

async function fromHost(
  environment: EngineEnvironment,
  host: string,
  source: string,
): Promise<EngineAddress> {
  const { env } = environment;
  const wanted =
    host.startsWith('https://') || Boolean(env['DOCKER_TLS_VERIFY']) || Boolean(env['DOCKER_TLS']);
  const folder = env['DOCKER_CERT_PATH'] || dockerFolder(environment);
  const tls = wanted
    ? {
        ...(await readTls(environment, folder)),
        verify: host.startsWith('https://') || Boolean(env['DOCKER_TLS_VERIFY']),
      }
    : undefined;
  return parseHost(host, source, tls);
}

async function contextCandidate(
  environment: EngineEnvironment,
  name: string,
  by: string,
): Promise<EngineCandidate> {
  const context: DockerContext | undefined = await readContext(environment, name);
  if (!context) {
    throw new NoEngine(
      t('{0} names the context "{1}", but there is no such context.', by, name),
      t('List the contexts with "docker context ls" and choose one with "docker context use".'),
    );
  }
  const source = contextSource(name);
  return { address: parseHost(context.host, source, context.tls), source };
}

function contextSource(name: string): string {
  return t('the Docker context "{0}"', name);
}
