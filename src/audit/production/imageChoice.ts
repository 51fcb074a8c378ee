import type { DependencyImage, FindDependencies, Sandbox, SandboxLimits } from '../../sandbox/sandbox';
import type { UsedImage } from '../report';
import { familyOf } from './discovery/importGraph';

/** The image that the sandbox of one audit is made from. */
export interface ImageChoice {
  /** As the settings name it. */
  name: string;
  /** What the sandbox is made from: one exact image, or the name where the engine does not have it yet. */
  image: string;
  digest: string | undefined;
  /** Undefined sends the workspace's own packages. */
  dependencies: DependencyImage | undefined;
}

export interface ImageParts {
  sandbox: Sandbox;
  images: { node: string; python: string };
  limits: SandboxLimits;
  /** Without it only the workspace's own packages are used. */
  findDependencies?: FindDependencies;
}

/** Chooses, and has the container started meanwhile. */
export async function chooseImage(
  { sandbox, images, limits, findDependencies }: ImageParts,
  workspace: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<ImageChoice> {
  const family = familyOf(file) === 'python' ? 'python' : 'node';
  const name = images[family];
  const [base, dependencies] = await Promise.all([
    sandbox.resolveImage(name, signal),
    findDependencies?.(workspace, file, family, name, signal),
  ]);
  const image = dependencies?.id ?? base?.id ?? name;
  sandbox.prepare(image, limits);
  return { name, image, digest: base?.digest, dependencies };
}

/** What the report says of the image once it was used; one that had to be fetched has its digest only now. */
export async function usedImage(
  { name, digest, dependencies }: ImageChoice,
  sandbox: Sandbox,
  signal: AbortSignal | undefined,
): Promise<UsedImage> {
  const found = digest ?? (await sandbox.resolveImage(name, signal))?.digest ?? '';
  return { name, digest: found, ...(dependencies && { dependencies: dependencies.id }) };
}

export function dependencyNotes({ dependencies }: ImageChoice): string[] {
  return dependencies
    ? [`Dependencies come from an image made of ${dependencies.lockfiles.join(', ')}.`]
    : [];
}
