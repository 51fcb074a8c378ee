import { createHash } from 'node:crypto';
import { sortedJson } from '../base/text';
import type { ComposeService } from './composeConfig';
import type { Deployed } from './deployed';
import type { Stack } from './stack';

/** By the hash that Compose wrote on a container, the digest of what its file said of the service then. */
export type Configurations = ReadonlyMap<string, string>;

/** Of what the Compose file says of a service. */
export function configurationDigest({ definition }: ComposeService): string {
  return createHash('sha256').update(sortedJson(definition)).digest('hex');
}

/**
 * By service, whether its containers were made from what the file says now; none where that can't be known. The hash that Compose
 * gives can differ from the one it writes on a container for the same file, so that another one proves nothing: what was kept of
 * earlier deploys is asked then, and at last Compose itself.
 */
export async function compareConfigurations(
  stack: Pick<Stack, 'services' | 'hashes' | 'leaves'>,
  deployed: Deployed,
  known: Configurations,
): Promise<Map<string, 'same' | 'other'>> {
  const hashes = await stack.hashes();
  const compared = new Map<string, 'same' | 'other'>();
  const doubtful: string[] = [];
  for (const service of stack.services) {
    const hash = hashes.get(service.name);
    if (hash === undefined) continue;
    const digest = configurationDigest(service);
    const isSame = (deployed.services.get(service.name)?.containers ?? []).every(
      ({ configHash }) => configHash === undefined || configHash === hash || known.get(configHash) === digest,
    );
    compared.set(service.name, isSame ? 'same' : 'other');
    if (!isSame) doubtful.push(service.name);
  }
  const left = doubtful.length > 0 ? await stack.leaves() : new Set<string>();
  for (const name of doubtful) {
    const containers = deployed.services.get(name)?.containers ?? [];
    if (containers.every((container) => left.has(container.name))) compared.set(name, 'same');
  }
  return compared;
}
