import { createHash, randomBytes } from 'node:crypto';
import type { Sandbox, SandboxFile, SandboxLimits, SandboxProgress } from '../../../sandbox/sandbox';
import type { MutatedSource } from '../../mutation/mutants';
import { isExtreme } from '../../mutation/mutants';
import type { MutantBudget, MutationReport } from '../../mutation/proof';
import { MUTANT_BUDGETS } from '../../mutation/proof';
import type { SharedProofs } from '../../mutation/sharedProofs';
import type { AuditedFile } from '../../stage';
import { familyOf } from '../discovery/importGraph';
import { HARNESS_FOLDER, MUTANTS_FILE, PROJECT_FOLDER, testReport } from '../layout';
import { planNode } from '../nodePlan';
import type { ProofPlan } from '../harness/proofRecords';
import type { PlanInput } from '../plan';
import { planPython } from '../pythonPlan';
import { createKey } from '../report/signatures';
import { assertingTests, judgeFunctions } from './judgeMutants';
import { readProof } from './readProof';
import type { ProofRecords } from './readProof';

export interface ProofParts {
  sandbox: Sandbox;
  image: string;
  limits: SandboxLimits;
  /** The file with its mutants built in, behind calls of the given name; undefined where that can't be done. */
  mutate(file: AuditedFile, switchName: string): Promise<MutatedSource | undefined>;
  /** Of the workspace, as it was sent for the tests themselves. */
  snapshot: readonly SandboxFile[];
  /** The audit is of the tests: what each of them notices is of interest, not only that one does. */
  isOfTests: boolean;
  /** Of an audit of many files: what is the same for two of them is done once. */
  shared?: SharedProofs;
}

/** For the sandbox, the runner's start and the runs before the first mutant. */
const SPARE_MS = 20_000;

/**
 * Tries the mutants of a file whose tests pass, in one sandbox, within the budget. Rejects with `CancelledError` on abort
 * and with `UserError` when there is no sandbox.
 */
export function proveFile(
  input: PlanInput,
  budget: MutantBudget,
  parts: ProofParts,
  options: { signal?: AbortSignal; onProgress?: SandboxProgress },
): Promise<MutationReport> {
  const tests = input.groups.flatMap((group) => group.tests);
  if (!parts.shared || tests.length !== 1) return tryMutants(input, budget, parts, options);
  const forBoth = { ...parts, isOfTests: true };
  return parts.shared.once(keyOf(input, budget, parts.image), () =>
    tryMutants(input, budget, forBoth, options),
  );
}

/** The same for whatever is proved in the same way: which file, which tests, in which image. */
function keyOf({ workspace, file, groups, sources }: PlanInput, budget: MutantBudget, image: string): string {
  const tests = groups.map(({ runner, folder, tests: paths }) => [
    runner,
    folder,
    paths.map(({ path }) => [path, sources.text(path)]),
  ]);
  const all = JSON.stringify([workspace, budget, image, file.path, file.text, tests]);
  return createHash('sha256').update(all).digest('base64');
}

async function tryMutants(
  input: PlanInput,
  budget: MutantBudget,
  parts: ProofParts,
  options: { signal?: AbortSignal; onProgress?: SandboxProgress },
): Promise<MutationReport> {
  const started = Date.now();
  const report = (rest: Partial<MutationReport>): MutationReport => ({
    budget,
    status: 'not run',
    reason: '',
    functions: [],
    flaky: [],
    ...rest,
    durationMs: Date.now() - started,
  });
  options.onProgress?.('Building mutants');
  const switchName = `sw_${randomBytes(6).toString('hex')}`;
  const source = await parts.mutate(input.file, switchName);
  if (!source) return report({ reason: 'the file can not be read as a whole, so nothing in it was changed' });
  if (source.mutants.length === 0) return report({ reason: 'it has no function with something to change' });
  options.onProgress?.(
    `Trying ${source.mutants.length} mutants for up to ${MUTANT_BUDGETS[budget] / 1000} s`,
  );
  const groups = await runProof(input, source, switchName, MUTANT_BUDGETS[budget], parts, options);
  const refusal = groups.find((group) => group.refusal !== undefined)?.refusal;
  const usable = groups.filter((group) => group.refusal === undefined);
  const flaky = groups.flatMap((group) => group.flaky);
  if (usable.length === 0) return report({ reason: refusal ?? 'no test was run', flaky });
  const cutShort = usable.some((group) => group.cutShort);
  const reason =
    refusal ?? (cutShort ? `time ran out before all ${source.mutants.length} mutants were tried` : '');
  const asserting = parts.isOfTests ? { asserting: assertingTests(source, groups) } : {};
  return report({ status: 'run', reason, functions: judgeFunctions(source, groups), ...asserting, flaky });
}

/** What each group of tests says, in one sandbox that holds the changed file. */
async function runProof(
  input: PlanInput,
  source: MutatedSource,
  switchName: string,
  budgetMs: number,
  parts: ProofParts,
  options: { signal?: AbortSignal; onProgress?: SandboxProgress },
): Promise<ProofRecords[]> {
  const keys = { load: '', tests: input.groups.map(createKey) };
  const proof = { ...input, loadsFile: false, isProof: true, keys, testTimeoutMs: budgetMs + SPARE_MS };
  const isPython = familyOf(input.file.path) === 'python';
  const planned = await (isPython ? planPython(proof) : planNode(proof));
  const seconds = budgetMs / 1000 / Math.max(1, planned.steps.length);
  const files = withMutants(parts.snapshot, input.file.path, source.text);
  const ended = await parts.sandbox.run(
    {
      image: parts.image,
      files: [
        ...files,
        ...planned.files,
        planFile(source, { switch: switchName, seconds, each: parts.isOfTests }),
      ],
      steps: planned.steps,
      reports: input.groups.map((_, index) => testReport(index)),
      limits: { ...parts.limits, timeoutMs: Math.max(parts.limits.timeoutMs, budgetMs + 2 * SPARE_MS) },
    },
    options,
  );
  return input.groups.map((_, index) =>
    readProof(ended.reports.get(testReport(index)), keys.tests[index] ?? ''),
  );
}

function withMutants(snapshot: readonly SandboxFile[], path: string, text: string): SandboxFile[] {
  return snapshot.map((file) => ({
    ...file,
    path: `${PROJECT_FOLDER}/${file.path}`,
    ...(file.path === path ? { content: Buffer.from(text) } : {}),
  }));
}

function planFile(source: MutatedSource, rest: Omit<ProofPlan, 'mutants'>): SandboxFile {
  const mutants = source.mutants.map((mutant) => ({
    id: mutant.id,
    function: mutant.function,
    extreme: isExtreme(mutant),
  }));
  const plan: ProofPlan = { ...rest, mutants };
  const content = Buffer.from(JSON.stringify(plan));
  return { path: `${HARNESS_FOLDER}/${MUTANTS_FILE}`, content };
}
