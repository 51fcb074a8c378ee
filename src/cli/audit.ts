import * as fs from 'node:fs';
import * as path from 'node:path';
import { version } from '../../package.json';
import { App } from '../app';
import type { AuditRequest } from '../audit/audit';
import { BASELINE_FILE, updatedBaseline } from '../audit/baseline';
import type { Baseline } from '../audit/baseline';
import { readBaseline, writeBaseline } from '../audit/baselineFile';
import { auditMany } from '../audit/auditMany';
import type { OtherFinding } from '../audit/finding';
import { toJunit } from '../audit/junit';
import { SharedProofs } from '../audit/mutation/sharedProofs';
import type { AuditReport, Outcome } from '../audit/report';
import { reportText, summaryText } from '../audit/reportText';
import type { Paint } from '../audit/reportText';
import type { RuleSettings } from '../audit/ruleSettings';
import { toSarif } from '../audit/sarif';
import { readSarif } from '../audit/sarifFile';
import { summaryPage } from '../audit/explanation';
import { inBrief, summarize } from '../audit/summary';
import type { AuditInBrief } from '../audit/summary';
import { stagedFiles, stagedTexts } from '../base/git';
import type { Logger } from '../base/logger';
import { count, oneLine, printableJson } from '../base/text';
import { defaultSettings } from '../settings';
import type { AuditArguments } from './auditArguments';
import { installDependencies } from './dependencies';
import { ruleSettingsFor } from './rules';
import { chooseTargets } from './targets';
import type { Target } from './targets';
import { limitYoungSpace } from './youngSpace';

const EXIT: Record<Outcome, number> = { pass: 0, fail: 1, 'not run': 2 };

export interface AuditSurroundings {
  distDirectory: string;
  logger: Logger;
  print: (text: string) => Promise<void>;
  signal: AbortSignal;
}

/** What holds for all files of one project. */
interface Project {
  rules: RuleSettings;
  baselineFile: string;
  baseline: Baseline | undefined;
  context: readonly OtherFinding[];
  /** What is audited of files that hold something else on the disk, by their relative paths. */
  overlays: ReadonlyMap<string, string>;
}

/** Audits what the command line names, prints the reports, and gives the exit status. */
export async function runAudit(wanted: AuditArguments, surroundings: AuditSurroundings): Promise<number> {
  const { distDirectory, logger, signal, print } = surroundings;
  const app = new App({
    distDirectory,
    settings: () => defaultSettings,
    logger,
    keepAnalyses: true,
    sandboxesKeptReady: wanted.paths.length > 1 || wanted.changed !== undefined ? 1 : 0,
  });
  // No engine is no news here: stage 2 says so, with what was tried.
  const swept = wanted.stages.includes('production') ? app.sweep(signal).catch(() => undefined) : undefined;
  try {
    const { targets, skipped, isWide } = await chooseTargets(wanted, signal);
    const projects = await openProjects(targets, wanted, surroundings);
    const audited = await auditTargets(app, { wanted, targets, projects, isWide }, surroundings);
    const reports = audited.flatMap(({ report }) => report ?? []);
    const briefs = audited.map(({ brief }) => brief);
    const summary = isWide ? summarize(briefs, skipped) : undefined;
    if (wanted.updateBaseline) await updateBaselines(targets, reports, projects);
    const status = wanted.updateBaseline
      ? statusAfterUpdate(reports)
      : EXIT[summary?.verdict ?? worst(briefs)];
    const sarif = { version, pages: app.rulePages, exitCode: status };
    if (wanted.summaryFile !== undefined)
      fs.appendFileSync(
        wanted.summaryFile,
        `${summaryPage(summary ?? summarize(briefs, skipped), briefs)}\n`,
      );
    if (wanted.format === 'text' && summary) await print(summaryText(summary, painter()));
    if (wanted.format === 'json') await print(printableJson(summary ? { summary, reports } : { reports }));
    if (wanted.format === 'sarif') await print(printableJson(toSarif(reports, sarif)));
    if (wanted.format === 'junit') await print(toJunit(reports));
    return status;
  } finally {
    await swept;
    await app.dispose();
  }
}

interface Work {
  wanted: AuditArguments;
  targets: readonly Target[];
  projects: ReadonlyMap<string, Project>;
  isWide: boolean;
}

interface Audited {
  brief: AuditInBrief;
  /** Where it is asked for once all are done; many of them together are large. */
  report?: AuditReport;
}

async function auditTargets(
  app: App,
  { wanted, targets, projects, isWide }: Work,
  { logger, signal, print }: AuditSurroundings,
): Promise<Audited[]> {
  const sharedProofs = new SharedProofs();
  const requestFor = ({ workspace, file }: Target): AuditRequest => {
    const project = projects.get(workspace);
    return {
      workspace,
      file,
      stages: wanted.stages,
      trusted: true,
      isOneOfMany: isWide,
      testing: wanted.testing,
      ...(wanted.mutants && { mutants: wanted.mutants, sharedProofs }),
      ...(project && { rules: project.rules, context: contextOf(project, workspace, file) }),
      ...(project?.baseline && { baseline: project.baseline }),
      ...(project && { overlays: project.overlays }),
    };
  };
  const audit = async (target: Target, abort: AbortSignal): Promise<AuditReport> => {
    const { workspace, file } = target;
    const onProgress = (message: string): void => {
      if (!wanted.quiet && !isWide) process.stderr.write(`${target.name}: ${oneLine(message, 200)}\n`);
    };
    if (wanted.installs)
      await installDependencies(
        app,
        { workspace, path: path.relative(workspace, file) },
        {
          logger,
          signal: abort,
          onProgress,
        },
      );
    return app.auditor.audit(requestFor(target), { signal: abort, onProgress });
  };
  const keepsReports = wanted.format !== 'text' || wanted.updateBaseline;
  const keep = async (report: AuditReport, _target: Target, done: number): Promise<Audited> => {
    if (!wanted.quiet && isWide)
      process.stderr.write(`${done}/${targets.length} ${oneLine(report.file, 200)}: ${report.verdict}\n`);
    // Of many files, those that need no second look would bury the others.
    if (wanted.format === 'text' && (!isWide || report.verdict === 'fail'))
      await print(reportText(report, painter()));
    limitYoungSpace();
    return { brief: inBrief(report), ...(keepsReports ? { report } : {}) };
  };
  if (isWide) {
    const requests = function* (): Generator<Promise<AuditRequest>> {
      for (const target of targets) yield Promise.resolve(requestFor(target));
    };
    await app.auditor.readAhead(requests(), { signal, onRead: limitYoungSpace });
    return auditMany(targets, audit, { signal, keep });
  }
  const audited: Audited[] = [];
  for (const target of targets)
    audited.push(await keep(await audit(target, signal), target, audited.length + 1));
  return audited;
}

async function openProjects(
  targets: readonly Target[],
  wanted: AuditArguments,
  { logger, signal }: AuditSurroundings,
): Promise<Map<string, Project>> {
  const projects = new Map<string, Project>();
  for (const workspace of new Set(targets.map((target) => target.workspace))) {
    const context: OtherFinding[] = [];
    for (const file of wanted.sarifFiles) {
      const imported = await readSarif(path.resolve(file), workspace);
      for (const problem of imported.problems) logger.warn(`${file}: ${problem}`);
      for (const finding of imported.findings) context.push(finding);
    }
    const baselineFile = path.resolve(wanted.baseline ?? path.join(workspace, BASELINE_FILE));
    const baseline = await readBaseline(baselineFile);
    if (!baseline && wanted.baseline !== undefined && !wanted.updateBaseline)
      logger.warn(`${wanted.baseline}: there is no such baseline, so every finding counts as new`);
    projects.set(workspace, {
      rules: ruleSettingsFor(workspace, wanted.rules),
      baselineFile,
      baseline,
      context,
      overlays: wanted.staged
        ? await stagedTexts(workspace, await stagedFiles(workspace, signal), signal)
        : new Map(),
    });
  }
  return projects;
}

function contextOf(project: Project, workspace: string, file: string): OtherFinding[] {
  const relative = path.relative(workspace, file).split(path.sep).join('/');
  return project.context.filter((finding) => finding.file === relative);
}

async function updateBaselines(
  targets: readonly Target[],
  reports: readonly AuditReport[],
  projects: ReadonlyMap<string, Project>,
): Promise<void> {
  for (const [workspace, { baselineFile, baseline }] of projects) {
    const own = reports.filter((_report, index) => targets[index]?.workspace === workspace);
    const exists = (file: string): boolean => fs.existsSync(path.join(workspace, file));
    const updated = updatedBaseline(baseline ?? { entries: [] }, own, exists);
    await writeBaseline(baselineFile, updated);
    process.stderr.write(
      `${baselineFile}: ${count(updated.entries.length, 'finding')}, ${baseline?.entries.length ?? 0} before\n`,
    );
  }
}

/** What is in the baseline now fails no more; failing tests still do. */
function statusAfterUpdate(reports: readonly AuditReport[]): number {
  const failing = reports.some(({ stages }) =>
    stages.some(({ stage, status }) => stage === 'production' && status === 'fail'),
  );
  return failing ? EXIT.fail : EXIT.pass;
}

function worst(audits: readonly AuditInBrief[]): Outcome {
  const verdicts = new Set(audits.map(({ verdict }) => verdict));
  return verdicts.has('fail') ? 'fail' : verdicts.has('not run') ? 'not run' : 'pass';
}

function painter(): Paint {
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  const codes: Record<Outcome, number> = { pass: 32, fail: 31, 'not run': 33 };
  return (text, status) => (colour ? `\u001b[${codes[status]}m${text}\u001b[0m` : text);
}
