import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { updatedBaseline, withEntry } from '../audit/baseline';
import type { Baseline } from '../audit/baseline';
import { readBaseline, writeBaseline } from '../audit/baselineFile';
import { withBaseline } from '../audit/judge';
import { UserError } from '../base/errors';
import { countOf } from '../base/texts';
import type { AuditEntry, AuditModel } from './auditModel';
import { baselinePath } from './auditRequest';
import { findingAt } from './codeActions';
import { newestPerFile } from './findings';

/** Lets one finding wait: it fails nothing until the function around it is changed. Called by the light bulb. */
export async function addToBaseline(model: AuditModel, [id, fingerprint]: readonly unknown[]): Promise<void> {
  const { entry, finding } = findingAt(model, id, fingerprint);
  const file = baselinePath(entry.folder);
  const baseline = withEntry((await readBaseline(file)) ?? { entries: [] }, finding);
  await writeBaseline(file, baseline);
  await model.replaceReport(entry, withBaseline(entry.report, baseline));
}

/** Puts what was found in the audits that still fit into the baseline, and drops from it what is gone. */
export async function updateBaseline(model: AuditModel): Promise<void> {
  await model.load();
  const entries = newestPerFile(model.all()).filter(({ stale, uri }) => !stale && uri.scheme === 'file');
  if (entries.length === 0)
    throw new UserError(
      vscode.l10n.t('There is no audit to take findings from'),
      vscode.l10n.t('audit the workspace, a folder or a file first'),
    );
  for (const folder of new Set(entries.map((entry) => entry.folder))) {
    const own = entries.filter((entry) => entry.folder === folder);
    const file = baselinePath(folder);
    const before = (await readBaseline(file)) ?? { entries: [] };
    const exists = (name: string): boolean => fs.existsSync(path.join(folder.uri.fsPath, name));
    const reports = own.map(({ report }) => report);
    const baseline = updatedBaseline(before, reports, exists);
    if (!(await isAgreed(folder, before, baseline))) continue;
    await writeBaseline(file, baseline);
    await mark(model, own, baseline);
  }
}

async function isAgreed(folder: vscode.WorkspaceFolder, before: Baseline, after: Baseline): Promise<boolean> {
  const words = vscode.l10n.t('Update Baseline');
  const detail = vscode.l10n.t(
    'Findings in the baseline are shown and fail nothing, until the function around them is changed.',
  );
  const question = vscode.l10n.t(
    'The baseline of {0} will hold {1} ({2} now). Go on?',
    folder.name,
    countOf(after.entries.length, 'finding'),
    before.entries.length,
  );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, words)) === words;
}

async function mark(model: AuditModel, entries: readonly AuditEntry[], baseline: Baseline): Promise<void> {
  for (const entry of entries) await model.replaceReport(entry, withBaseline(entry.report, baseline));
}
