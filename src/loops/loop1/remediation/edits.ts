/** A change of one text. Undefined where the text is not as it was when the evidence was seen, so that nothing is guessed. */
export type TextEdit = (text: string, line: number) => string | undefined;

const linesOf = (text: string): string[] => text.split('\n');
const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? '';

/** Puts lines below the name of a service of a Compose file, indented as its other lines are. */
function belowService(text: string, line: number, added: readonly string[]): string | undefined {
  const lines = linesOf(text);
  const name = lines[line - 1];
  // A service in one line, such as `web: {image: x}`, has no place for lines below it.
  if (name === undefined || !/^\s+["']?[\w.-]+["']?\s*:\s*(#.*)?$/.test(name.replace(/\r$/, '')))
    return undefined;
  const next = lines.slice(line).find((each) => each.trim() !== '' && !each.trim().startsWith('#'));
  const indent = indentOf(next ?? '');
  if (indent.length <= indentOf(name).length) return undefined;
  const end = name.endsWith('\r') ? '\r' : '';
  return [...lines.slice(0, line), ...added.map((each) => indent + each + end), ...lines.slice(line)].join(
    '\n',
  );
}

/** A restart policy for a service, whose name stands at `line`. */
export const addRestartPolicy: TextEdit = (text, line) =>
  belowService(text, line, ['restart: unless-stopped']);

/** A memory limit that is generous for a small service and still protects the host. */
export const addMemoryLimit: TextEdit = (text, line) => belowService(text, line, ['mem_limit: 512m']);

/** A log that stays below 30 MB. */
export const addLogLimit: TextEdit = (text, line) =>
  belowService(text, line, ['logging:', '  options:', '    max-size: "10m"', '    max-file: "3"']);

const CHECKS: readonly [image: RegExp, test: string][] = [
  [/postgres|postgis|timescale|pgvector/, '["CMD-SHELL", "pg_isready -U $${POSTGRES_USER:-postgres}"]'],
  [/mysql|percona/, '["CMD", "mysqladmin", "ping", "-h", "127.0.0.1"]'],
  [/mariadb/, '["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"]'],
  [/redis|valkey/, '["CMD", "redis-cli", "ping"]'],
  [/mongo/, '["CMD", "mongosh", "--quiet", "--eval", "db.adminCommand(\'ping\').ok"]'],
  [/rabbitmq/, '["CMD", "rabbitmq-diagnostics", "-q", "ping"]'],
];

/** A health check for a service whose image is known to bring the program for it. */
export function addHealthCheck(image: string): TextEdit {
  const test = CHECKS.find(([names]) => names.test(image))?.[1];
  return (text, line) =>
    test === undefined
      ? undefined
      : belowService(text, line, [
          'healthcheck:',
          `  test: ${test}`,
          '  interval: 10s',
          '  timeout: 5s',
          '  retries: 5',
        ]);
}

/** A published port, at `line`, that only this machine reaches. */
export const bindToThisMachine: TextEdit = (text, line) =>
  changeLine(text, line, (each) => each.replace(/^(\s*-\s*["']?)(\d+:\d+)/, '$1127.0.0.1:$2'));

/** Takes a line of a list out, such as the mounted socket of an engine. */
export const removeListItem: TextEdit = (text, line) => {
  const lines = linesOf(text);
  const item = lines[line - 1] ?? '';
  if (!/^\s*-\s/.test(item)) return undefined;
  const isOnly = (at: number): boolean => !(lines[at] ?? '').startsWith(`${indentOf(item)}-`);
  // A list without entries is no list: its key goes with the last of them.
  const isLast = isOnly(line - 2) && isOnly(line) && /^\s*[\w-]+:\s*$/.test(lines[line - 2] ?? '');
  return [...lines.slice(0, isLast ? line - 2 : line - 1), ...lines.slice(line)].join('\n');
};

/** `privileged: true` goes. */
export const removePrivileged: TextEdit = (text, line) => {
  const lines = linesOf(text);
  if (!/^\s*privileged:\s*true\s*$/.test(lines[line - 1] ?? '')) return undefined;
  return [...lines.slice(0, line - 1), ...lines.slice(line)].join('\n');
};

/** The user that official images of Node bring along, before the command of the last stage. */
export function addUser(image: string): TextEdit {
  return (text) => {
    // Other images have no user of their own that is known by name.
    if (!/(^|\/)node(:|@|$)/.test(image)) return undefined;
    const lines = linesOf(text);
    const last = lines.findLastIndex((line) => /^\s*FROM\s/i.test(line));
    const command = lines.findIndex((line, index) => index > last && /^\s*(CMD|ENTRYPOINT)\b/i.test(line));
    if (command < 0) return undefined;
    return [...lines.slice(0, command), 'USER node', ...lines.slice(command)].join('\n');
  };
}

/** `npm install` of a build becomes `npm ci`. */
export const installFromLockfile: TextEdit = (text, line) =>
  changeLine(text, line, (each) => each.replace(/\bnpm (install|i)\b(?!\s+(-g|--global))/, 'npm ci'));

/** A call of `fetch` with only an address gets a limit of ten seconds. */
export const addFetchTimeout: TextEdit = (text, line) =>
  changeLine(text, line, (each) =>
    each.replace(
      /\bfetch\(((?:[\w$.]+|'[^'\\]*'|"[^"\\]*"|`[^`\\]*`))\)/,
      'fetch($1, { signal: AbortSignal.timeout(10_000) })',
    ),
  );

/** A call of `requests` without settings of its own gets a limit of ten seconds. */
export const addRequestsTimeout: TextEdit = (text, line) =>
  changeLine(text, line, (each) =>
    each.replace(/\b(requests\.\w+)\(((?:[^()]|\([^()]*\))+)\)/, '$1($2, timeout=10)'),
  );

/** A pattern at the end of an ignore file; the file may not exist yet. */
export function addIgnored(...patterns: readonly string[]): (text: string | undefined) => string | undefined {
  return (text = '') => {
    const known = new Set(linesOf(text).map((line) => line.trim()));
    const missing = patterns.filter((pattern) => !known.has(pattern));
    if (missing.length === 0) return undefined;
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`;
  };
}

/** A database that is waited for until it is ready, in place of one that has only begun. */
export const waitForHealth: TextEdit = (text, line) => {
  const lines = linesOf(text);
  const [, indent = '', name] = /^(\s*)-\s*["']?([\w.-]+)["']?\s*$/.exec(lines[line - 1] ?? '') ?? [];
  const isAlone = /^\s*depends_on:\s*$/.test(lines[line - 2] ?? '') && !/^\s*-\s/.test(lines[line] ?? '');
  if (name === undefined || !isAlone) return undefined;
  const key = `${indentOf(lines[line - 2] ?? '')}  `;
  const entry = indent.length >= key.length ? indent : key;
  return [
    ...lines.slice(0, line - 1),
    `${entry}${name}:`,
    `${entry}  condition: service_healthy`,
    ...lines.slice(line),
  ].join('\n');
};

function changeLine(text: string, line: number, change: (line: string) => string): string | undefined {
  const lines = linesOf(text);
  const before = lines[line - 1];
  if (before === undefined) return undefined;
  const after = change(before);
  if (after === before) return undefined;
  lines[line - 1] = after;
  return lines.join('\n');
}
