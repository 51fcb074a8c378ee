import * as http from 'node:http';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';

/** Opens a connection to a host of the network. Rejects with the system's error, or an `Error` that says what a proxy said. */
export type Dial = (host: string, port: number) => Promise<Duplex>;

const CONNECT_LIMIT_MS = 30_000;

/** Connections as this machine makes them: through the proxy that the usual environment variables name, or straight. */
export function dialFrom(environment: Readonly<Record<string, string | undefined>>): Dial {
  const read = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? '';
  const passed = read('NO_PROXY')
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .replace(/^\*?\./, '')
        .toLowerCase(),
    )
    .filter((entry) => entry !== '');
  return (host, port) => {
    const proxy = (port === 443 ? read('HTTPS_PROXY') : '') || read('HTTP_PROXY') || read('HTTPS_PROXY');
    const name = host.toLowerCase();
    const isPassed =
      /^(?:localhost|127\.|\[?::1)/.test(name) ||
      passed.some((entry) => entry === '*' || name === entry || name.endsWith(`.${entry}`));
    return proxy === '' || isPassed ? straight(host, port) : throughProxy(proxy, host, port);
  };
}

function straight(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, timeout: CONNECT_LIMIT_MS });
    socket.once('timeout', () =>
      socket.destroy(new Error(`${host} did not answer within ${CONNECT_LIMIT_MS / 1000} s`)),
    );
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function throughProxy(proxy: string, host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const {
      hostname,
      port: proxyPort,
      username,
      password,
    } = new URL(/^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`);
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
    const request = http.request({
      host: hostname,
      port: proxyPort || 80,
      method: 'CONNECT',
      path: `${host}:${port}`,
      headers: {
        host: `${host}:${port}`,
        ...(username && { 'proxy-authorization': `Basic ${credentials.toString('base64')}` }),
      },
      timeout: CONNECT_LIMIT_MS,
      agent: false,
    });
    request.on('timeout', () => request.destroy(new Error(`the proxy ${hostname} did not answer`)));
    request.on('error', reject);
    request.on('connect', (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the proxy ${hostname} answered with ${response.statusCode ?? 0} for ${host}`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.end();
  });
}
