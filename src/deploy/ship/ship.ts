import { randomBytes } from 'node:crypto';
import * as os from 'node:os';
import { headCommit } from '../../base/git';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import type { Chosen } from '../chooseEnvironment';
import { findComposeFile } from '../compose';
import { prepareDeploy } from '../plan';
import type { DeployPlan, DeploySource, PreparedDeploy } from '../plan';
import type { DeployEnvironment } from '../project';
import { addressesOf, carryOut, keepConfigurations, releasedServices } from './carryOut';
import type { Shipment } from './carryOut';
import { reasonOf, ShipFailure } from './failure';
import { finish } from './finish';
import { GapProbe } from './gap';
import { runCommands } from './health';
import { giveBack, takeLock, userName } from './lock';
import { recoverUnderLock } from './recover';
import { resultOf } from './release';
import type { LockOwner, Release, ShipProgress, ShipResult } from './release';
import { ReleaseFolder } from './releaseFolder';
import type { Attempt } from './releaseFolder';
import { readState } from './snapshot';
import { undo } from './undo';

export interface ShipOptions {
  signal: AbortSignal;
  onProgress: (progress: ShipProgress) => void;
  /** Whether the plan is to be carried out; nothing is touched before. */
  confirm: (plan: DeployPlan) => Promise<boolean>;
  /** Whether the lock of one that lives, or is on another machine, is to be broken. */
  breakLock?: ((owner: LockOwner) => Promise<boolean>) | undefined;
}

/** How old an answer may be, in milliseconds, for the plan to be taken as it is. */
const FRESH_MS = 1000;

/** Why a release is made, and of what. */
export interface Reason {
  kind: Release['kind'];
  from: string;
  source: DeploySource | undefined;
}

/**
 * Plans, asks, and carries out: afterwards the new release serves, or the one of before does. Rejects with a `UserError` for what
 * keeps it from beginning (`Locked` while another one deploys there), and with what the engine's connection rejects with.
 */
export async function ship(
  chosen: Chosen,
  engine: EngineConnection,
  reason: Reason,
  options: ShipOptions,
): Promise<ShipResult> {
  const { project, environment } = chosen;
  const folder = await ReleaseFolder.of(environment.target);
  const { signal, onProgress, breakLock } = options;
  onProgress({ step: 'lock', message: t('taking the lock') });
  const doing = `${reason.kind === 'rollback' ? 'A rollback' : 'A deploy'} of ${project.name}/${environment.name}`;
  await folder.host.makeFolder(folder.path);
  const claim = await takeLock(folder, doing, breakLock);
  try {
    await recoverUnderLock(folder, engine, environment, options);
    const plan = (): Promise<PreparedDeploy> =>
      prepareDeploy(project, environment, engine, {
        ...{ signal, source: reason.source },
        onStep: (message) => onProgress({ step: 'plan', message }),
      });
    const first = await plan();
    if (first.plan.secrets.length > 0) throw secretsFound(first.plan);
    if (isNothing(first.plan)) return unchanged(first, await folder.current());
    onProgress({ step: 'confirm', message: t('waiting for a yes') });
    const asked = performance.now();
    if (!(await options.confirm(first.plan))) return cancelled(first, 'It was not confirmed.');
    const isFresh = environment.pre.length === 0 && performance.now() - asked < FRESH_MS;
    const prepared = isFresh
      ? first
      : await checked(first, plan, environment, project.workspacePath, options);
    if (typeof prepared === 'string') return cancelled(first, prepared);
    return await attemptIt(chosen, engine, reason, folder, prepared, options);
  } finally {
    await giveBack(claim);
  }
}

/** Runs the commands before, and plans again: what was confirmed is what is done. A sentence when it is not. */
async function checked(
  first: PreparedDeploy,
  plan: () => Promise<PreparedDeploy>,
  { pre }: DeployEnvironment,
  workspace: string,
  { signal, onProgress }: ShipOptions,
): Promise<PreparedDeploy | string> {
  try {
    if (pre.length > 0) onProgress({ step: 'pre', message: t('running the commands before') });
    await runCommands(pre, workspace, signal);
  } catch (error) {
    const said = error instanceof ShipFailure ? error.explanation.slice(-3).join(' / ') : '';
    return `${reasonOf(error)}${said && ` (${said})`}`;
  }
  const again = await plan();
  if (again.plan.secrets.length > 0) throw secretsFound(again.plan);
  const essence = ({ files, services }: DeployPlan): string => JSON.stringify([files, services]);
  return essence(again.plan) === essence(first.plan)
    ? again
    : 'The workspace, the target or the containers have changed since the plan was shown: look at it again.';
}

async function attemptIt(
  { project, environment }: Chosen,
  engine: EngineConnection,
  { kind, from, source }: Reason,
  folder: ReleaseFolder,
  prepared: PreparedDeploy,
  { signal, onProgress }: ShipOptions,
): Promise<ShipResult> {
  const begun = performance.now();
  const { plan, filters, folders, stack } = prepared;
  const known = await folder.current();
  const current = known ?? newId(-1000);
  const hadTarget = folders.isRemote
    ? await folder.host.isFolder(folder.target.path)
    : folders.target !== undefined;
  const composeFile =
    stack.composeFile === undefined ? null : await composeFileThere(folder, environment, stack.composeFile);
  const services = [...stack.services, ...(prepared.before ?? [])];
  const state = await readState(engine, stack, composeFile, services, signal);
  const release: Release = {
    ...{ id: newId(), kind, from, startedAt: new Date().toISOString(), durationMs: 0 },
    ...{ by: `${userName()}@${os.hostname()}`, commit: await headCommit(project.workspacePath, signal) },
    ...{ outcome: 'failed', reason: '', explanation: [], downtimeMs: 0, downtimeSeenBy: 'nothing' },
    files: { added: plan.files.added, changed: plan.files.changed, deleted: plan.files.deleted },
    services: plan.services.map((each) => ({ ...each, imageId: '' })),
    ...{ isKept: false, isCurrent: false },
  };
  if (known === undefined) await keepFound(folder, { ...release, id: current }, state);
  const attempt: Attempt = { release, previous: current, state, filters, hadTarget };
  const workspace = project.workspacePath;
  const shipment: Shipment = {
    ...{ environment, workspace, engine, folder, prepared, source, attempt, signal, onProgress },
  };
  const probe = new GapProbe(await addressesOf(shipment));
  const ended = async (more: Partial<Release>, unseen = 0): Promise<Release> => {
    const seen = await probe.stop();
    const how = unseen > 0 ? 'engine' : 'nothing';
    const downtimeSeenBy = seen === undefined ? how : 'requests';
    const durationMs = Math.round(performance.now() - begun);
    return { ...release, ...more, downtimeMs: seen ?? unseen, downtimeSeenBy, durationMs };
  };
  try {
    const unseen = await carryOut(shipment);
    onProgress({ step: 'finish', message: t('keeping the release') });
    await keepConfigurations(shipment);
    const served = await releasedServices(shipment);
    const finished = await ended({ services: served, outcome: 'deployed' }, unseen);
    await folder.saveRelease(finished);
    // From here on the new release is the one that counts, whatever happens.
    await folder.note({ step: 'finish' });
    await finish(folder, engine, finished.id, environment.keepReleases);
    return resultOf(finished);
  } catch (error) {
    return resultOf(await putBack(shipment, error, ended));
  }
}

/** Relative to the target; null where it has none. */
async function composeFileThere(
  { host, target }: ReleaseFolder,
  { composeFile }: DeployEnvironment,
  usual: string,
): Promise<string | null> {
  if (target.kind === 'local' && composeFile === undefined)
    return (await findComposeFile(target.path, undefined).catch(() => usual)) ?? null;
  return (await host.readIfThere(`${target.path}/${usual}`)) ? usual : null;
}

/** What was there before the first deploy is a release too: it can be gone back to. */
async function keepFound(
  folder: ReleaseFolder,
  release: Release,
  { services }: Attempt['state'],
): Promise<void> {
  await folder.saveRelease({
    ...release,
    ...{ kind: 'found', from: '', by: '', commit: null, outcome: 'deployed' },
    files: { added: [], changed: [], deleted: [] },
    services: services.flatMap(({ name, containers }) => {
      const imageId = containers.find(({ state }) => state === 'running')?.imageId;
      return imageId === undefined
        ? []
        : [{ name, action: 'untouched' as const, reason: 'it was there', imageId }];
    }),
  });
  await folder.setCurrent(release.id);
}

async function putBack(
  { attempt, folder, engine, environment, onProgress }: Shipment,
  error: unknown,
  ended: (more: Partial<Release>) => Promise<Release>,
): Promise<Release> {
  const reason = reasonOf(error);
  const explanation = error instanceof ShipFailure ? error.explanation : [];
  // The way back is not cancelled with the way there.
  const { signal } = new AbortController();
  const options = { signal, oneAtATime: environment.oneAtATime, onProgress };
  let release: Release;
  try {
    const notes = await undo(attempt, folder, engine, options);
    release = await ended({ outcome: 'rolled back', reason, explanation: [...explanation, ...notes] });
  } catch (failure) {
    const both = `${reason} ${reasonOf(failure)} The next deploy or rollback tries again.`;
    release = await ended({ outcome: 'failed', reason: both, explanation });
    await folder.saveRelease(release).catch(() => undefined);
    return release;
  }
  await folder.saveRelease(release);
  await folder.endAttempt();
  return release;
}

const NOTHING_SEEN = {
  downtimeMs: 0,
  downtimeSeenBy: 'nothing',
  rolledBack: false,
  explanation: [],
} as const;

function unchanged({ plan, deployed }: PreparedDeploy, current: string | undefined): ShipResult {
  const services = plan.services.map((each) => ({
    ...each,
    imageId:
      deployed.services.get(each.name)?.containers.find(({ state }) => state === 'running')?.imageId ?? '',
  }));
  return { ...NOTHING_SEEN, release: current ?? '', outcome: 'unchanged', services, reason: '' };
}

function cancelled({ plan }: PreparedDeploy, reason: string): ShipResult {
  const services = plan.services.map((each) => ({ ...each, imageId: '' }));
  return { ...NOTHING_SEEN, release: '', outcome: 'cancelled', services, reason };
}

function isNothing({ files, services }: DeployPlan): boolean {
  const changes = files.added.length + files.changed.length + files.deleted.length;
  return changes === 0 && services.every(({ action }) => action === 'untouched');
}

function secretsFound({ secrets }: DeployPlan): UserError {
  const [first] = secrets;
  const place = first ? `${first.file}${first.line ? `:${first.line}` : ''}: ${first.what}` : '';
  return new UserError(
    secrets.length > 1
      ? t('Secrets would be sent: {0} and {1} more', place, secrets.length - 1)
      : t('Secrets would be sent: {0}', place),
    t('Take them out, exclude the files, or name what is wanted in "allowSecrets".'),
  );
}

/** Sorts by time. */
function newId(offset = 0): string {
  const time = new Date(Date.now() + offset)
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-');
  return `${time}-${randomBytes(2).toString('hex')}`;
}
