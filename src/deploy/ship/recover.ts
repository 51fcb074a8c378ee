import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import type { Chosen } from '../chooseEnvironment';
import type { DeployEnvironment } from '../project';
import { finish } from './finish';
import { giveBack, lockHolder, takeLock } from './lock';
import { resultOf } from './release';
import type { LockOwner, Release, ShipResult } from './release';
import { ReleaseFolder } from './releaseFolder';
import type { ShipOptions } from './ship';
import { undo } from './undo';

type RecoverOptions = Pick<ShipOptions, 'signal' | 'onProgress' | 'breakLock'>;

/** Who died in the middle of a deploy, so that the environment has to be put back; undefined when nobody did. */
export async function interruptedDeploy(environment: DeployEnvironment): Promise<LockOwner | undefined> {
  const folder = await ReleaseFolder.of(environment.target);
  if (!(await folder.attempt())) return undefined;
  const holder = await lockHolder(folder);
  if (holder?.isLive) return undefined;
  return holder?.owner ?? { user: '', host: '', pid: 0, started: '', since: '', doing: 'A deploy' };
}

/**
 * Puts back what an interrupted deploy left, or ends one that had but to be kept. Undefined when there is
 * nothing to do. Rejects as `ship` does, and with what keeps it from being put back.
 */
export async function recover(
  { environment }: Pick<Chosen, 'environment'>,
  engine: EngineConnection,
  options: RecoverOptions,
): Promise<ShipResult | undefined> {
  const folder = await ReleaseFolder.of(environment.target);
  if (!(await folder.attempt())) return undefined;
  const claim = await takeLock(folder, 'The end of an interrupted deploy', options.breakLock);
  try {
    const release = await recoverUnderLock(folder, engine, environment, options);
    return release && resultOf(release);
  } finally {
    await giveBack(claim);
  }
}

/** For who holds the lock. */
export async function recoverUnderLock(
  folder: ReleaseFolder,
  engine: EngineConnection,
  environment: DeployEnvironment,
  { signal, onProgress }: RecoverOptions,
): Promise<Release | undefined> {
  const attempt = await folder.attempt();
  if (!attempt) return undefined;
  const { release } = attempt;
  if ((await folder.journal()).some(({ step }) => step === 'finish')) {
    await finish(folder, engine, release.id, environment.keepReleases);
    return (await folder.releases()).find(({ id }) => id === release.id);
  }
  onProgress({ step: 'undo', message: t('putting back what an interrupted deploy left') });
  const { oneAtATime } = environment;
  const explanation = await undo(attempt, folder, engine, { signal, oneAtATime, onProgress });
  const reason = 'The deploying process ended before the deploy did.';
  const ended: Release = {
    ...release,
    outcome: 'rolled back',
    reason: release.reason || reason,
    explanation,
  };
  await folder.saveRelease(ended);
  await folder.endAttempt();
  return ended;
}
