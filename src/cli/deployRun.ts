import { createInterface } from 'node:readline/promises';
import { count, duration, oneLine, plainText, printableJson } from '../base/text';
import { UserError } from '../base/errors';
import type { Chosen } from '../deploy/chooseEnvironment';
import type { DeployPlan } from '../deploy/plan';
import { planText } from '../deploy/planText';
import { resultText } from '../deploy/resultText';
import type { LockOwner, Release, ShipProgress, ShipResult } from '../deploy/ship/release';
import { deploy, promote, readHistory, rollBack } from '../deploy/ship/rollBack';
import type { ShipOptions } from '../deploy/ship/ship';
import type { EngineConnection } from '../engine/connection';
import type { DeployArguments } from './deploy';
import type { Surroundings } from './surroundings';

/** How long a question waits for its answer, in milliseconds: what was planned gets old. */
const PATIENCE_MS = 5 * 60_000;

/** Deploys or rolls back. Resolves to the exit status. */
export async function change(
  wanted: DeployArguments,
  chosen: Chosen,
  engine: EngineConnection,
  { print, signal }: Surroundings,
): Promise<number> {
  const options: ShipOptions = {
    signal,
    onProgress: reporter(),
    confirm: (plan) => confirmed(plan, chosen, wanted, signal),
    breakLock: async (owner) => {
      if (wanted.breakLock) process.stderr.write(`taking over the lock of ${owner.user} on ${owner.host}\n`);
      return wanted.breakLock;
    },
  };
  const result = await start(wanted, chosen, engine, options);
  await print(wanted.json ? printableJson(result) : resultText(result));
  return result.outcome === 'deployed' || result.outcome === 'unchanged' ? 0 : 1;
}

function start(
  { deployAction, release, promote: from }: DeployArguments,
  chosen: Chosen,
  engine: EngineConnection,
  options: ShipOptions,
): Promise<ShipResult> {
  if (deployAction === 'rollback') return rollBack(chosen, engine, release, options);
  if (from === undefined) return deploy(chosen, engine, options);
  const environment = chosen.project.environments.find(({ name }) => name === from);
  if (!environment)
    throw new UserError(
      `There is no environment "${oneLine(from, 100)}" to promote`,
      `There are ${chosen.project.environments.map(({ name }) => oneLine(name, 100)).join(', ')}.`,
    );
  return promote(chosen, environment, engine, options);
}

/** Prints a line for all that is done, and of what programs print no more than a line a second. */
function reporter(): (progress: ShipProgress) => void {
  let printedAt = 0;
  return ({ message, isOutput = false }) => {
    if (isOutput && performance.now() - printedAt < 1000) return;
    printedAt = performance.now();
    process.stderr.write(`${plainText(oneLine(message, 200))}\n`);
  };
}

/** By `--yes`, by what the environment says, or by a person who types it. */
async function confirmed(
  plan: DeployPlan,
  { environment }: Chosen,
  { yes }: DeployArguments,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes || environment.confirm === 'none') return true;
  process.stderr.write(`\n${planText(plan)}\n`);
  if (!process.stdin.isTTY) {
    process.stderr.write('Nobody can be asked here: --yes deploys without asking.\n');
    return false;
  }
  const question = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    return (await question.question('Type yes to go on: ', { signal: patience })).trim() === 'yes';
  } catch {
    return false;
  } finally {
    question.close();
  }
}

/** The releases of an environment. */
export async function history(
  { json }: DeployArguments,
  { project, environment }: Chosen,
  { print }: Surroundings,
): Promise<number> {
  const releases = await readHistory(environment);
  if (json) await print(printableJson({ project: project.name, environment: environment.name, releases }));
  else if (releases.length === 0) await print('Nothing was deployed yet.');
  else await print(releases.map(releaseText).join('\n'));
  return 0;
}

function releaseText(release: Release): string {
  const { id, kind, from, startedAt, durationMs, by, commit, outcome, reason, files, downtimeMs } = release;
  const mark = release.isCurrent ? '*' : release.isKept ? '+' : ' ';
  const what = kind === 'found' ? 'found there' : `${kind}${from && ` of ${oneLine(from, 100)}`}: ${outcome}`;
  const changed = files.added.length + files.changed.length + files.deleted.length;
  const facts = [
    startedAt.replace('T', ' ').slice(0, 19),
    what,
    ...(commit === null ? [] : [commit.slice(0, 10)]),
    ...(kind === 'found'
      ? []
      : [count(changed, 'file'), `took ${duration(durationMs)}`, `by ${oneLine(by, 100)}`]),
    ...(downtimeMs > 0 ? [`downtime ${duration(downtimeMs)}`] : []),
  ];
  return `${mark} ${id}  ${facts.join(', ')}${reason && `\n    ${oneLine(reason, 300)}`}`;
}

/** A process died while it deployed. */
export function interruptedText({ user, host, since }: LockOwner): string {
  const who = user === '' ? '' : ` of ${user} on ${host}, since ${since},`;
  return `A deploy${who} was interrupted: the next deploy or rollback first puts back what was there before.`;
}
