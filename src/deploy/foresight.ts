import { oneLine } from '../base/text';
import { t } from '../base/texts';
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

/** Which services will not answer for a while, a sentence each. */
export function interruptionOf({ services, plans, deployed }: Foreseen): string[] {
  return affected(services, plans).flatMap(([service, { action }]) => {
    const containers = deployed.services.get(service.name)?.containers ?? [];
    if (!containers.some(({ state }) => state === 'running')) return [];
    const name = shown(service.name);
    if (action === 'restart')
      return [t('{0} is restarted: it does not answer until it is ready again.', name)];
    if (service.fixedPorts.length > 0)
      return [
        t("{0} publishes port {1} of the host: a gap can't be avoided.", name, service.fixedPorts.join(', ')),
      ];
    if (service.containerName !== undefined)
      return [t("{0} has a container with a fixed name: a gap can't be avoided.", name)];
    return [t('{0} is made anew: its old container ends before the new one is ready.', name)];
  });
}

/** What a user should know before, a sentence each. */
export function warningsOf({ services, before, plans, deployed }: Foreseen): string[] {
  const databases = affected(services, plans)
    .filter(([{ image }]) => image !== undefined && isDatabaseImage(image))
    .map(([{ name, volumes }, { action, reason }]) => {
      const text =
        action === 'restart'
          ? t('{0} is a database and is restarted: {1}.', shown(name), reason)
          : t('{0} is a database and is made anew: {1}.', shown(name), reason);
      return volumes.length > 0 ? `${text} ${t('Its volumes stay as they are.')}` : text;
    });
  const volumes = services.flatMap(({ name, volumes: mounted }) => {
    const earlier = before?.find((each) => each.name === name)?.volumes ?? [];
    const lost = earlier.filter((volume) => !mounted.includes(volume));
    return lost.map((volume) =>
      t('{0} no longer uses the volume {1}, which stays.', shown(name), shown(volume)),
    );
  });
  const strangers = deployed.strangers.map((name) =>
    t('The container {0} belongs to no service any more; it is left alone.', shown(name)),
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
