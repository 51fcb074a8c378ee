import { oneLine } from '../base/text';
import { isDatabaseImage } from '../fleet/databases';
import type { ComposeService } from './composeConfig';
import type { Deployed } from './deployed';
import type { ServicePlan } from './services';

/** What is known of a deploy before it begins. */
export interface Foreseen {
  services: readonly ComposeService[];
  before: readonly ComposeService[] | undefined;
  plans: readonly ServicePlan[];
  deployed: Deployed;
}

const DONE = { rebuild: 'made anew', recreate: 'made anew', restart: 'restarted', untouched: 'left alone' };

/** Which services will not answer for a while, a sentence each. */
export function interruptionOf({ services, plans, deployed }: Foreseen): string[] {
  return affected(services, plans).flatMap(([service, { action }]) => {
    const containers = deployed.services.get(service.name)?.containers ?? [];
    if (!containers.some(({ state }) => state === 'running')) return [];
    const name = shown(service.name);
    if (action === 'restart') return [`${name} is restarted: it does not answer until it is ready again.`];
    if (service.fixedPorts.length > 0)
      return [`${name} publishes port ${service.fixedPorts.join(', ')} of the host: a gap can't be avoided.`];
    if (service.containerName !== undefined)
      return [`${name} has a container with a fixed name: a gap can't be avoided.`];
    return [`${name} is made anew: its old container ends before the new one is ready.`];
  });
}

/** What a user should know before, a sentence each. */
export function warningsOf({ services, before, plans, deployed }: Foreseen): string[] {
  const databases = affected(services, plans)
    .filter(([{ image }]) => image !== undefined && isDatabaseImage(image))
    .map(([{ name, volumes }, { action, reason }]) => {
      const kept = volumes.length > 0 ? ' Its volumes stay as they are.' : '';
      return `${shown(name)} is a database and is ${DONE[action]}: ${reason}.${kept}`;
    });
  const volumes = services.flatMap(({ name, volumes: mounted }) => {
    const earlier = before?.find((each) => each.name === name)?.volumes ?? [];
    const lost = earlier.filter((volume) => !mounted.includes(volume));
    return lost.map((volume) => `${shown(name)} no longer uses the volume ${shown(volume)}, which stays.`);
  });
  const strangers = deployed.strangers.map(
    (name) => `The container ${shown(name)} belongs to no service any more; it is left alone.`,
  );
  return [...databases, ...volumes, ...strangers];
}

function affected(
  services: readonly ComposeService[],
  plans: readonly ServicePlan[],
): [ComposeService, ServicePlan][] {
  return services.flatMap((service): [ComposeService, ServicePlan][] => {
    const plan = plans.find(({ name }) => name === service.name);
    return plan && plan.action !== 'untouched' ? [[service, plan]] : [];
  });
}

function shown(name: string): string {
  return oneLine(name, 100);
}
