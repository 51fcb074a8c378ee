/** Where Node packages come from, as the project and the user have set it, without anything secret. */
export interface RegistrySettings {
  /** Ends with a slash. */
  registry: string;
  /** Registries of scopes such as `@company`. */
  scopes: ReadonlyMap<string, string>;
  /** `name=value` lines that change what is installed. */
  kept: string[];
  /** Names of settings left behind because they are or hold credentials. */
  leftOut: string[];
  /** Path of a file with certificates this machine trusts, if one is named. */
  caFile: string | undefined;
}

export const NPM_REGISTRY = 'https://registry.npmjs.org/';
/** The same registry under yarn's name for it. */
export const YARN_REGISTRY = 'https://registry.yarnpkg.com/';

const KEPT =
  /^(?:legacy-peer-deps|install-strategy|node-linker|shamefully-hoist|hoist|hoist-pattern(?:\[\])?|public-hoist-pattern(?:\[\])?|strict-peer-dependencies|auto-install-peers|dedupe-peer-dependents|link-workspace-packages|omit-lockfile-registry-resolved)$/;
const SECRET = /_authToken|_auth\b|_password|username|certfile|keyfile|^(?:cert|key|email)$/i;

/** Reads `.npmrc` texts, the one that counts most first, then the environment's. */
export function readRegistrySettings(
  texts: readonly (string | undefined)[],
  environment: Readonly<Record<string, string | undefined>>,
): RegistrySettings {
  const lines = texts.flatMap((text) => settingsOf(text ?? ''));
  const leftOut = new Set<string>();
  const scopes = new Map<string, string>();
  let registry = environment['npm_config_registry'];
  const kept: string[] = [];
  for (const { name, value } of lines) {
    if (SECRET.test(name)) leftOut.add(name);
    else if (value.includes('${')) leftOut.add(`${name}, which names a variable`);
    else if (name === 'registry') registry ??= value;
    else if (/^@[^:]+:registry$/.test(name)) {
      const scope = name.replace(/:registry$/, '');
      const address = plainRegistry(value, leftOut);
      if (address !== undefined && !scopes.has(scope)) scopes.set(scope, address);
    } else if (KEPT.test(name)) kept.push(`${name}=${value}`);
  }
  return {
    registry: plainRegistry(registry ?? NPM_REGISTRY, leftOut) ?? NPM_REGISTRY,
    scopes,
    kept,
    leftOut: [...leftOut],
    caFile:
      lines.find(({ name, value }) => name === 'cafile' && !value.includes('${'))?.value ||
      environment['NODE_EXTRA_CA_CERTS'] ||
      environment['SSL_CERT_FILE'],
  };
}

function settingsOf(text: string): { name: string; value: string }[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ''] = /^\s*([^;#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value.replace(/^(["'])(.*)\1$/, '$2') }];
  });
}

/** Without user name and password, with a slash at its end; undefined for what is no address of the web. */
export function plainRegistry(address: string, leftOut: Set<string>): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.username !== '' || url.password !== '') leftOut.add(`the password in the address of ${url.host}`);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/?$/, '/')}`;
}

/** `host:port` of a web address. */
export function hostAndPort(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return `${hostname.toLowerCase()}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
