import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { App } from './app';
import { STAGE_NAMES } from './audit/finding';
import type { StageName } from './audit/finding';
import type { AuditReport, Outcome } from './audit/report';
import { reportText } from './audit/reportText';
import type { Paint } from './audit/reportText';
import { toJunit } from './audit/junit';
import { toSarif } from './audit/sarif';
import { describeError, isCancelled, UserError } from './base/errors';
import type { Logger } from './base/logger';
import { relativeInside } from './base/paths';
import { oneLine, printableJson } from './base/text';
import { parseContainersArguments, runContainers } from './cli/containers';
import type { ContainersArguments } from './cli/containers';
import { parseSandboxArguments, runSandbox } from './cli/sandbox';
import type { SandboxArguments } from './cli/sandbox';
import { parseStateArguments, runState } from './cli/state';
import type { StateArguments } from './cli/state';
import { ruleSettingsFor } from './cli/rules';
import type { RuleOptions } from './cli/rules';
import { existingFolder, UsageError } from './cli/usage';
import { defaultSettings } from './settings';

const USAGE = `seaworthy ${version}: will this code hold?

  seaworthy audit FILE... [options]
  seaworthy containers status|logs|restart [PROJECT [SERVICE...]] [--json] [--yes] [--tail N] [--follow]
  seaworthy sandbox check [--json]
  seaworthy state verify|export --storage DIR [--workspace-uri URI] [--output DIR]

  --workspace DIR   the project the files belong to (default: the current folder when it holds the
                    file, otherwise the nearest folder above the file with a manifest)
  --stages LIST     some of theater,production,quality (default: all; a verdict of pass needs all)
  --preset NAME     how strictly rules are weighed: nasa, strict, standard, lenient
  --rule ID=LEVEL   level of a rule or family (TH01=off, TT*=error); may be given several times
  --config FILE     rule settings as JSON (default: seaworthy.json in the project)
  --json            reports as JSON on standard output
  --sarif           findings as SARIF 2.1.0 on standard output
  --junit           stages as JUnit XML on standard output
  --quiet           no progress on standard error
  --help, --version

  --yes             restart without asking
  --tail N          lines of each container's log (default: 50)
  --follow, -f      what is printed from now on too, through restarts, until Ctrl-C
  --storage DIR     the folder in which the editor keeps the state of Seaworthy
  --workspace-uri URI  one workspace folder, such as file:///home/me/project (default: all)
  --output DIR      where an export goes (default: the current folder)

Exit status of an audit: 0 pass, 1 fail, 2 not run, 3 wrong usage. With several files the worst counts: fail, then not run.
Of a containers command: 0 done, 1 something did not become ready, 2 no engine, 3 wrong usage.
Of sandbox check: 0 the engine can make a sandbox, 2 it can not, 3 wrong usage.
Of a state command: 0 done and intact, 1 damaged, 2 can't be read, 3 wrong usage.
The container engine is found through DOCKER_HOST, the Docker context or the usual sockets;
ssh:// and TLS work as with Docker's own client.`;

const EXIT: Record<Outcome, number> = { pass: 0, fail: 1, 'not run': 2 };
const EXIT_USAGE = 3;
const EXIT_DEFECT = 70;
const EXIT_CANCELLED = 130;

interface Arguments {
  files: string[];
  workspace: string | undefined;
  stages: readonly StageName[];
  format: 'text' | 'json' | 'sarif' | 'junit';
  rules: RuleOptions;
  quiet: boolean;
}

function parseArguments(
  argv: readonly string[],
): Arguments | ContainersArguments | SandboxArguments | StateArguments | { print: string } {
  const { values, positionals } = parse(argv);
  if (values.help) return { print: USAGE };
  if (values.version) return { print: version };
  const [command, ...files] = positionals;
  if (command === undefined) throw new UsageError('no command given');
  if (command === 'containers') return parseContainersArguments(files, values);
  if (command === 'state') return parseStateArguments(files, values);
  if (command === 'sandbox') return parseSandboxArguments(files, values);
  if (command !== 'audit') throw new UsageError(`unknown command: ${command}`);
  if (files.length === 0) throw new UsageError('audit needs at least one file');
  const formats = (['json', 'sarif', 'junit'] as const).filter((name) => values[name]);
  if (formats.length > 1)
    throw new UsageError(`${formats.map((name) => `--${name}`).join(' and ')} exclude one another`);
  return {
    files,
    workspace: values.workspace === undefined ? undefined : existingFolder('--workspace', values.workspace),
    stages: parseStages(values.stages),
    format: formats[0] ?? 'text',
    rules: { preset: values.preset, levels: values.rule ?? [], config: values.config },
    quiet: values.quiet ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        workspace: { type: 'string' },
        stages: { type: 'string' },
        json: { type: 'boolean' },
        sarif: { type: 'boolean' },
        junit: { type: 'boolean' },
        preset: { type: 'string' },
        rule: { type: 'string', multiple: true },
        config: { type: 'string' },
        quiet: { type: 'boolean' },
        yes: { type: 'boolean' },
        tail: { type: 'string' },
        follow: { type: 'boolean', short: 'f' },
        storage: { type: 'string' },
        'workspace-uri': { type: 'string' },
        output: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseStages(list: string | undefined): readonly StageName[] {
  if (list === undefined) return STAGE_NAMES;
  return list.split(',').map((word) => {
    const stage = STAGE_NAMES.find((name) => name === word.trim());
    if (!stage)
      throw new UsageError(`--stages: unknown stage "${word}"; the stages are ${STAGE_NAMES.join(', ')}`);
    return stage;
  });
}

const MANIFESTS = ['package.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git'];

function workspaceOf(file: string): string {
  const absolute = path.resolve(file);
  if (relativeInside(process.cwd(), absolute) !== undefined) return process.cwd();
  for (let folder = path.dirname(absolute); ; folder = path.dirname(folder)) {
    if (MANIFESTS.some((name) => fs.existsSync(path.join(folder, name)))) return folder;
    if (folder === path.dirname(folder)) return path.dirname(absolute);
  }
}

const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => void process.stderr.write(`warning: ${oneLine(message, 500)}\n`),
  error: (message) => void process.stderr.write(`${message}\n`),
};

async function audit(wanted: Arguments, signal: AbortSignal): Promise<number> {
  const app = new App({
    distDirectory: __dirname,
    settings: () => defaultSettings,
    logger,
    sandboxesKeptReady: wanted.files.length > 1 ? 1 : 0,
  });
  const reports: AuditReport[] = [];
  // No engine is no news here: stage 2 says so, with what was tried.
  const swept = wanted.stages.includes('production') ? app.sweep(signal).catch(() => undefined) : undefined;
  try {
    for (const file of wanted.files) {
      const onProgress = (message: string): void => {
        if (!wanted.quiet) process.stderr.write(`${file}: ${oneLine(message, 200)}\n`);
      };
      const workspace = wanted.workspace ?? workspaceOf(file);
      const rules = ruleSettingsFor(workspace, wanted.rules);
      const request = { workspace, file: path.resolve(file), stages: wanted.stages, trusted: true, rules };
      const report = await app.auditor.audit(request, { signal, onProgress });
      reports.push(report);
      if (wanted.format === 'text') await print(reportText(report, painter()));
    }
  } finally {
    await swept;
    await app.dispose();
  }
  if (wanted.format === 'json') await print(printableJson({ reports }));
  if (wanted.format === 'sarif') await print(printableJson(toSarif(reports, version)));
  if (wanted.format === 'junit') await print(toJunit(reports));
  const verdicts = new Set(reports.map((report) => report.verdict));
  return verdicts.has('fail') ? EXIT.fail : verdicts.has('not run') ? EXIT['not run'] : EXIT.pass;
}

function painter(): Paint {
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  const codes: Record<Outcome, number> = { pass: 32, fail: 31, 'not run': 33 };
  return (text, status) => (colour ? `\u001b[${codes[status]}m${text}\u001b[0m` : text);
}

/** Resolves when the text has left the process: a pipe's reader may be slower than our exit. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

async function main(): Promise<number> {
  const cancel = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel.abort());
  try {
    const wanted = parseArguments(process.argv.slice(2));
    if ('print' in wanted) {
      await print(wanted.print);
      return 0;
    }
    const surroundings = { distDirectory: __dirname, logger, print };
    if ('containersAction' in wanted)
      return await runContainers(wanted, { ...surroundings, signal: cancel.signal });
    if ('action' in wanted) return await runState(wanted, surroundings);
    if ('sandbox' in wanted) return await runSandbox(wanted, surroundings, cancel.signal);
    return await audit(wanted, cancel.signal);
  } catch (error) {
    if (isCancelled(error)) {
      process.stderr.write('cancelled\n');
      return EXIT_CANCELLED;
    }
    if (error instanceof UsageError || error instanceof UserError) {
      process.stderr.write(`seaworthy: ${error.message}\nTry: seaworthy --help\n`);
      return EXIT_USAGE;
    }
    process.stderr.write(`seaworthy: ${describeError(error)}\n`);
    return EXIT_DEFECT;
  }
}

void main().then((status) => {
  process.exitCode = status;
});
