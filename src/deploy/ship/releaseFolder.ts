import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { realPath } from '../../base/paths';
import { t } from '../../base/texts';
import type { Build } from '../buildInputs';
import type { Configurations } from '../configuration';
import { TargetHost } from '../host';
import type { Members } from '../deployed';
import type { TargetPath } from '../project';
import type { Filter } from '../filters';
import type { DeployedContainer } from '../services';
import type { Release } from './release';

/** The services of an environment as they were before a deploy. */
export interface ServicesState {
  /** Relative to the target; null when there was none. */
  composeFile: string | null;
  composeProject: string;
  members: Members;
  services: readonly ServiceState[];
}

export interface ServiceState {
  name: string;
  /** Names that mean its image to Compose, and the ids they had; null for none. */
  images: readonly { name: string; id: string | null }[];
  containers: readonly DeployedContainer[];
}

/** A deploy that was begun and has not ended: all it takes to put everything back. */
export interface Attempt {
  release: Release;
  /** The release whose files are those of before. */
  previous: string;
  state: ServicesState;
  filters: readonly Filter[];
  /** The target was there before. */
  hadTarget: boolean;
}

/** A line of the journal of an attempt. */
export interface JournalLine {
  step?: string;
  service?: string;
  /** Runs for the attempt; it can outlive the process that began it. */
  program?: { pid: number; host: string; started: string };
}

const MAX_RELEASES = 200;
const MAX_CONFIGURATIONS = 1000;

/**
 * What is kept of an environment, in a folder beside its target, so on the same disk: its releases, its lock, and the journal
 * of what is going on. Its users can be of any machine.
 */
export class ReleaseFolder {
  readonly path: string;
  readonly host: TargetHost;

  /** Of a target, where links in its path lead to. */
  static async of(target: TargetPath): Promise<ReleaseFolder> {
    const isLocal = target.kind === 'local';
    return new ReleaseFolder(isLocal ? { kind: 'local', path: await realPath(target.path) } : target);
  }

  private constructor(readonly target: TargetPath) {
    this.path = path.posix.join(
      path.posix.dirname(target.path),
      `.seaworthy-${path.posix.basename(target.path)}`,
    );
    this.host = new TargetHost(target);
  }

  /** The files of a release, as they were when the next one replaced it. */
  filesOf(release: string): string {
    return this.file('releases', release, 'files');
  }

  stateFile(release: string): string {
    return this.file('releases', release, 'state.json');
  }

  manifestFile(release: string): string {
    return this.file('releases', release, 'manifest');
  }

  /** The release that serves; undefined before the first. */
  async current(): Promise<string | undefined> {
    return (await this.readJson<{ release: string }>(this.file('current.json')))?.release;
  }

  async setCurrent(release: string): Promise<void> {
    await this.host.write(this.file('current.json'), JSON.stringify({ release }));
  }

  async state(release: string): Promise<ServicesState> {
    const state = await this.readJson<ServicesState>(this.stateFile(release));
    if (state) return state;
    throw new UserError(
      t('Nothing is kept of the release {0}', release),
      t('Choose another one: "deploy history" lists them.'),
    );
  }

  async builds(): Promise<Map<string, Build>> {
    return new Map(
      Object.entries((await this.readJson<Record<string, Build>>(this.file('builds.json'))) ?? {}),
    );
  }

  async addBuilds(more: ReadonlyMap<string, Build>): Promise<void> {
    if (more.size === 0) return;
    const all = new Map([...(await this.builds()), ...more]);
    await this.host.write(this.file('builds.json'), JSON.stringify(Object.fromEntries(all)));
  }

  async configurations(): Promise<Configurations> {
    return new Map(
      Object.entries((await this.readJson<Record<string, string>>(this.file('configurations.json'))) ?? {}),
    );
  }

  /** Forgets the oldest where there are many. */
  async addConfigurations(more: Configurations): Promise<void> {
    const known = await this.configurations();
    if ([...more].every(([hash, digest]) => known.get(hash) === digest)) return;
    const all = [...new Map([...known, ...more])].slice(-MAX_CONFIGURATIONS);
    await this.host.write(this.file('configurations.json'), JSON.stringify(Object.fromEntries(all)));
  }

  async saveRelease(release: Release): Promise<void> {
    await this.host.write(this.file('releases', release.id, 'release.json'), JSON.stringify(release));
  }

  /** Newest first; one that makes no sense is left out. */
  async releases(): Promise<Release[]> {
    const script =
      'cd "$1" 2>/dev/null || exit 0; for each in *; do [ -f "$each/release.json" ] || continue; ' +
      '[ -d "$each/files" ] && printf 1 || printf 0; cat -- "$each/release.json"; printf "\\0"; done';
    const printed = (await this.host.script(script, [this.file('releases')])).toString('utf8');
    return printed
      .split('\0')
      .slice(0, -1)
      .flatMap((text): Release[] => {
        const release = parse<Release>(text.slice(1));
        if (!isRelease(release)) return [];
        // Where nothing was, there is nothing to go back to.
        const isEmpty = release.kind === 'found' && release.services.length === 0;
        return [{ ...release, isKept: text.startsWith('1') && !isEmpty }];
      })
      .sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Forgets the files of all but the newest kept ones, and all of what is older than 200 releases. Gives the forgotten ones. */
  async prune(keep: number): Promise<string[]> {
    const all = await this.releases();
    const current = await this.current();
    const forgotten = all.filter(({ isKept, id }) => isKept && id !== current).slice(keep);
    for (const { id } of forgotten) await this.host.remove(this.filesOf(id));
    for (const { id } of all.slice(MAX_RELEASES)) await this.host.remove(this.file('releases', id));
    return forgotten.map(({ id }) => id);
  }

  async attempt(): Promise<Attempt | undefined> {
    return this.readJson<Attempt>(this.file('attempt.json'));
  }

  async beginAttempt(attempt: Attempt): Promise<void> {
    await this.host.remove(this.file('journal'));
    await this.host.write(this.file('attempt.json'), JSON.stringify(attempt));
  }

  async endAttempt(): Promise<void> {
    await this.host.remove(this.file('attempt.json'));
    await this.host.remove(this.file('journal'));
  }

  async note(line: JournalLine): Promise<void> {
    await this.host.append(this.file('journal'), JSON.stringify(line));
  }

  /** Of the attempt; a last line that was not written whole is left out. */
  async journal(): Promise<JournalLine[]> {
    const text = (await this.host.readIfThere(this.file('journal')))?.toString('utf8') ?? '';
    return text.split('\n').flatMap((line) => parse<JournalLine>(line) ?? []);
  }

  private file(...names: string[]): string {
    return path.posix.join(this.path, ...names);
  }

  private async readJson<T>(file: string): Promise<T | undefined> {
    const text = (await this.host.readIfThere(file))?.toString('utf8');
    return text === undefined ? undefined : parse<T>(text);
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

function isRelease(value: Release | undefined): value is Release {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.id === 'string' &&
    typeof value.outcome === 'string' &&
    Array.isArray(value.services)
  );
}
