import { isCancelled } from '../base/errors';
import type { Engine } from '../engine/engine';
import type { EngineImage } from '../engine/images';
import type { ResolvedImage } from './sandbox';

/** What an image's name stands for on the engine now; undefined when it has none of this name, or there is no engine. */
export async function resolveImage(
  engine: Engine,
  name: string,
  signal: AbortSignal,
): Promise<ResolvedImage | undefined> {
  try {
    const connection = await engine.connect(signal);
    const image = await connection.images.inspect(name, signal);
    return image && { id: image.id, digest: digestOf(image, name) };
  } catch (error) {
    if (isCancelled(error)) throw error;
    return undefined;
  }
}

/** That of the registry it is from by this name; an image that is from none has its own id alone. */
function digestOf({ id, digests }: EngineImage, name: string): string {
  const repository = name.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const own = digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0];
  return own?.split('@').at(-1) ?? id;
}
