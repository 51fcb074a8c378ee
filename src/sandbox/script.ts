import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { SandboxFile, SandboxRequest, SandboxStep } from './sandbox';
import { SELF_CHECK } from './selfCheck';
import { tarChunks, tarSize } from './tar';

/** Where the files of a request land, and what its relative paths are relative to. */
export const WORK_FOLDER = '/work';
const STAMP = '/tmp/.stamp';

/** A sandbox that nobody has given work to ends itself after this time. */
export const IDLE_SECONDS = 900;

/** The whole environment of a step, besides `PATH`, which is the image's, and what the step itself adds. */
const STEP_ENVIRONMENT = {
  HOME: '/tmp/home',
  USER: 'nobody',
  LOGNAME: 'nobody',
  TMPDIR: '/tmp',
  XDG_CACHE_HOME: '/tmp/.cache',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  CI: '1',
  NO_COLOR: '1',
  NODE_ENV: 'test',
  npm_config_cache: '/tmp/npm',
  PYTHONUNBUFFERED: '1',
  PYTHONHASHSEED: '0',
  PYTHONNOUSERSITE: '1',
  PYTHONDONTWRITEBYTECODE: '1',
  COVERAGE_FILE: '/tmp/.coverage',
};

/**
 * The supervisor inside the sandbox, in the shell of any image. It learns from stdin a secret word, the calls to make
 * and the archive, and reports on stdout and stderr in lines that begin with the secret: the code that runs may print
 * what it likes, it can't print that. The secret is a shell variable alone: neither an argument nor the environment.
 *
 * - Descriptors 4 and 5 are reopened, as is the output of every step: a program that makes its output non-blocking
 *   and is then killed would leave ours so too.
 * - `end_all` kills everything but itself (and process 1) until nothing is left, so nobody writes after it.
 * - `guard` ends the sandbox when our side goes away (stdin closes) and at the deadline, whatever happened to our side.
 *   Where the engine has no init program, the supervisor is process 1, which dies of no signal but one it waits for.
 * - `renew` gives every step the files as they were sent, and no other's leavings: a step must not be able to change the
 *   programs and the tests of the next. The time an inode was last changed can't be set by anybody; where \`find\` can't
 *   ask for it, or something did change, all of it is sent \`again\`. What a step may have written into our stdin goes
 *   before the password, and is dropped; until then no guard reads there, or it would take our answer with it.
 * - A step's input is in our memory until it begins, and then in a pipe that its program empties.
 * - While it waits for its work the same is done by `read`, and by a clock that runs out after the third parameter's
 *   number of seconds, or `IDLE_SECONDS`.
 */
export const SUPERVISOR = `
umask 022
${SELF_CHECK}
[ "$$" != 1 ] || trap 'exit 93' TERM
( sleep "\${3:-${IDLE_SECONDS}}"; kill -KILL -1; kill -TERM 1 ) >/dev/null 2>&1 &
reopen=0
if ( : >/proc/self/fd/1 2>/proc/self/fd/2 ) 2>/dev/null; then reopen=1; fi
folders() { mkdir -p ${WORK_FOLDER}/src ${STEP_ENVIRONMENT.HOME}; }
folders
read -r junk; read -r secret; read -r password; read -r lifetime; read -r report_bytes; read -r lines; read -r archive_bytes || exit 90
calls=
while [ "$lines" -gt 0 ]; do IFS= read -r line; calls="$calls$line
"; lines=$((lines - 1)); done
exec 3<&0 </dev/null
if [ "$reopen" = 1 ]; then exec 4>/proc/self/fd/1 5>/proc/self/fd/2; else exec 4>&1 5>&2; fi
exec >/dev/null 2>&1
kill -KILL -1; wait
uptime() { read -r now rest </proc/uptime; }
uptime; deadline=$((\${now%.*} + lifetime)); failed=0 ran=0
tell() { printf '%s %s\\n' "$secret" "$*" >&4; }
guard() {
  uptime; left=$((deadline - \${now%.*})); [ "$left" -gt 0 ] || left=1
  ( exec 4>&- 5>&-; timeout -s KILL "$left" cat <&3 >/dev/null; kill -KILL -1; kill -TERM 1 ) &
}
end_all() { while kill -KILL -1; do wait; done; }
enter() { cd "$1" && shift && exec "$@"; }
outside() {
  if [ "$reopen" = 1 ]
  then ( enter "$@" ) >/proc/self/fd/4 2>/proc/self/fd/5 3<&- 4>&- 5>&-
  else ( enter "$@" ) >&4 2>&5 3<&- 4>&- 5>&-
  fi
}
step() {
  index=$1 only_if_passed=$2 input=$3; shift 3
  if [ "$only_if_passed" = 1 ] && [ "$failed" = 1 ]; then return; fi
  if [ "$ran" = 1 ]; then renew; fi
  ran=1
  uptime; tell begin "$index" "$now"; printf '%s begin %s\\n' "$secret" "$index" >&5
  if [ -z "$input" ]; then outside "$@"; else printf %s "$input" | outside "$@"; fi
  code=$?; uptime; end_all
  [ "$code" = 0 ] || failed=1
  printf '%s end %s\\n' "$secret" "$index" >&5; tell end "$index" "$now" "$code"; usage
}
report() {
  index=$1; shift
  for part; do if [ -L "$part" ]; then tell refused "$index" link; return; fi; done
  [ -e "$part" ] || return
  if ! [ -f "$part" ] || ! [ -r "$part" ]; then tell refused "$index" kind; return; fi
  size=$(wc -c <"$part"); size=$((size))
  if [ "$size" -gt "$report_bytes" ]; then tell refused "$index" size; return; fi
  report_bytes=$((report_bytes - size)); tell report "$index" "$size"; head -c "$size" "$part" >&4
}
unpack() {
  head -c "$archive_bytes" <&3 | tar -xomf - -C ${WORK_FOLDER} 2>&5
  code=$?
  if [ "$code" != 0 ]; then tell unpack "$code"; exit 91; fi
}
mark() { : >${STAMP}; stamp=$(date -r ${STAMP} +%s.%N); rm -f ${STAMP}; }
empty() { ! find ${WORK_FOLDER} -mindepth 1 -maxdepth 1 | grep -q .; }
clear() {
  find ${WORK_FOLDER} -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  if empty; then return; fi
  chmod -R u+rwx ${WORK_FOLDER}; find ${WORK_FOLDER} -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  empty || { tell unpack 1; exit 91; }
}
renew() {
  sweep; folders
  if [ -n "$(find ${WORK_FOLDER} -newerct "@$stamp" -print -quit || echo unknown)" ]; then
    clear; tell again
    while IFS= read -r line <&3; do [ "$line" != "$password" ] || break; done
    folders; unpack; mark
  fi
  guard
}
eval "$calls"
tell done
exit 0
`;

/** What goes to the supervisor's stdin, in pieces. */
export interface SupervisorInput {
  start: Iterable<Buffer>;
  /** Whenever it asks for the archive once more. */
  again: () => Iterable<Buffer>;
}

/** Throws a `TypeError` for a request no shell can carry. */
export function supervisorInput(
  request: SandboxRequest,
  secret: string,
  lifetimeSeconds: number,
): SupervisorInput {
  request.files.forEach(checkFile);
  const own = new Set(request.steps.map(({ report }) => report));
  const calls = [
    sweepCall(request),
    'unpack',
    ...(request.steps.length > 1 ? ['mark'] : []),
    'guard',
    'tell layers "$filter" "$cpu" "$swap"',
    ...request.steps.flatMap((step, index) => [stepCall(step, index), ...ownReportCalls(request, step)]),
    ...(request.reports.length > 0 ? ['guard'] : []),
    ...request.reports.map((path, index) => (own.has(path) ? '' : reportCall(path, index))).filter(Boolean),
  ]
    .map((call) => `${call}\n`)
    .join('');
  const lines = calls.split('\n').length - 1;
  const password = randomBytes(16).toString('hex');
  const numbers = [lifetimeSeconds, request.limits.reportBytes, lines, tarSize(request.files)];
  const head = ['', secret, password, ...numbers].join('\n');
  const after = function* (text: string): Generator<Buffer> {
    yield Buffer.from(text);
    yield* tarChunks(request.files);
  };
  return { start: after(`${head}\n${calls}`), again: () => after(`\n${password}\n`) };
}

function stepCall(step: SandboxStep, index: number): string {
  const folder = posix.join(WORK_FOLDER, step.cwd ?? '.');
  if (step.cwd !== undefined && !isInside(step.cwd))
    throw new TypeError(`Working directory outside: ${step.cwd}`);
  const [program] = step.command;
  if (!program || program.includes('=')) throw new TypeError(`Not a program: ${program ?? ''}`);
  const environment = Object.entries({ ...STEP_ENVIRONMENT, ...step.env }).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new TypeError(`Not a variable's name: ${name}`);
    return quote(`${name}=${value}`);
  });
  // BusyBox drops a fraction of a second instead of keeping it.
  const limit = step.timeoutMs === undefined ? [] : ['timeout -s KILL', Math.ceil(step.timeoutMs / 1000)];
  return [
    'step',
    index,
    step.onlyIfPassed ? 1 : 0,
    quote(step.input ?? ''),
    quote(folder),
    ...limit,
    'env -i PATH="$PATH"',
    ...environment,
    ...step.command.map(quote),
  ].join(' ');
}

/** While it is handed out, the sandbox is guarded as at its end; the next step has a guard of its own. */
function ownReportCalls({ reports }: SandboxRequest, { report }: SandboxStep): string[] {
  if (report === undefined) return [];
  const index = reports.indexOf(report);
  if (index === -1) throw new TypeError(`Not one of the reports: ${report}`);
  return ['guard', reportCall(report, index), 'end_all'];
}

/** Removes what a step left in the temporary folders, but for the reports. */
function sweepCall({ reports }: SandboxRequest): string {
  const kept = reports.map((path) => `! -path ${quote(path.replace(/[[\]*?\\]/g, '\\$&'))}`);
  return ['sweep() { find /tmp /dev/shm -mindepth 1 -maxdepth 1', ...kept, '-exec rm -rf {} + ; }'].join(' ');
}

/** The path goes with each of its parents, so that none of them can be a link. */
function reportCall(path: string, index: number): string {
  if (!path.startsWith('/') || posix.normalize(path) !== path)
    throw new TypeError(`Not a report's path: ${path}`);
  const names = path.split('/').slice(1);
  return [
    'report',
    index,
    ...names.map((_name, depth) => quote(`/${names.slice(0, depth + 1).join('/')}`)),
  ].join(' ');
}

function checkFile({ path }: SandboxFile): void {
  if (!isInside(path) || path.endsWith('/') || path.includes('\0'))
    throw new TypeError(`File path outside: ${path}`);
}

function isInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
}

function quote(text: string): string {
  if (text.includes('\0')) throw new TypeError('A NUL byte can not be passed to a program');
  return `'${text.replaceAll("'", "'\\''")}'`;
}
