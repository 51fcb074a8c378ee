import { plainRegistry } from './registrySettings';
import type { RegistrySettings } from './registrySettings';

/** Settings of `.yarnrc.yml` that decide what is installed. */
const KEPT =
  /^(?:compressionLevel|npmRegistryServer|npmScopes|packageExtensions|catalogs?|nmMode|nmHoistingLimits|defaultProtocol|checksumBehavior|supportedArchitectures)$/;
const SECRET = /auth|token|ident|password/i;

/** The settings of a project for Yarn 2 or later, without what is secret and what would run code. */
export function safeYarnSettings(
  text: string,
  npm: RegistrySettings,
): { text: string; linker: string; registry: string; addresses: string[]; leftOut: string[] } {
  const leftOut = new Set<string>();
  const lines: string[] = [];
  let linker = 'pnp';
  let isKept = false;
  for (const line of text.split(/\r?\n/)) {
    const key = /^([A-Za-z]\w*):\s*(.*)$/.exec(line);
    if (key) {
      const [, name = '', value = ''] = key;
      if (name === 'nodeLinker') linker = value.replace(/["'\s]/g, '');
      isKept = KEPT.test(name);
      if (!isKept && name !== 'nodeLinker') leftOut.add(name);
    }
    if (!isKept) continue;
    const name = /^\s*["']?([\w@/.-]+)["']?:/.exec(line)?.[1] ?? '';
    if (SECRET.test(name) || line.includes('${')) leftOut.add(name || 'a line that names a variable');
    else lines.push(line);
  }
  const addresses = lines.flatMap((line) => /https?:\/\/[^\s"']+/.exec(line)?.[0] ?? []);
  const named = lines.find((line) => line.startsWith('npmRegistryServer:'));
  const registry = plainRegistry(/https?:\/\/[^\s"']+/.exec(named ?? '')?.[0] ?? '', leftOut);
  const own = [
    ...(registry === undefined ? [`npmRegistryServer: "${npm.registry.replace(/\/$/, '')}"`] : []),
    'nodeLinker: node-modules',
    'enableScripts: false',
    'enableTelemetry: false',
    'enableGlobalCache: false',
    ...plainHosts([registry ?? npm.registry, ...addresses]),
  ];
  return {
    text: [...lines, ...own, ''].join('\n'),
    linker,
    registry: registry ?? npm.registry,
    addresses,
    leftOut: [...leftOut],
  };
}

/** Yarn talks plain HTTP only to hosts that are named. */
function plainHosts(addresses: readonly string[]): string[] {
  const hosts = addresses
    .filter((address) => address.startsWith('http:'))
    .map((address) => new URL(address).hostname);
  return hosts.length === 0 ? [] : ['unsafeHttpWhitelist:', ...new Set(hosts.map((host) => `  - "${host}"`))];
}
