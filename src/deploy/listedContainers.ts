import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import type { ComposeService } from './composeConfig';
import type { Stack } from './stack';

/**
 * Containers that somebody made by hand, as services that see files: one is restarted when those that it sees have changed, and never
 * built or made anew, as nothing says how. Rejects with a `UserError` that names those that there are not.
 */
export async function readListedContainers(
  names: readonly string[],
  engine: EngineConnection,
  signal: AbortSignal,
): Promise<Stack> {
  const all = await engine.listContainers({ signal });
  const missing = names.filter((name) => !all.some((each) => each.name === name));
  if (missing.length > 0)
    throw new UserError(
      t('There is no container {0} to deploy to', missing.map((name) => oneLine(name, 100)).join(', ')),
      t('Make it first, or mend "containers" in seaworthy.json; a Compose file would say how it is made.'),
    );
  const services = await Promise.all(
    all
      .filter(({ name }) => names.includes(name))
      .map(async ({ id, name, image, ports }): Promise<ComposeService> => {
        const { binds } = await engine.inspectContainer(id, signal);
        return {
          ...{ name, image, build: undefined, containerName: name },
          fixedPorts: ports.flatMap(({ published }) => (published ? [String(published.port)] : [])),
          binds: binds.map((bind) => ({ ...bind, isReadOnly: false })),
          ...{ volumes: [], dependsOn: [], follows: [], definition: {} },
        };
      }),
  );
  return {
    ...{
      services,
      composeFile: undefined,
      project: '',
      members: names,
      compose: undefined,
      isInPlace: false,
    },
    named: { ofService: new Map(), included: [] },
    before: async () => services,
    hashes: async () => new Map(),
    leaves: async () => new Set(),
  };
}
