import * as os from 'node:os';
import { Claims } from '../../base/claims';
import type { Claim, ClaimOwner } from '../../base/claims';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { LockOwner } from './release';
import type { ReleaseFolder } from './releaseFolder';

const NAME = 'deploy';

/** Another one deploys to the environment. */
class Locked extends UserError {
  constructor(readonly owner: LockOwner) {
    super(
      t(
        '{0} is going on, by {1} on {2} (process {3}), since {4}',
        owner.doing,
        owner.user,
        owner.host,
        owner.pid,
        owner.since,
      ),
      t('Wait until it has ended. If that process is gone for sure, break its lock.'),
    );
    this.name = 'Locked';
  }
}

/**
 * The right to be the only one that changes an environment. A lock whose process has died is taken over. `breakLock` is asked
 * whether that of one that lives, or is on another machine, is to be broken. Rejects with `Locked` otherwise.
 */
export async function takeLock(
  folder: ReleaseFolder,
  doing: string,
  breakLock: ((owner: LockOwner) => Promise<boolean>) | undefined,
): Promise<Claim> {
  const claims = new Claims(folder.path, folder.host);
  const about = { user: userName(), since: new Date().toISOString(), doing };
  const claim = await claims.take(NAME, { about });
  if (claim) return claim;
  const held = await claims.holder(NAME);
  const owner = held ? lockOwner(held.owner) : undefined;
  if (held && owner && (await breakLock?.(owner))) {
    const broken = await claims.take(NAME, { about, breakToken: held.owner.token });
    if (broken) return broken;
  }
  throw new Locked(owner ?? unknownOwner());
}

/** One that can't be given back, as its machine can't be reached, is that of a dead process soon. */
export async function giveBack(claim: Claim): Promise<void> {
  await claim.release().catch(() => undefined);
}

/** Who holds the lock now, or held it last and died; undefined when it was given back. */
export async function lockHolder(
  folder: ReleaseFolder,
): Promise<{ owner: LockOwner; isLive: boolean } | undefined> {
  const held = await new Claims(folder.path, folder.host).holder(NAME);
  return held && { owner: lockOwner(held.owner), isLive: held.isLive };
}

function unknownOwner(): LockOwner {
  return {
    ...{ user: t('somebody'), host: t('some machine'), pid: 0, started: '' },
    ...{ since: t('now'), doing: t('A deploy') },
  };
}

function lockOwner({ host, pid, started, about }: ClaimOwner): LockOwner {
  const said = (key: string): string => oneLine(about[key] ?? '', 200) || t('unknown');
  const { user, since, doing } = { user: said('user'), since: said('since'), doing: said('doing') };
  return { user, host: oneLine(host.split(' ')[0] ?? '', 100), pid, started, since, doing };
}

/** Of who runs this process. */
export function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return process.env['USER'] ?? 'unknown';
  }
}
