import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { messageOf } from './base/errors';
import type { Logger } from './base/logger';
import { ProjectState } from './repositories/projectState';
import type { Settings } from './settings';
import { Store } from './store/store';
import { WorkerReader } from './store/workerReader';

export interface StateOptions {
  /** Folder with the bundles, grammars and wasm files of the build. */
  distDirectory: string;
  /** Folder for state; the command line has none. */
  storageDirectory?: string;
  /** Asked for at each use, so that a changed setting counts at once. */
  settings: () => Settings;
  logger: Logger;
  /** Told, once each, what a user should know of the state: damage and where a copy lies, that the history was cut. */
  onStateMessage?: (message: string) => void;
  /** True to look at the state only: damaged files are not copied, nothing is compacted. */
  stateReadOnly?: boolean;
}

/** What is kept of all workspaces, each opened when it is first asked for. */
export class KeptStates {
  private readonly states = new Map<string, ProjectState>();

  constructor(private readonly options: StateOptions) {}

  /** Of one workspace folder, by its URI. */
  of(folderUri: string): ProjectState {
    return this.ofProject(createHash('sha256').update(folderUri).digest('hex').slice(0, 16));
  }

  /** The same by the name of its folder among those of all projects. */
  ofProject(projectId: string): ProjectState {
    const state = this.states.get(projectId) ?? this.open(projectId);
    this.states.set(projectId, state);
    return state;
  }

  /** Every project of which anything is kept. */
  async projectIds(): Promise<string[]> {
    const entries = await fs.readdir(this.folder(), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  async close(): Promise<void> {
    await Promise.all([...this.states.values()].map((state) => state.close()));
  }

  private open(projectId: string): ProjectState {
    const { distDirectory, logger, onStateMessage, stateReadOnly = false } = this.options;
    const folder = path.join(this.folder(), projectId);
    const keepDays = (): number => this.options.settings().keepDays;
    const place = { folder: path.join(folder, 'state'), oldFile: path.join(folder, 'state.sqlite') };
    const store = new Store({
      ...place,
      reader: new WorkerReader({ ...place, mayWrite: !stateReadOnly }, distDirectory),
      logger,
      keepDays,
      onMessage: (message) => onStateMessage?.(message),
    });
    const state = new ProjectState(store, folder, projectId, keepDays);
    if (!stateReadOnly) {
      state.interruptOrphans().catch((error: unknown) => {
        logger.warn(`Runs of ended windows could not be looked for: ${messageOf(error)}`);
      });
    }
    return state;
  }

  private folder(): string {
    const { storageDirectory } = this.options;
    if (storageDirectory === undefined) throw new Error('This app keeps no state');
    return path.join(storageDirectory, 'workspaces');
  }
}
