import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import type { EngineAddress, TlsMaterial } from './address';
import { SshStream } from './sshStream';

/** Connections that wait for the next request; more would be closed by and by. */
const MAX_IDLE = 4;

/** The way to one engine. Its connections are kept for the next request until `close`. */
export interface Transport {
  readonly address: EngineAddress;
  /** For ordinary requests. */
  readonly agent: http.Agent;
  /** Begins a request on a connection of its own, which becomes the caller's when the engine upgrades it. */
  requestAlone(options: http.RequestOptions): http.ClientRequest;
  /** Closes the connections that nobody uses, and the others as soon as they are free. */
  close(): void;
}

/** `env` is the environment in which `ssh` runs. Opens nothing yet. */
export function openTransport(
  address: EngineAddress,
  env: Readonly<Record<string, string | undefined>>,
): Transport {
  const kept = { keepAlive: true, maxFreeSockets: MAX_IDLE };
  if (address.kind === 'ssh') {
    const createConnection = (): Duplex => new SshStream(address, env);
    const agent = Object.assign(new http.Agent(kept), { createConnection });
    // Node's typings want a socket where any two-way stream will do.
    const alone = { createConnection: createConnection as unknown as typeof agent.createConnection };
    return transport(address, agent, (options) =>
      http.request({ ...options, ...(alone as http.RequestOptions) }),
    );
  }
  if (address.kind === 'socket') {
    return transport(address, new http.Agent(kept), (options) =>
      http.request({ ...options, socketPath: address.path, agent: false }),
    );
  }
  const { host, port, tls } = address;
  if (!tls) {
    return transport(address, new http.Agent(kept), (options) =>
      http.request({ ...options, host, port, agent: false }),
    );
  }
  // Otherwise the certificate would have to be one for what the Host header says.
  const servername = isIP(host) === 0 ? host : '';
  // The client library has no option to accept any server certificate; an agent has.
  return transport(address, new https.Agent({ ...tlsOptions(tls), ...kept }), (options) =>
    https.request({ ...options, ...tlsOptions(tls), servername, host, port, agent: false }),
  );
}

function transport(
  address: EngineAddress,
  agent: http.Agent,
  requestAlone: Transport['requestAlone'],
): Transport {
  // The client library describes the options of each request for a log nobody reads, and an agent with all its
  // connections takes 20 ms of that.
  Object.assign(agent, { [inspect.custom]: () => 'the connections to the engine' });
  const close = (): void => {
    agent.maxFreeSockets = 0;
    for (const idle of Object.values(agent.freeSockets).flat()) idle?.destroy();
  };
  return { address, agent, requestAlone, close };
}

function tlsOptions(
  tls: TlsMaterial,
): Pick<https.AgentOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'> {
  return { ca: tls.ca, cert: tls.cert, key: tls.key, rejectUnauthorized: tls.verify };
}
