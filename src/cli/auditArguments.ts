import * as fs from 'node:fs';
import { STAGE_NAMES } from '../audit/finding';
import type { StageName } from '../audit/finding';
import type { MutantBudget } from '../audit/mutation/proof';
import { defaultTestSettings, RUNNER_CHOICES, TEST_CHOICES } from '../audit/testSettings';
import type { TestSettings } from '../audit/testSettings';
import type { RuleOptions } from './rules';
import { existingFolder, UsageError } from './usage';

/** What an audit is asked for on the command line. */
export interface AuditArguments {
  /** Files and folders as given. */
  paths: string[];
  /** Audit what differs from this commit; the empty text stands for the last one. */
  changed: string | undefined;
  /** Audit what the next commit will hold. */
  staged: boolean;
  workspace: string | undefined;
  stages: readonly StageName[];
  format: 'text' | 'json' | 'sarif' | 'junit';
  rules: RuleOptions;
  baseline: string | undefined;
  updateBaseline: boolean;
  sarifFiles: readonly string[];
  quiet: boolean;
  /** A file that the result is added to as Markdown. */
  summaryFile: string | undefined;
  installs: boolean;
  mutants: MutantBudget | undefined;
  testing: TestSettings;
}

export const AUDIT_OPTIONS = {
  workspace: { type: 'string' },
  stages: { type: 'string' },
  json: { type: 'boolean' },
  sarif: { type: 'boolean' },
  junit: { type: 'boolean' },
  preset: { type: 'string' },
  rule: { type: 'string', multiple: true },
  config: { type: 'string' },
  changed: { type: 'string' },
  staged: { type: 'boolean' },
  summary: { type: 'string' },
  baseline: { type: 'string' },
  'update-baseline': { type: 'boolean' },
  'import-sarif': { type: 'string', multiple: true },
  mutants: { type: 'string' },
  runner: { type: 'string' },
  tests: { type: 'string' },
  'test-script': { type: 'string' },
  quiet: { type: 'boolean' },
  'install-dependencies': { type: 'boolean' },
} as const;

type Values = {
  [Name in keyof typeof AUDIT_OPTIONS]?:
    | ((typeof AUDIT_OPTIONS)[Name] extends { multiple: true }
        ? string[]
        : (typeof AUDIT_OPTIONS)[Name]['type'] extends 'boolean'
          ? boolean
          : string)
    | undefined;
};

/** `--changed` may stand alone: what follows it is its commit unless it is an option, or a path that exists. */
export function withChangedValue(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    if (word !== '--changed') return [word];
    const next = argv[index + 1];
    const isReference = next !== undefined && !next.startsWith('-') && !fs.existsSync(next);
    return isReference ? [word] : ['--changed='];
  });
}

export function parseAuditArguments(paths: string[], values: Values): AuditArguments {
  const { changed, staged = false } = values;
  if (paths.length === 0 && changed === undefined && !staged)
    throw new UsageError('audit needs at least one file or folder, or --changed or --staged');
  if (changed !== undefined && staged) throw new UsageError('--changed and --staged exclude one another');
  const formats = (['json', 'sarif', 'junit'] as const).filter((name) => values[name]);
  if (formats.length > 1)
    throw new UsageError(`${formats.map((name) => `--${name}`).join(' and ')} exclude one another`);
  const stages = parseStages(values.stages);
  const updateBaseline = values['update-baseline'] ?? false;
  if (updateBaseline && (!stages.includes('theater') || !stages.includes('quality')))
    throw new UsageError('--update-baseline needs the stages theater and quality');
  return {
    paths,
    ...{ changed, staged },
    workspace: values.workspace === undefined ? undefined : existingFolder('--workspace', values.workspace),
    stages,
    format: formats[0] ?? 'text',
    rules: { preset: values.preset, levels: values.rule ?? [], config: values.config },
    baseline: values.baseline,
    updateBaseline,
    sarifFiles: values['import-sarif'] ?? [],
    quiet: values.quiet ?? false,
    summaryFile: values.summary,
    installs: values['install-dependencies'] ?? false,
    mutants: parseMutants(values.mutants),
    testing: parseTesting(values),
  };
}

function parseTesting({ runner, tests, 'test-script': script = '' }: Values): TestSettings {
  const settings = {
    runner: oneOf('--runner', RUNNER_CHOICES, runner ?? defaultTestSettings.runner),
    tests: oneOf('--tests', TEST_CHOICES, tests ?? defaultTestSettings.tests),
    script,
  };
  if (script !== '' && settings.runner !== 'script')
    throw new UsageError('--test-script needs --runner script');
  return settings;
}

function oneOf<T extends string>(option: string, known: readonly T[], word: string): T {
  const found = known.find((name) => name === word);
  if (found === undefined)
    throw new UsageError(`${option}: unknown value "${word}"; it is one of ${known.join(', ')}`);
  return found;
}

function parseMutants(word: string | undefined): MutantBudget | undefined {
  if (word === undefined || word === 'off') return undefined;
  if (word !== 'quick' && word !== 'deep')
    throw new UsageError(`--mutants: unknown budget "${word}"; it is off, quick or deep`);
  return word;
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
