import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HAPROXY = '/usr/sbin/haproxy';

const CONFIG = `global
  log stdout format raw local0 warning
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  retries 5
  retry-on conn-failure empty-response response-timeout
  option redispatch 1
resolvers engine
  nameserver dns 127.0.0.11:53
  resolve_retries 2
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 500ms
  hold obsolete 0s
frontend all
  bind *:8000
  default_backend web
backend web
  balance roundrobin
  server-template web 4 web:8080 check inter 500ms resolvers engine init-addr libc,none
`;

/** Why there is no proxy to put in front of a service; undefined where there is. */
export function noProxy(): string | undefined {
  return fs.existsSync(HAPROXY) ? undefined : 'haproxy is not installed';
}

/** Writes a folder from which an image of this machine's HAProxy can be built on any image; it balances over "web:8080". */
export async function writeProxy(folder: string, base: string): Promise<void> {
  fs.mkdirSync(path.join(folder, 'lib'), { recursive: true });
  const { stdout } = await run('ldd', [HAPROXY]);
  const libraries = [...stdout.matchAll(/(\/\S+\.so\S*)/g)].map(([, file = '']) => file);
  for (const library of libraries) fs.copyFileSync(library, path.join(folder, 'lib', path.basename(library)));
  fs.copyFileSync(HAPROXY, path.join(folder, 'haproxy'));
  fs.chmodSync(path.join(folder, 'haproxy'), 0o755);
  fs.writeFileSync(path.join(folder, 'proxy.cfg'), CONFIG);
  const loader =
    libraries.map((file) => path.basename(file)).find((name) => name.startsWith('ld-linux')) ?? '';
  const words = [
    `/proxy/lib/${loader}`,
    '--library-path',
    '/proxy/lib',
    '/proxy/haproxy',
    '-f',
    '/proxy/proxy.cfg',
  ];
  fs.writeFileSync(
    path.join(folder, 'Dockerfile'),
    `FROM ${base}\nCOPY . /proxy\nUSER root\nCMD ${JSON.stringify(words)}\n`,
  );
}
