const FOLDERS = new Set([
  '.aws',
  '.azure',
  '.claude',
  '.cursor',
  '.docker',
  '.gnupg',
  '.idea',
  '.kube',
  '.ssh',
  '.vscode',
]);

const NAMES = new Set([
  '.git-credentials',
  '.htpasswd',
  '.mcp.json',
  '.netrc',
  '.npmrc',
  '.pgpass',
  '.pypirc',
  '.yarnrc.yml',
  '_netrc',
]);

const PATTERNS: readonly RegExp[] = [
  /^\.env/,
  /\.(pem|key|p12|pfx|kdbx|jks|keystore|ppk)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /\.tfstate/,
  /^service-account.*\.json$/,
  /^credentials.*\.json$/,
];

const TEMPLATES = new Set(['.env.example', '.env.sample', '.env.template']);

/**
 * Whether a file or folder may hold secrets or the settings of a person's tools, by its workspace-relative path
 * alone. Upper and lower case are the same: they are on some file systems, and nobody should be saved by the others.
 */
export function mayHoldSecrets(path: string): boolean {
  const names = path.toLowerCase().split('/');
  return names.some((name, depth) => {
    if (TEMPLATES.has(name)) return false;
    if (FOLDERS.has(name) || NAMES.has(name)) return true;
    if (name === 'gcloud' && names[depth - 1] === '.config') return true;
    return PATTERNS.some((pattern) => pattern.test(name));
  });
}
