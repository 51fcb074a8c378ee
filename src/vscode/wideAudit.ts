import * as path from 'node:path';
import * as vscode from 'vscode';
import { auditMany } from '../audit/auditMany';
import { STAGE_NAMES } from '../audit/finding';
import type { StageName } from '../audit/finding';
import type { AuditRequest } from '../audit/audit';
import { MUTANT_BUDGETS } from '../audit/mutation/proof';
import type { MutantBudget } from '../audit/mutation/proof';
import { SharedProofs } from '../audit/mutation/sharedProofs';
import type { AuditReport } from '../audit/report';
import { summaryPage } from '../audit/explanation';
import { scopeOfChanges, scopeOfFolder } from '../audit/scope';
import type { Scope } from '../audit/scope';
import { inBrief, summarize } from '../audit/summary';
import type { AuditInBrief, AuditSummary } from '../audit/summary';
import { isCancelled, throwIfCancelled, UserError } from '../base/errors';
import { changedFiles } from '../base/git';
import { oneLine } from '../base/text';
import { countOf } from '../base/texts';
import { listSources } from '../sandbox/sources';
import type { AuditServices } from './auditCommand';
import { FolderFacts } from './auditRequest';
import type { AuditTarget } from './auditTarget';
import { readMutantBudget } from './configuration';
import type { KeptPages } from './keptPages';

/** What of each file is asked for. */
interface Depth {
  stages: readonly StageName[];
  mutants?: MutantBudget;
  /** The caller gets all reports; many of them together are large. */
  keepsReports?: true;
}

const READ: Depth = { stages: ['theater', 'quality'] };
const RUN: Depth = { stages: STAGE_NAMES };
/** Among the stages that a caller names: mutants are tried as well. */
const MUTANTS = 'mutants';

export interface WideAuditServices extends AuditServices {
  pages: KeptPages;
  /** To be called when many files were audited. */
  keepAnalyses: () => Promise<void>;
}

/** What a wide audit came to, for callers that run it by id. */
export interface WideAudit {
  summary: AuditSummary;
  audits: AuditInBrief[];
  /** For a caller that named the stages; otherwise they are in the list of audits only. */
  reports: AuditReport[];
}

interface Part extends Scope {
  folder: vscode.WorkspaceFolder;
}

/** Audits the folders that the explorer gives. `stages`, with `mutants` among them or not, is for callers; a person is asked. */
export function auditFolder(services: WideAuditServices, uri: unknown, selected: unknown, stages: unknown) {
  const uris = (Array.isArray(selected) && selected.length > 0 ? selected : [uri]).filter(
    (one): one is vscode.Uri => one instanceof vscode.Uri,
  );
  const places = uris.map((one) => {
    const folder = vscode.workspace.getWorkspaceFolder(one);
    if (!folder || one.scheme !== 'file')
      throw new UserError(
        vscode.l10n.t('{0} is not a folder on disk in the workspace', path.posix.basename(one.path)),
        vscode.l10n.t('open the folder it belongs to'),
      );
    return { folder, path: one.fsPath };
  });
  if (places.length === 0)
    throw new UserError(
      vscode.l10n.t('No folder to audit'),
      vscode.l10n.t('right-click one in the Explorer'),
    );
  return run(services, stages, (signal) =>
    Promise.all(
      places.map(async (place) => ({
        folder: place.folder,
        ...(await scopeOfFolder(place.folder.uri.fsPath, place.path, listSources, signal)),
      })),
    ),
  );
}

/** Audits every folder of the workspace. */
export function auditWorkspace(services: WideAuditServices, stages: unknown) {
  return run(services, stages, (signal) =>
    Promise.all(
      openFolders().map(async (folder) => ({
        folder,
        ...(await scopeOfFolder(folder.uri.fsPath, '.', listSources, signal)),
      })),
    ),
  );
}

/** Audits what git says has changed since the last commit. */
export function auditChanged(services: WideAuditServices, stages: unknown) {
  if (!vscode.workspace.isTrusted)
    throw new UserError(
      vscode.l10n.t('git is not started in a workspace that is not trusted'),
      vscode.l10n.t('trust it, or audit a folder instead'),
    );
  const parts = { listFiles: listSources, listChanges: changedFiles };
  return run(services, stages, (signal) =>
    Promise.all(
      openFolders().map(async (folder) => ({
        folder,
        ...(await scopeOfChanges(folder.uri.fsPath, undefined, parts, signal)),
      })),
    ),
  );
}

/** Audits files of a folder in all three stages, without a question and without a word at the end. */
export async function auditFiles(
  services: WideAuditServices,
  folder: vscode.WorkspaceFolder,
  files: readonly string[],
  cancel: AbortController,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): Promise<WideAudit> {
  const listed = { listFiles: listSources, listChanges: async () => [...files] };
  const scope = await scopeOfChanges(folder.uri.fsPath, undefined, listed, cancel.signal);
  try {
    return await auditParts(services, [{ folder, ...scope }], RUN, cancel, progress);
  } finally {
    await services.keepAnalyses();
  }
}

/** Audits files for a tool of a model or an agent, which has asked for these files and stages. Rejects with `CancelledError`. */
export async function auditForTool(
  services: WideAuditServices,
  { folder, files }: { folder: vscode.WorkspaceFolder; files: readonly string[] },
  stages: readonly StageName[],
  { signal, onProgress }: { signal: AbortSignal; onProgress: (message: string) => void },
): Promise<AuditReport[]> {
  const cancel = new AbortController();
  const stop = (): void => cancel.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const parts = [{ folder, files: [...files], skipped: [] }];
    const progress = { report: ({ message }: { message?: string }) => onProgress(message ?? '') };
    const depth: Depth = { stages, keepsReports: true };
    return (await auditParts(services, parts, depth, cancel, progress)).reports;
  } finally {
    signal.removeEventListener('abort', stop);
    await services.keepAnalyses();
  }
}

function openFolders(): vscode.WorkspaceFolder[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0)
    throw new UserError(
      vscode.l10n.t('No folder on disk is open'),
      vscode.l10n.t('open the folder of your project'),
    );
  return folders;
}

async function run(
  services: WideAuditServices,
  wanted: unknown,
  findScope: (signal: AbortSignal) => Promise<Part[]>,
): Promise<WideAudit | undefined> {
  const depth = await chooseDepth(wanted);
  if (!depth) return undefined;
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: 'Seaworthy' };
  try {
    const result = await vscode.window.withProgress(options, async (progress, token) => {
      const cancel = new AbortController();
      const subscription = token.onCancellationRequested(() => cancel.abort());
      progress.report({ message: vscode.l10n.t('looking for files') });
      try {
        return await auditParts(services, await findScope(cancel.signal), depth, cancel, progress);
      } finally {
        subscription.dispose();
        await services.keepAnalyses();
      }
    });
    void tell(services, result);
    return result;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('$(circle-slash) Audit cancelled; what was done until then is kept'),
      5000,
    );
    return undefined;
  }
}

async function chooseDepth(wanted: unknown): Promise<Depth | undefined> {
  const budget = readMutantBudget();
  if (Array.isArray(wanted)) {
    const stages = STAGE_NAMES.filter((name) => wanted.includes(name));
    return { stages, keepsReports: true, ...(wanted.includes(MUTANTS) ? { mutants: budget } : {}) };
  }
  if (!vscode.workspace.isTrusted) return READ;
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('Read the files'),
        description: vscode.l10n.t('theater and quality; milliseconds a file'),
        depth: READ,
      },
      {
        label: vscode.l10n.t('Run their tests too'),
        description: vscode.l10n.t('all three stages; seconds a file'),
        depth: RUN,
      },
      {
        label: vscode.l10n.t('Prove their tests with mutants too'),
        description: vscode.l10n.t(
          'all three stages; up to {0} seconds more a file',
          MUTANT_BUDGETS[budget] / 1000,
        ),
        depth: { ...RUN, mutants: budget },
      },
    ],
    {
      title: vscode.l10n.t('Audit'),
      placeHolder: vscode.l10n.t('How thoroughly? A verdict of pass needs all three stages.'),
    },
  );
  return chosen?.depth;
}

async function auditParts(
  services: WideAuditServices,
  parts: readonly Part[],
  { stages, mutants, keepsReports }: Depth,
  cancel: AbortController,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): Promise<WideAudit> {
  const targets = parts.flatMap(({ folder, files }) =>
    files.map((file): AuditTarget => ({ folder, file, uri: vscode.Uri.joinPath(folder.uri, file) })),
  );
  const facts = new FolderFacts(services.onSettingsProblem);
  const sharedProofs = new SharedProofs();
  const requestFor = async (target: AuditTarget): Promise<AuditRequest> => ({
    ...(await facts.requestFor(target, stages)),
    ...(mutants ? { mutants, sharedProofs } : {}),
  });
  const reports: AuditReport[] = [];
  let isEngineTold = !stages.includes('production');
  const audit = async (target: AuditTarget, signal: AbortSignal): Promise<AuditReport> => {
    throwIfCancelled(signal);
    return services.auditor().audit({ ...(await requestFor(target)), isOneOfMany: true }, { signal });
  };
  const running = targets[0] && services.model.begin(targets[0].folder.uri, () => cancel.abort());
  try {
    const requests = function* (): Generator<Promise<AuditRequest>> {
      for (const target of targets) yield requestFor(target);
    };
    await services.auditor().readAhead(requests(), {
      signal: cancel.signal,
      onRead: (done) => progress.report({ message: vscode.l10n.t('reading {0}/{1}', done, targets.length) }),
    });
    const keep = async (report: AuditReport, target: AuditTarget, done: number): Promise<AuditInBrief> => {
      progress.report({
        message: `${done}/${targets.length} ${oneLine(report.file, 100)}`,
        increment: 100 / targets.length,
      });
      if (isWorthKeeping(services, target, report))
        await services.model.add(target.folder, target.uri, report);
      if (keepsReports) reports[targets.indexOf(target)] = report;
      if (!isEngineTold) services.onReport(report);
      isEngineTold = true;
      return inBrief(report);
    };
    const audits = await auditMany(targets, audit, { signal: cancel.signal, keep });
    const skipped = parts.flatMap((part) => part.skipped);
    return { audits, reports, summary: summarize(audits, skipped) };
  } finally {
    running?.dispose();
  }
}

/** A list of files in which nothing was found would bury the others; but what is shown of a file must be its newest. */
function isWorthKeeping({ model }: WideAuditServices, { uri }: AuditTarget, report: AuditReport): boolean {
  if (report.verdict === 'fail' || report.stages.some(({ findings }) => findings.length > 0)) return true;
  return model.all().some((entry) => entry.uri.toString() === uri.toString());
}

async function tell({ pages }: WideAuditServices, { summary, audits }: WideAudit): Promise<void> {
  const { pass, fail, notRun, skipped } = summary.files;
  const counts = vscode.l10n.t('{0} pass, {1} fail, {2} not run, {3} skipped', pass, fail, notRun, skipped);
  const text = vscode.l10n.t(
    '{0} audited: {1}. {2}.',
    countOf(audits.length, 'file'),
    summary.verdict,
    counts,
  );
  const [list, page] = [vscode.l10n.t('Show Audits'), vscode.l10n.t('Show Summary')];
  const buttons = [list, page];
  const chosen =
    summary.verdict === 'pass'
      ? await vscode.window.showInformationMessage(text, ...buttons)
      : await vscode.window.showWarningMessage(text, ...buttons);
  if (chosen === list) await vscode.commands.executeCommand('seaworthy.audits.focus');
  if (chosen === page) await pages.showMarkdown(vscode.l10n.t('Audit summary'), summaryPage(summary, audits));
}
