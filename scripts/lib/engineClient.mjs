import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const PING_TIMEOUT_MS = 1_500;

/** An error the engine answered with, or its silence. */
export class EngineError extends Error {}

/** The few calls of the Docker API the scripts need, over a unix socket, a Windows pipe or plain TCP. */
export class EngineClient {
  /** @param {string} address in the form of DOCKER_HOST, such as unix:///var/run/docker.sock */
  constructor(address) {
    this.address = address;
    this.connection = connectionOf(address);
  }

  /** Whether something answers there like an engine does, within 1.5 s. */
  async answers() {
    try {
      const response = await this.#send('GET', '/_ping', { timeoutMs: PING_TIMEOUT_MS });
      const body = await textOf(response);
      return response.statusCode === 200 && body.trim() === 'OK';
    } catch {
      return false;
    }
  }

  /** @returns {Promise<string>} such as "Docker 20.10.24" */
  async describe() {
    const version = JSON.parse(await textOf(await this.#send('GET', '/version')));
    const name = version.Components?.find((component) => /podman/i.test(component.Name))
      ? 'Podman'
      : 'Docker';
    return `${name} ${version.Version}`;
  }

  /** @returns {Promise<{Config?: {Labels?: Record<string, string>}} | undefined>} */
  async inspectImage(name) {
    const response = await this.#send('GET', `/images/${encodeURIComponent(name)}/json`);
    const body = await textOf(response);
    if (response.statusCode === 404) return undefined;
    if (response.statusCode !== 200) throw new EngineError(messageOf(body));
    return JSON.parse(body);
  }

  /** Pulls an image; gives up when nothing was heard for stallMs. */
  pullImage(name, { stallMs }) {
    const [image, tag] = name.split(':');
    return this.#follow(`/images/create?fromImage=${image}&tag=${tag}`, { stallMs });
  }

  /**
   * Makes an image of one layer from a tar file of a root file system.
   * @param {{name: string, changes: string[], tar: NodeJS.ReadableStream}} image changes: Dockerfile lines such as ENV
   */
  importImage({ name, changes, tar }) {
    const [repo, tag] = name.split(':');
    const query = new URLSearchParams({ fromSrc: '-', repo, tag });
    for (const change of changes) query.append('changes', change);
    return this.#follow(`/images/create?${query}`, { body: tar });
  }

  /** Builds an image from a tar file with a Dockerfile and its files; needs no network by itself. */
  buildImage({ name, tar }) {
    return this.#follow(`/build?${new URLSearchParams({ t: name, networkmode: 'none' })}`, { body: tar });
  }

  /** Images as one tar file; goes into `loadImages` of another engine. */
  async saveImages(names) {
    const query = new URLSearchParams(names.map((name) => ['names', name]));
    const response = await this.#send('GET', `/images/get?${query}`);
    if (response.statusCode !== 200) throw new EngineError(messageOf(await textOf(response)));
    return response;
  }

  loadImages(tar) {
    return this.#follow('/images/load?quiet=1', { body: tar });
  }

  /** Calls something that answers with one JSON object a line, and reports a failure as a line with "error". */
  async #follow(requestPath, options) {
    const response = await this.#send('POST', requestPath, {
      timeoutMs: options.stallMs,
      body: options.body,
    });
    const body = await textOf(response);
    if (response.statusCode !== 200) throw new EngineError(messageOf(body));
    const failed = body.split('\n').find((line) => line.includes('"error"'));
    if (failed) throw new EngineError(messageOf(failed));
  }

  #send(method, requestPath, { timeoutMs, body } = {}) {
    return new Promise((resolve, reject) => {
      const headers = body ? { 'Content-Type': 'application/x-tar' } : {};
      const request = http.request(
        { ...this.connection, method, path: requestPath, headers, agent: false },
        resolve,
      );
      if (timeoutMs) {
        const giveUp = () => request.destroy(new EngineError(`no answer within ${timeoutMs / 1000} s`));
        request.setTimeout(timeoutMs, giveUp);
      }
      request.on('error', reject);
      if (!body) return void request.end();
      body.on('error', (error) => request.destroy(error));
      body.pipe(request);
    });
  }
}

async function textOf(response) {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  return text;
}

function messageOf(body) {
  try {
    const parsed = JSON.parse(body);
    return parsed.message ?? parsed.error ?? body;
  } catch {
    return body.slice(0, 500);
  }
}

function connectionOf(address) {
  const url = new URL(address);
  if (url.protocol === 'unix:') return { socketPath: url.pathname, host: 'localhost' };
  if (url.protocol === 'npipe:') return { socketPath: url.pathname.replaceAll('/', '\\'), host: 'localhost' };
  if (url.protocol === 'tcp:' || url.protocol === 'http:')
    return { host: url.hostname, port: url.port || 2375 };
  throw new EngineError(`${url.protocol} is not a protocol these scripts can ask an engine over`);
}

/**
 * Finds a running Docker-compatible engine by asking: DOCKER_HOST first, then the usual local sockets.
 * @returns {Promise<EngineClient | undefined>}
 */
export async function findEngine() {
  for (const address of candidates()) {
    const client = clientOrUndefined(address);
    if (client && (await client.answers())) return client;
  }
  return undefined;
}

function clientOrUndefined(address) {
  try {
    return new EngineClient(address);
  } catch {
    return undefined;
  }
}

function candidates() {
  const { DOCKER_HOST: chosen, XDG_RUNTIME_DIR: runtime } = process.env;
  const home = os.homedir();
  if (process.platform === 'win32') return [chosen, 'npipe:////./pipe/docker_engine'].filter(Boolean);
  const sockets = [
    '/var/run/docker.sock',
    path.join(home, '.docker/run/docker.sock'),
    path.join(home, '.colima/default/docker.sock'),
    path.join(home, '.orbstack/run/docker.sock'),
    runtime && path.join(runtime, 'docker.sock'),
    runtime && path.join(runtime, 'podman/podman.sock'),
    '/run/podman/podman.sock',
  ];
  return [chosen, ...sockets.filter(Boolean).map((socket) => `unix://${socket}`)].filter(Boolean);
}
