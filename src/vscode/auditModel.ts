import * as vscode from 'vscode';
import { hashOf } from '../audit/openFile';
import type { StageName } from '../audit/finding';
import type { AuditReport, StageOutput } from '../audit/report';
import { describeError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { AuditReports } from '../repositories/auditReports';

/** A report with the place it belongs to. */
export interface AuditEntry {
  folder: vscode.WorkspaceFolder;
  /** The audited document: a file, or an untitled editor. */
  uri: vscode.Uri;
  report: AuditReport;
  /** The file no longer holds the text that was audited. */
  stale: boolean;
}

const MAX_REPORTS = 200;

/** The audits of the open folders: those kept from earlier sessions, the new ones, and those under way. */
export class AuditModel implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions = [
    vscode.workspace.onDidSaveTextDocument(({ uri }) => this.refreshStale(uri)),
    vscode.workspace.onDidChangeWorkspaceFolders((change) => this.changeFolders(change)),
  ];
  private readonly watches = new Map<string, () => void>();
  private readonly reloads = new Map<string, 'running' | 'again'>();
  /**
   * The point in `saves` at which a report was on the disk, infinite while it is not: a reload that began to read
   * before that point does not know the report and must not lose it.
   */
  private readonly savedAt = new Map<string, number>();
  private saves = 0;
  private readonly runs = new Set<{ uri: vscode.Uri; cancel: () => void }>();
  private entries: AuditEntry[] = [];
  private loading: Promise<void> | undefined;

  /** Fires when an audit was added, began, ended, or became stale. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly reportsOf: (folder: vscode.WorkspaceFolder) => AuditReports,
    private readonly logger: Logger,
  ) {}

  /** Reads what earlier sessions saved; later calls wait for the first. */
  load(): Promise<void> {
    this.loading ??= this.loadFolders(vscode.workspace.workspaceFolders ?? []);
    return this.loading;
  }

  /** Shows what other windows audit from now on. Costs nothing while nobody saves. */
  follow(): void {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const key = folder.uri.toString();
      if (this.watches.has(key)) continue;
      this.watches.set(
        key,
        this.reportsOf(folder).onDidChange(() => void this.reload(folder)),
      );
    }
  }

  /** Newest first. */
  all(): readonly AuditEntry[] {
    return this.entries;
  }

  /** The documents under audit, each once. */
  running(): readonly vscode.Uri[] {
    return [...new Map([...this.runs].map(({ uri }) => [uri.toString(), uri])).values()];
  }

  find(id: string): AuditEntry | undefined {
    return this.entries.find((entry) => entry.report.id === id);
  }

  /** What the code printed in each stage; read when it is asked for, as it can be long. */
  async outputs({ folder, report }: AuditEntry): Promise<Map<StageName, StageOutput>> {
    const fresh = report.stages.flatMap(({ stage, output }) => (output ? [[stage, output] as const] : []));
    if (fresh.length > 0) return new Map(fresh);
    return this.reportsOf(folder).outputs(report.id);
  }

  /** Marks a document as being audited until what is returned is disposed. */
  begin(uri: vscode.Uri, cancel: () => void): vscode.Disposable {
    const run = { uri, cancel };
    this.runs.add(run);
    this.changed.fire();
    return new vscode.Disposable(() => {
      this.runs.delete(run);
      this.changed.fire();
    });
  }

  /** Cancels the audit of `uri`, or all that run; false when there was nothing to cancel. */
  cancel(uri?: vscode.Uri): boolean {
    const chosen = [...this.runs].filter((run) => !uri || run.uri.toString() === uri.toString());
    for (const run of chosen) run.cancel();
    return chosen.length > 0;
  }

  /** Shows the report at once and saves it; an untitled editor has no place to come back to and is not saved. */
  async add(folder: vscode.WorkspaceFolder, uri: vscode.Uri, report: AuditReport): Promise<void> {
    this.entries = [{ folder, uri, report, stale: false }, ...this.entries].slice(0, MAX_REPORTS);
    this.changed.fire();
    if (uri.scheme !== 'file') return;
    this.follow();
    this.savedAt.set(report.id, Infinity);
    try {
      await this.reportsOf(folder).add(report);
    } finally {
      this.savedAt.set(report.id, ++this.saves);
    }
  }

  /** Puts another version of a report in the place of one, here and on the disk. */
  async replaceReport(entry: AuditEntry, report: AuditReport): Promise<void> {
    const outputs = await this.outputs(entry);
    this.entries = this.entries.map((one) => (one.report.id === report.id ? { ...one, report } : one));
    this.changed.fire();
    if (entry.uri.scheme !== 'file') return;
    const stages = report.stages.map((stage) => {
      const output = outputs.get(stage.stage);
      return output ? { ...stage, output } : stage;
    });
    await this.reportsOf(entry.folder).add({ ...report, stages });
  }

  /** To be told of each file that changes on the disk, or is gone. */
  refreshStale(file: vscode.Uri): void {
    const uri = file.toString();
    const own = this.entries.filter((entry) => entry.report.sha256 !== '' && entry.uri.toString() === uri);
    if (own.length === 0) return;
    void hashOnDisk(file).then((hash) => {
      const wrong = own.filter((entry) => entry.stale !== (entry.report.sha256 !== hash));
      for (const entry of wrong) entry.stale = !entry.stale;
      if (wrong.length > 0) this.changed.fire();
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const stopWatching of this.watches.values()) stopWatching();
    this.changed.dispose();
  }

  private changeFolders({ added, removed }: vscode.WorkspaceFoldersChangeEvent): void {
    const gone = new Set(removed.map((folder) => folder.uri.toString()));
    this.entries = this.entries.filter((entry) => !gone.has(entry.folder.uri.toString()));
    for (const key of gone) {
      this.watches.get(key)?.();
      this.watches.delete(key);
    }
    this.changed.fire();
    void this.loadFolders(added);
  }

  private async loadFolders(folders: readonly vscode.WorkspaceFolder[]): Promise<void> {
    await Promise.all(folders.map((folder) => this.reload(folder)));
    if (this.entries.length > 0) this.follow();
  }

  /** Changes that come while a reload runs lead to one more, not to one each. */
  private async reload(folder: vscode.WorkspaceFolder): Promise<void> {
    const key = folder.uri.toString();
    if (this.reloads.has(key)) {
      this.reloads.set(key, 'again');
      return;
    }
    do {
      this.reloads.set(key, 'running');
      const began = this.saves;
      this.replace(key, await this.loadFolder(folder), began);
    } while (this.reloads.get(key) === 'again');
    this.reloads.delete(key);
  }

  private replace(folderKey: string, loaded: readonly AuditEntry[], began: number): void {
    const known = new Set(loaded.map((entry) => entry.report.id));
    const kept = this.entries.filter(
      ({ folder, uri, report }) =>
        folder.uri.toString() !== folderKey ||
        uri.scheme !== 'file' ||
        ((this.savedAt.get(report.id) ?? 0) > began && !known.has(report.id)),
    );
    const keptIds = new Set(kept.map(({ report }) => report.id));
    for (const [id, saved] of this.savedAt) if (saved <= began && !keptIds.has(id)) this.savedAt.delete(id);
    const newestFirst = (a: AuditEntry, b: AuditEntry): number =>
      b.report.createdAt.localeCompare(a.report.createdAt);
    this.entries = [...kept, ...loaded].sort(newestFirst);
    this.changed.fire();
  }

  private async loadFolder(folder: vscode.WorkspaceFolder): Promise<AuditEntry[]> {
    try {
      const reports = await this.reportsOf(folder).list(MAX_REPORTS);
      const hashes = new Map<string, Promise<string>>();
      return await Promise.all(
        reports.map(async (report) => {
          const uri = vscode.Uri.joinPath(folder.uri, report.file);
          const hash = hashes.get(report.file) ?? hashOnDisk(uri);
          hashes.set(report.file, hash);
          return { folder, uri, report, stale: report.sha256 !== '' && (await hash) !== report.sha256 };
        }),
      );
    } catch (error) {
      this.logger.error(`The audits of ${folder.name} could not be read: ${describeError(error)}`);
      return [];
    }
  }
}

async function hashOnDisk(uri: vscode.Uri): Promise<string> {
  try {
    return hashOf(Buffer.from(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return 'unreadable';
  }
}
