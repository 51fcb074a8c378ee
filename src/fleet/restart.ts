import { t } from '../base/texts';
import { isDatabaseImage } from './databases';
import type { FleetContainer } from './containers';
import type { FleetProject } from './projects';

/** What a restart of a project would do, before anything is touched. */
export interface RestartPlan {
  project: string;
  isProduction: boolean;
  /** In the order in which they are restarted: what others need comes first. */
  steps: readonly FleetContainer[];
  leftAlone: readonly { container: FleetContainer; why: string }[];
}

/** `named`: containers or services that were asked for by name; they alone are restarted then, databases too. */
export function planRestart(project: FleetProject, named: readonly string[] = []): RestartPlan {
  const steps: FleetContainer[] = [];
  const leftAlone: { container: FleetContainer; why: string }[] = [];
  // Of all, as what is restarted may need one another by way of what is not.
  for (const container of inOrder(project.containers)) {
    const why = reasonToLeave(container, named);
    if (why === undefined) steps.push(container);
    else leftAlone.push({ container, why });
  }
  return { project: project.name, isProduction: project.isProduction, steps, leftAlone };
}

function reasonToLeave(container: FleetContainer, named: readonly string[]): string | undefined {
  if (named.length > 0) {
    const isWanted = named.includes(container.name) || named.includes(container.service ?? '');
    return isWanted ? undefined : t('not asked for');
  }
  if (container.isOneOff) return t('a one-time command');
  if (isDatabaseImage(container.image)) return t('a database; name it to restart it');
  if (container.state === 'created') return t('never started');
  if (container.state === 'exited' && (container.exitCode ?? 0) === 0) return t('ended by itself');
  return undefined;
}

/** Each after what it depends on, otherwise in the order of creation, which is Compose's own order. */
function inOrder(containers: readonly FleetContainer[]): FleetContainer[] {
  const left = [...containers].sort((a, b) => a.createdAt - b.createdAt);
  const ordered: FleetContainer[] = [];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ service }) => service));
    const free = left.findIndex(({ service, dependsOn }) =>
      dependsOn.every((needed) => needed === service || !waiting.has(needed)),
    );
    // A circle, which Compose would refuse: the oldest goes first.
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
}
