import type { EngineAddress, SshAddress, TlsMaterial } from './address';
import { NoEngine } from './errors';
import { t } from '../base/texts';

/** A host or a user that `ssh` can't take for an option, and no shell (its `ProxyCommand`) for more than a word. */
const SSH_WORD = /^[\p{L}\p{N}_.:%+][\p{L}\p{N}_.:%+-]*$/u;
const SSH_PATH = /^\/[\w./-]+$/;

/** Reads an address the way Docker writes it. `source` is who named it. Throws `NoEngine` with the value in it. */
export function parseHost(host: string, source: string, tls: TlsMaterial | undefined): EngineAddress {
  const malformed = (): NoEngine =>
    new NoEngine(
      t('The engine address "{0}" from {1} can not be understood.', host, source),
      t(
        'Write it like unix:///var/run/docker.sock, npipe:////./pipe/docker_engine, tcp://host:2375 or ssh://user@host.',
      ),
    );
  const socket = /^(?:unix:\/\/|npipe:\/\/)?(\/.+)$/.exec(host)?.[1];
  if (socket !== undefined) return { kind: 'socket', path: socket };
  if (/^(unix|npipe|fd):/.test(host)) throw malformed();

  const isSsh = host.startsWith('ssh://');
  let url: URL;
  try {
    const plain = host.replace(/^(tcp|https|ssh):/, 'http:');
    url = new URL(/^[a-z]+:\/\//.test(host) ? plain : `http://${host}`);
  } catch {
    throw malformed();
  }
  if (url.protocol !== 'http:' || url.search !== '' || url.hash !== '') throw malformed();
  if (isSsh) {
    const address = readSsh(host, url);
    if (!address) throw malformed();
    return address;
  }
  if (url.pathname !== '/' || url.username !== '') throw malformed();
  const port = portOf(host, url, tls !== undefined);
  return { kind: 'tcp', host: withoutBrackets(url.hostname), port, ...(tls && { tls }) };
}

function readSsh(host: string, url: URL): SshAddress | undefined {
  // From the text, as `URL` would write names of an SSH configuration in lower case.
  const name = withoutBrackets(/^ssh:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(host)?.[1] ?? '');
  const user = decoded(url.username);
  const path = url.pathname === '/' ? '' : url.pathname;
  if (!SSH_WORD.test(name) || url.password !== '') return undefined;
  if ((user !== '' && !SSH_WORD.test(user)) || (path !== '' && !SSH_PATH.test(path))) return undefined;
  const port = url.port === '' && /:80(\/|$)/.test(host) ? '80' : url.port;
  return {
    kind: 'ssh',
    host: name,
    ...(user !== '' && { user }),
    ...(port !== '' && { port: Number(port) }),
    ...(path !== '' && { path }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '-';
  }
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** `URL` drops a port 80 that was written; Docker's defaults are 2375 and, with TLS, 2376. */
function portOf(host: string, url: URL, tls: boolean): number {
  if (url.port !== '') return Number(url.port);
  return /:80\/?$/.test(host) ? 80 : tls ? 2376 : 2375;
}
