/** Where an engine listens: a Unix socket or Windows named pipe, or a TCP port. */
export type EngineAddress =
  { kind: 'socket'; path: string } | { kind: 'tcp'; host: string; port: number; tls?: TlsMaterial };

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

/** The address the way Docker writes it: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`. */
export function formatAddress(address: EngineAddress): string {
  if (address.kind === 'tcp') {
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    return `${address.tls ? 'https' : 'tcp'}://${host}:${address.port}`;
  }
  return address.path.startsWith('//./pipe/') ? `npipe://${address.path}` : `unix://${address.path}`;
}
