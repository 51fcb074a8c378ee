import type { DependencyProject } from './dependencyProject';
import { fingerprintOf, isRecord } from './dependencyProject';

/** What a user has agreed to: the installation of one project's dependencies. */
export interface InstallConsent {
  /** Absolute path of the workspace. */
  workspace: string;
  /** Of the project, relative to the workspace. */
  folder: string;
  kind: string;
  /** `host:port` of everything that may be reached; a project that names another needs a new consent. */
  hosts: string[];
  /** Of the manifests and lockfiles it was given for; undefined when it is for any to come. */
  fingerprint: string | undefined;
}

/** Where consents are kept between sessions. */
export interface ConsentMemory {
  read(): unknown;
  write(consents: readonly InstallConsent[]): PromiseLike<void>;
}

const MAX_KEPT = 200;

/** Remembers which installations a user has agreed to, so that nobody is asked twice for the same. */
export class InstallConsents {
  constructor(private readonly memory: ConsentMemory) {}

  list(): InstallConsent[] {
    const value = this.memory.read();
    return (Array.isArray(value) ? value : []).filter(isConsent);
  }

  covers(project: DependencyProject): boolean {
    const { workspace, folder, kind, hosts } = project;
    return this.list().some(
      (consent) =>
        consent.workspace === workspace &&
        consent.folder === folder &&
        consent.kind === kind &&
        hosts.every((host) => consent.hosts.includes(host)) &&
        (consent.fingerprint === undefined || consent.fingerprint === fingerprintOf(project)),
    );
  }

  /** `always`: also for later states of the same lockfile. */
  async add(project: DependencyProject, always: boolean): Promise<void> {
    const { workspace, folder, kind, hosts } = project;
    const others = this.list().filter(
      (consent) =>
        consent.workspace !== workspace ||
        consent.folder !== folder ||
        (!always && (consent.fingerprint === undefined || consent.kind !== kind)),
    );
    const fingerprint = always ? undefined : fingerprintOf(project);
    await this.memory.write([...others, { workspace, folder, kind, hosts, fingerprint }].slice(-MAX_KEPT));
  }

  async revoke(revoked: readonly InstallConsent[]): Promise<void> {
    const gone = new Set(revoked.map((consent) => JSON.stringify(consent)));
    await this.memory.write(this.list().filter((consent) => !gone.has(JSON.stringify(consent))));
  }
}

function isConsent(value: unknown): value is InstallConsent {
  return (
    isRecord(value) &&
    ['workspace', 'folder', 'kind'].every((name) => typeof value[name] === 'string') &&
    Array.isArray(value['hosts']) &&
    (value['fingerprint'] === undefined || typeof value['fingerprint'] === 'string')
  );
}
