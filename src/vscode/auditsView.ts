import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Finding } from '../audit/finding';
import type { Outcome, StageResult } from '../audit/report';
import { runnerLines, stageSummary } from '../audit/reportText';
import { severityWords, stageWords, verdictLabel, verdictWords } from '../audit/verdict';
import { oneLine } from '../base/text';
import { locale } from '../base/texts';
import type { AuditEntry, AuditModel } from './auditModel';
import { findingRange, findingUri, newestPerFile } from './findings';
import { COMMANDS, VIEWS } from './ids';

type Node =
  | { kind: 'running'; uri: vscode.Uri }
  | { kind: 'report'; entry: AuditEntry; isEarlier: boolean }
  | { kind: 'stage'; entry: AuditEntry; stage: StageResult }
  | { kind: 'finding'; entry: AuditEntry; stage: StageResult; index: number; finding: Finding }
  | { kind: 'note'; entry: AuditEntry; index: number; text: string }
  | { kind: 'earlier'; entry: AuditEntry; reports: AuditEntry[] };

const OUTCOME_ICONS: Record<Outcome, vscode.ThemeIcon> = {
  pass: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  fail: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  'not run': new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('testing.iconSkipped')),
};
const UNPROVEN_ICON = new vscode.ThemeIcon('question', new vscode.ThemeColor('testing.iconUnset'));
const SEVERITY_ICONS: Record<Finding['severity'], vscode.ThemeIcon> = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
  info: new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground')),
  hint: new vscode.ThemeIcon('lightbulb'),
};

/** Of the baseline: nothing that calls for anybody. */
const KNOWN_ICON = new vscode.ThemeIcon('history');

/** The *Audits* view: a row per audited file, its stages beneath, their findings beneath those. */
export function createAuditsView(model: AuditModel): vscode.Disposable {
  const provider = new AuditsTree(model);
  const view = vscode.window.createTreeView(VIEWS.audits, {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  return vscode.Disposable.from(view, provider);
}

class AuditsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly model: AuditModel) {
    this.subscription = model.onDidChange(() => this.changed.fire(undefined));
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      await this.model.load();
      this.model.follow();
      return this.roots();
    }
    switch (node.kind) {
      case 'report':
        return this.reportChildren(node.entry, node.isEarlier);
      case 'stage':
        return node.stage.findings.map((finding, index) => ({ ...node, kind: 'finding', finding, index }));
      case 'earlier':
        return node.reports.map((entry) => ({ kind: 'report', entry, isEarlier: true }));
      case 'running':
      case 'finding':
      case 'note':
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'running':
        return runningItem(node.uri);
      case 'report':
        return reportItem(node.entry, node.isEarlier);
      case 'stage':
        return stageItem(node.entry, node.stage);
      case 'finding':
        return findingItem(node.entry, node.stage, node.finding, node.index);
      case 'note':
        return noteItem(node.entry, node.text, node.index);
      case 'earlier': {
        const item = new vscode.TreeItem(
          vscode.l10n.t('Earlier audits'),
          vscode.TreeItemCollapsibleState.Collapsed,
        );
        item.id = `earlier:${node.entry.uri.toString()}`;
        item.description = String(node.reports.length);
        item.iconPath = new vscode.ThemeIcon('history');
        return item;
      }
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private roots(): Node[] {
    const running = this.model.running().map((uri): Node => ({ kind: 'running', uri }));
    const reports = newestPerFile(this.model.all());
    return [...running, ...reports.map((entry): Node => ({ kind: 'report', entry, isEarlier: false }))];
  }

  private reportChildren(entry: AuditEntry, isEarlier: boolean): Node[] {
    const stages = entry.report.stages.map((stage): Node => ({ kind: 'stage', entry, stage }));
    const notes = entry.report.notes.map((text, index): Node => ({ kind: 'note', entry, text, index }));
    const earlier = isEarlier ? [] : this.earlierThan(entry);
    const more: Node[] = earlier.length > 0 ? [{ kind: 'earlier', entry, reports: earlier }] : [];
    return [...stages, ...notes, ...more];
  }

  private earlierThan(entry: AuditEntry): AuditEntry[] {
    const uri = entry.uri.toString();
    return this.model.all().filter((other) => other !== entry && other.uri.toString() === uri);
  }
}

function runningItem(uri: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(path.posix.basename(uri.path));
  item.id = `running:${uri.toString()}`;
  item.description = vscode.l10n.t('auditing…');
  item.iconPath = new vscode.ThemeIcon('loading~spin');
  item.contextValue = 'seaworthy.running';
  return item;
}

function reportItem(entry: AuditEntry, isEarlier: boolean): vscode.TreeItem {
  const { report } = entry;
  const label = verdictLabel(report);
  const said = verdictWords(label);
  const time = timeText(report.createdAt);
  const name = path.posix.basename(report.file);
  const item = new vscode.TreeItem(isEarlier ? time : name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `report:${report.id}`;
  const folder = path.posix.dirname(report.file);
  const details = isEarlier
    ? [said]
    : [said, entry.stale ? vscode.l10n.t('changed since') : time, folder === '.' ? '' : folder];
  item.description = details.filter(Boolean).join(' · ');
  item.iconPath = label === 'unproven' ? UNPROVEN_ICON : OUTCOME_ICONS[report.verdict];
  item.tooltip = [`${report.file}: ${said}`, oneLine(report.reason, 500), time].filter(Boolean).join('\n');
  item.contextValue = 'seaworthy.report';
  item.accessibilityInformation = { label: `${name}, ${details.filter(Boolean).join(', ')}` };
  return item;
}

function stageItem(entry: AuditEntry, stage: StageResult): vscode.TreeItem {
  const [name, status] = [stageWords(stage.stage), verdictWords(stage.status)];
  const summary = stageSummary(stage);
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(name, stage.findings.length > 0 ? Collapsed : None);
  item.id = `stage:${entry.report.id}:${stage.stage}`;
  item.description = `${status} · ${summary}`;
  item.iconPath = stage.nextStep === 'add-test' ? UNPROVEN_ICON : OUTCOME_ICONS[stage.status];
  item.tooltip = [`${name}: ${status}`, summary, ...runnerLines(stage)].join('\n');
  item.accessibilityInformation = { label: `${name}, ${status}, ${summary}` };
  if (stage.nextStep === 'install-dependencies') item.contextValue = 'seaworthy.needsDependencies';
  if (stage.findings.length === 0) {
    item.command = {
      command: COMMANDS.openReport,
      title: vscode.l10n.t('Open Report'),
      arguments: [entry.report.id],
    };
  }
  return item;
}

function findingItem(
  entry: AuditEntry,
  stage: StageResult,
  finding: Finding,
  index: number,
): vscode.TreeItem {
  // The line comes first: a side bar is narrow, and a message is long.
  const item = new vscode.TreeItem(
    vscode.l10n.t('Line {0}: {1}', finding.startLine, oneLine(finding.message, 200)),
  );
  item.id = `finding:${entry.report.id}:${stage.stage}:${index}`;
  const place = finding.file === entry.report.file ? '' : ` · ${path.posix.basename(finding.file)}`;
  item.description = `${finding.ruleId}${place}`;
  item.iconPath = finding.known === true ? KNOWN_ICON : SEVERITY_ICONS[finding.severity];
  item.tooltip = `${oneLine(finding.message, 500)}\n${oneLine(finding.evidence, 300)}`;
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Go to Line'),
    arguments: [findingUri(entry, finding), { selection: findingRange(finding) }],
  };
  item.contextValue = 'seaworthy.finding';
  item.accessibilityInformation = {
    label: vscode.l10n.t(
      '{0} {1}, line {2}, {3}',
      severityWords(finding.severity),
      item.description,
      finding.startLine,
      oneLine(finding.message, 200),
    ),
  };
  return item;
}

function noteItem(entry: AuditEntry, text: string, index: number): vscode.TreeItem {
  const item = new vscode.TreeItem(oneLine(text, 200));
  item.id = `note:${entry.report.id}:${index}`;
  item.iconPath = new vscode.ThemeIcon('note');
  item.tooltip = oneLine(text, 500);
  return item;
}

function timeText(iso: string): string {
  const time = new Date(iso);
  const today = new Date().toDateString() === time.toDateString();
  return today
    ? time.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' })
    : time.toLocaleDateString(locale());
}
