/** Where an engine listens: a Unix socket or Windows named pipe, a TCP port, or behind a host's SSH server. */
export type EngineAddress =
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls?: TlsMaterial }
  | SshAddress;

export interface SshAddress {
  kind: 'ssh';
  /** As `ssh` takes it: an address, or a name from the user's SSH configuration. */
  host: string;
  user?: string;
  port?: number;
  /** The engine's socket on that host, where it is not the usual one. */
  path?: string;
}

/** PEM texts as they stand on disk; `verify` false accepts any server certificate. */
export interface TlsMaterial {
  verify: boolean;
  ca?: string;
  cert?: string;
  key?: string;
}

/** One place an engine may be found at, and who named it, in words that end a sentence "named by ...". */
export interface EngineCandidate {
  address: EngineAddress;
  source: string;
}

/** The address the way Docker writes it: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `ssh://host`. */
export function formatAddress(address: EngineAddress): string {
  switch (address.kind) {
    case 'socket':
      return address.path.startsWith('//./pipe/') ? `npipe://${address.path}` : `unix://${address.path}`;
    case 'tcp':
      return `${address.tls ? 'https' : 'tcp'}://${bracketed(address.host)}:${address.port}`;
    case 'ssh': {
      const user = address.user === undefined ? '' : `${address.user}@`;
      const port = address.port === undefined ? '' : `:${address.port}`;
      return `ssh://${user}${bracketed(address.host)}${port}${address.path ?? ''}`;
    }
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
