import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { hasCode, messageOf, UserError } from '../base/errors';
import type { ProgramEnd } from '../base/program';
import { oneLine, plainText } from '../base/text';
import { t } from '../base/texts';
import { formatAddress } from '../engine/address';
import type { EngineAddress } from '../engine/address';
import { runLocally } from './host';
import type { ProgramRunner } from './host';
import { readText } from './loadProjects';
import { projectNameFor } from './project';

/** Compose's own order. */
const FILE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const LIMIT_MS = 60_000;
/** Of a build, or of a container that takes its time to stop. */
const LONG_MS = 60 * 60_000;

/** A Compose file and the folder its relative paths belong to. */
export interface ComposePlace {
  /** Absolute. */
  file: string;
  folder: string;
  project: string;
  /** A file with variables, instead of the `.env` of `folder`. */
  variables?: string;
}

/** The program that does Compose's work: the plugin of `docker`, or `docker-compose`. */
export class Compose {
  private constructor(
    private readonly program: string,
    private readonly first: readonly string[],
    private readonly env: NodeJS.ProcessEnv,
    private readonly runner: ProgramRunner,
  ) {}

  /**
   * The one that is installed where `runner` runs programs, for an engine. Rejects with a `UserError` when there is none.
   */
  static async find(
    address: EngineAddress,
    signal: AbortSignal | undefined,
    runner: ProgramRunner = runLocally,
  ): Promise<Compose> {
    const env = environmentFor(address);
    const plugin = new Compose('docker', ['compose'], env, runner);
    const end = await plugin.run(['version', '--short'], { signal });
    if (end.exitCode === 0 && /^v?\d+\.\d+/.test(end.stdout.toString().trim())) return plugin;
    // Asking this one for its version takes it a second.
    const found = await runner('sh', ['-c', 'command -v docker-compose'], { env, limitMs: LIMIT_MS, signal });
    if (found.exitCode === 0) return new Compose('docker-compose', [], env, runner);
    throw new UserError(
      t('Neither "docker compose" nor "docker-compose" was found'),
      t('Install the Compose plugin of Docker, or docker-compose.'),
    );
  }

  /** What stands between the project and the service in the name of an image that it builds. */
  async imageSeparator(signal: AbortSignal | undefined): Promise<'-' | '_'> {
    if (this.first.length > 0) return '-';
    const { stdout } = await this.run(['version', '--short'], { signal });
    return /^v?1\./.test(stdout.toString().trim()) ? '_' : '-';
  }

  /** The file as Compose understands it, all variables replaced, as YAML. Rejects with a `UserError` in Compose's words. */
  async config(place: ComposePlace, signal: AbortSignal | undefined): Promise<string> {
    return this.ask(place, ['config'], signal);
  }

  /** By service, the hash that Compose compares with the one a container was made from. */
  async hashes(place: ComposePlace, signal: AbortSignal | undefined): Promise<Map<string, string>> {
    const lines = (await this.ask(place, ['config', '--hash=*'], signal)).split('\n');
    return new Map(
      lines.flatMap((line): [string, string][] => {
        const [, service, hash] = /^(\S+) ([0-9a-f]{64})$/.exec(line.trim()) ?? [];
        return service !== undefined && hash !== undefined ? [[service, hash]] : [];
      }),
    );
  }

  /** The names of the containers that it would leave as they are; none where it can't tell. Changes nothing. */
  async leaves(place: ComposePlace, signal: AbortSignal | undefined): Promise<Set<string>> {
    if (this.first.length === 0) return new Set();
    const words = ['--dry-run', '--ansi', 'never', 'up', '--detach', '--no-build'];
    const { exitCode, stdout, stderr } = await this.run([...placeWords(place), ...words], { signal });
    if (exitCode !== 0) return new Set();
    const said = `${stdout.toString()}\n${stderr}`;
    const lines = [...said.matchAll(/ Container (\S+) +(\w+)/g)].map(([, name = '', what = '']) => ({
      name,
      what,
    }));
    const changed = new Set(lines.flatMap(({ name, what }) => (/^(Re)?creat/i.test(what) ? [name] : [])));
    return new Set(lines.flatMap(({ name }) => (changed.has(name) ? [] : [name])));
  }

  /** Builds the image of a service. Rejects with a `UserError` that ends with the last lines of the output. */
  async build(place: ComposePlace, service: string, options: WorkOptions): Promise<void> {
    const end = await this.work(place, ['build', service], options);
    if (end.exitCode !== 0)
      throw new UserError(t('{0} could not be built: {1}', service, lastLines(end)), t('Mend what it says.'));
  }

  /**
   * Makes the containers of one service what its configuration says, `scale` of them beside those there are if it is given. Rejects
   * with a `UserError` that ends with the last lines of the output.
   */
  async up(
    place: ComposePlace,
    service: string,
    { scale, ...options }: WorkOptions & { scale?: number },
  ): Promise<void> {
    const beside = scale === undefined ? [] : ['--no-recreate', '--scale', `${service}=${scale}`];
    const end = await this.work(place, ['up', '-d', '--no-deps', '--no-build', ...beside, service], options);
    if (end.exitCode !== 0)
      throw new UserError(
        t('{0} could not be brought up: {1}', service, lastLines(end)),
        t('Mend what it says.'),
      );
  }

  private work(place: ComposePlace, words: readonly string[], options: WorkOptions): Promise<ProgramEnd> {
    const { onLine, ...rest } = options;
    const onOutput = (piece: string): void => {
      const line = wordsOf(plainText(piece), 200).at(-1);
      if (line !== undefined) onLine?.(line);
    };
    return this.run([...placeWords(place), ...words], { ...rest, onOutput }, LONG_MS);
  }

  private async ask(
    place: ComposePlace,
    words: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run([...placeWords(place), ...words], { signal });
    if (exitCode === 0) return stdout.toString('utf8');
    const said = wordsOf(stderr, 300);
    throw new UserError(
      t(
        'Compose can not read {0}: {1}',
        place.file,
        said.slice(0, 4).join(' ') || t('exit code {0}', exitCode),
      ),
      t(
        'Mend what it says. Files that only the target has, such as .env, have to be there before the first deploy.',
      ),
    );
  }

  private run(
    words: readonly string[],
    options: Omit<Parameters<ProgramRunner>[2], 'env' | 'limitMs'>,
    limitMs = LIMIT_MS,
  ): Promise<ProgramEnd> {
    return this.runner(this.program, [...this.first, ...words], { ...options, env: this.env, limitMs });
  }
}

/** For work that takes its time. */
export interface WorkOptions {
  signal: AbortSignal | undefined;
  /** Told what it prints, a line at a time. */
  onLine?: ((line: string) => void) | undefined;
  onStart?: ((pid: number) => void) | undefined;
}

function placeWords({ file, folder, project, variables }: ComposePlace): string[] {
  const place = ['--project-directory', folder, '--project-name', project, '--file', file];
  return variables === undefined ? place : [...place, '--env-file', variables];
}

/** Lines that say something; what Compose would have otherwise, it says each time. */
function wordsOf(said: string, limit: number): string[] {
  const lines = said.split('\n').map((line) => oneLine(line.trim(), limit));
  return lines.filter((line) => line !== '' && !/level=warning|^WARNING/.test(line));
}

function lastLines({ exitCode, stdout, stderr }: ProgramEnd): string {
  const lines = wordsOf(`${stdout.subarray(-4000).toString('utf8')}\n${stderr}`, 300);
  return lines.slice(-6).join(' / ') || `exit code ${exitCode}`;
}

/** Without Compose's own variables: whoever deploys, it is the same project. */
function environmentFor(address: EngineAddress): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('COMPOSE_'));
  const env = Object.fromEntries(own);
  const isEncrypted = address.kind === 'tcp' && address.tls !== undefined;
  return isEncrypted ? env : { ...env, DOCKER_HOST: formatAddress(address) };
}

/**
 * The Compose file of a workspace, relative to it; undefined when there is none. `named` is what the project says.
 * Rejects with a `UserError` when that does not exist, or when it is not clear which one is meant.
 */
export async function findComposeFile(
  workspace: string,
  named: string | undefined,
): Promise<string | undefined> {
  const names = named === undefined ? FILE_NAMES : [named];
  const there = await Promise.all(names.map((name) => isFile(path.join(workspace, name))));
  const [first, second] = names.filter((_name, index) => there[index]);
  if (named !== undefined && first === undefined)
    throw new UserError(
      t('There is no {0} in {1}', named, workspace),
      t('Mend "composeFile" in seaworthy.json.'),
    );
  if (second !== undefined)
    throw new UserError(
      t('{0} has several Compose files: {1}, {2}', workspace, first ?? '', second),
      t('Name the one that is deployed as "composeFile" in seaworthy.json.'),
    );
  return first;
}

/** The Compose project's name as the target has it: its `.env` can say one, otherwise it is the folder's. */
export async function composeProjectOf(folder: string): Promise<string> {
  const env = (await readText(folder, '.env')) ?? '';
  const [, said] =
    /^[ \t]*(?:export[ \t]+)?COMPOSE_PROJECT_NAME[ \t]*=[ \t]*["']?([^"'\s#]+)/m.exec(env) ?? [];
  return said ?? projectNameFor(folder);
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).isFile();
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return false;
    throw new UserError(t('{0} can not be read: {1}', file, messageOf(error)));
  }
}
