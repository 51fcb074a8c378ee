import { languageOf } from '../../../audit/language';
import { oneLine } from '../../../base/text';
import type { ProjectFacts } from '../../loop1/facts/projectFacts';
import { examine } from '../../loop1/premortem/examine';
import { PROBES } from '../../loop1/premortem/catalogue';
import { askSource } from '../../loop1/research/gather';
import type { ResearchSource, SourceId } from '../../loop1/research/source';
import { PASSED } from './judgeReport';
import type { PartOutcome } from './judgeReport';

/** How a command of the acceptance check has ended in the sandbox. */
export type CommandEnd =
  | { kind: 'ended'; exitCode: number; said: string }
  | { kind: 'not run'; reason: string; helps: 'wait' | 'person' };

/** Runs a command in the sandbox, over the workspace, beside a file whose language says which image. */
export type RunCommand = (file: string, command: string, signal: AbortSignal) => Promise<CommandEnd>;

/** Runs the command that says whether a task holds. */
export async function checkByCommand(
  command: string,
  files: readonly string[],
  run: RunCommand,
  signal: AbortSignal,
): Promise<PartOutcome> {
  const isPython = /^\s*(python|pytest|uv|poetry)/.test(command);
  const fits = (file: string): boolean => (languageOf(file)?.language === 'python') === isPython;
  const code = files.filter((file) => languageOf(file));
  const file = code.find(fits) ?? code[0];
  if (file === undefined) return { ...notRun('its check has no source file to be run beside'), findings: [] };
  const ended = await run(file, command, signal);
  if (ended.kind === 'not run') return { ...notRun(ended.reason), helps: ended.helps };
  if (ended.exitCode === 0) return PASSED;
  const said = oneLine(ended.said, 300);
  const reason = `its check "${oneLine(command, 120)}" ended with exit code ${ended.exitCode}${said === '' ? '' : `: ${said}`}`;
  const finding = { rule: 'acceptance', message: reason, file: '', line: 1, isCritical: false };
  return { status: 'fail', reason, helps: null, findings: [finding] };
}

interface ProbeField {
  root: string;
  facts: ProjectFacts;
  /** Those of Loop 1, without what needs the network. */
  sources: readonly ResearchSource[];
}

/** Lets the probe of Loop 1 look again at the scenarios of a task. */
export async function checkByProbe(
  id: string,
  scenarios: readonly string[],
  { root, facts, sources }: ProbeField,
  signal: AbortSignal,
): Promise<PartOutcome> {
  const probe = PROBES.find((each) => each.id === id);
  if (!probe) return notRun(`there is no probe "${id}"`);
  const missing = new Map<SourceId, string>();
  let { parts } = facts;
  for (const wanted of [...(probe.needs ?? []), ...(probe.isHelpedBy ?? [])]) {
    const source = sources.find((each) => each.id === wanted);
    const context = { root, goal: { text: '', files: [], tasks: [] }, constraints: [], facts };
    const asked = source && (await askSource(source, context, { networkAllowed: false, signal }));
    if (asked?.gathered) parts = { ...parts, ...asked.gathered.parts };
    else missing.set(wanted, asked?.outcome.why ?? 'it is not part of this run');
  }
  const looked = await examine([probe], facts.with(parts), { missing, iteration: 0, signal });
  const why = looked.notLooked.get(id);
  if (why !== undefined) return notRun(`the probe "${id}" could not look: ${why}`);
  const left = looked.scenarios.filter((scenario) => scenarios.includes(scenario.id));
  if (left.length === 0) return PASSED;
  const findings = left
    .flatMap(({ evidence }) => evidence)
    .slice(0, 20)
    .map(({ file, line, shows }) => ({ rule: `probe ${id}`, message: shows, file, line, isCritical: false }));
  return {
    status: 'fail',
    reason: `the probe "${id}" still sees it: ${findings[0]?.message ?? ''}`,
    helps: null,
    findings,
  };
}

function notRun(reason: string): PartOutcome {
  return { status: 'not run', reason, helps: 'person', findings: [] };
}
