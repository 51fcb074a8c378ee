import type { EngineImage } from '../engine/images';
import { REPOSITORY } from './dependencies/keptImages';

/** An image of the engine that a sandbox could be made from. */
export interface LocalImage {
  /** `name:tag`. */
  name: string;
  /** Names exactly this content: `name:tag@sha256:...` of its registry, or the engine's own id. */
  pinned: string;
  size: number;
}

/** Named images, those of dependencies left out; the ones whose name holds one of `words` first. */
export function localImages(images: readonly EngineImage[], words: readonly string[]): LocalImage[] {
  const isLikely = ({ name }: LocalImage): boolean => words.some((word) => name.includes(word));
  return images
    .flatMap(({ id, tags, digests, size }) =>
      tags
        .filter((tag) => !tag.startsWith(`${REPOSITORY}:`))
        .map((name) => ({ name, pinned: pinnedName(name, digests) ?? id, size })),
    )
    .sort((a, b) => Number(isLikely(b)) - Number(isLikely(a)) || a.name.localeCompare(b.name));
}

function pinnedName(name: string, digests: readonly string[]): string | undefined {
  const repository = name.replace(/:[^:/]*$/, '');
  const digest = digests.find((entry) => entry.startsWith(`${repository}@`));
  return digest && `${name}@${digest.split('@')[1] ?? ''}`;
}

/** Whether an engine would take a text for the name or id of an image. */
export function isImageReference(text: string): boolean {
  const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
  const host = '(?:[a-zA-Z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?';
  const reference = `^(?:${host}/)?${component}(?:/${component})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`;
  return text.length <= 512 && (/^sha256:[0-9a-f]{64}$/.test(text) || new RegExp(reference).test(text));
}
