import { createHash } from 'node:crypto';
import type { TlsMaterial } from './address';
import { property } from './containers';
import type { EngineEnvironment } from './endpoint';

/** A Docker context: a named engine with what it takes to reach it. */
export interface DockerContext {
  name: string;
  host: string;
  tls: TlsMaterial | undefined;
}

/** Bounds a folder that others may have filled. */
const MAX_CONTEXTS = 100;

/** Docker's folder of settings, contexts and certificates. */
export function dockerFolder({ env, home }: EngineEnvironment): string {
  return env['DOCKER_CONFIG'] || `${home}/.docker`;
}

/** The context that Docker's own client would use now; undefined for none and for "default". */
export async function currentContextName(environment: EngineEnvironment): Promise<string | undefined> {
  const config = parseObject(await environment.readText(`${dockerFolder(environment)}/config.json`));
  const current = property(config, 'currentContext');
  const name = environment.env['DOCKER_CONTEXT'] || (typeof current === 'string' ? current : '');
  return name === '' || name === 'default' ? undefined : name;
}

/** The context of this name; undefined when there is none or it names no engine. */
export async function readContext(
  environment: EngineEnvironment,
  name: string,
): Promise<DockerContext | undefined> {
  return readContextFolder(environment, createHash('sha256').update(name).digest('hex'));
}

/** Every context that is kept on this machine, by name. */
export async function listContexts(environment: EngineEnvironment): Promise<DockerContext[]> {
  const ids = await environment.listFolder(`${dockerFolder(environment)}/contexts/meta`);
  const known = ids.filter((id) => /^[0-9a-f]{64}$/.test(id)).slice(0, MAX_CONTEXTS);
  const contexts = await Promise.all(known.map((id) => readContextFolder(environment, id)));
  return contexts
    .filter((context) => context !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The certificates of a folder, under the names that Docker gives them. */
export async function readTls(
  environment: EngineEnvironment,
  folder: string,
): Promise<Omit<TlsMaterial, 'verify'>> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => environment.readText(`${folder}/${name}`)),
  );
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

async function readContextFolder(
  environment: EngineEnvironment,
  id: string,
): Promise<DockerContext | undefined> {
  const folder = `${dockerFolder(environment)}/contexts`;
  const meta = parseObject(await environment.readText(`${folder}/meta/${id}/meta.json`));
  const name = property(meta, 'Name');
  const docker = property(property(meta, 'Endpoints'), 'docker');
  const host = property(docker, 'Host');
  if (typeof name !== 'string' || typeof host !== 'string' || host === '') return undefined;
  const material = await readTls(environment, `${folder}/tls/${id}/docker`);
  const skip = property(docker, 'SkipTLSVerify') === true;
  const tls = skip || Object.keys(material).length > 0 ? { ...material, verify: !skip } : undefined;
  return { name, host, tls };
}

/** The JSON of a text; undefined for none. */
export function parseObject(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
