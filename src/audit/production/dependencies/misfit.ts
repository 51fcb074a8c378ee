import type { SandboxFile } from '../../../sandbox/sandbox';
import type { ImagePlatform } from './imagePlatform';
import { readNativeFile } from './nativeFile';

/** A package of the workspace whose machine code can't run in the image. */
export interface Misfit {
  package: string;
  /** Follows the name of the package: `is for macOS, and a sandbox runs Linux`. */
  why: string;
}

/** Systems as people call them. */
const SYSTEM_NAMES: Record<string, string> = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' };
const LIBC_NAMES = { glibc: 'glibc (Debian and most others)', musl: 'musl (Alpine)' };

/** `is for macOS, and a sandbox runs Linux`. */
export function systemMisfit(system: string): string {
  return `is for ${SYSTEM_NAMES[system] ?? system}, and a sandbox runs Linux`;
}

/**
 * Packages none of whose machine code fits; one that brings it for several platforms needs only one that does.
 * `platform` is asked for when there is any machine code at all.
 */
export async function findMisfits(
  files: readonly SandboxFile[],
  packageOf: (path: string) => string,
  platform: () => Promise<ImagePlatform | undefined>,
): Promise<Misfit[]> {
  const natives = files.filter(({ content, link }) => link === undefined && readNativeFile(content));
  if (natives.length === 0) return [];
  const image = await platform();
  if (!image) return [];
  const fitting = new Set<string>();
  const misfits = new Map<string, string>();
  for (const file of natives) {
    const name = packageOf(file.path);
    const why = whyNot(file, image);
    if (why === undefined) fitting.add(name);
    else if (!misfits.has(name)) misfits.set(name, why);
  }
  return [...misfits].filter(([name]) => !fitting.has(name)).map(([name, why]) => ({ package: name, why }));
}

function whyNot({ path, content }: SandboxFile, image: ImagePlatform): string | undefined {
  const native = readNativeFile(content);
  if (!native) return undefined;
  if (native.system !== 'linux') return systemMisfit(native.system);
  if (!native.architectures.includes(image.architecture))
    return `is for ${native.architectures.join(' and ')} CPUs, and the image is for ${image.architecture}`;
  const libc = native.libc ?? libcOfName(path);
  if (libc !== undefined && libc !== image.libc)
    return `is for ${LIBC_NAMES[libc]}, and the image has ${LIBC_NAMES[image.libc]}`;
  const python = pythonOf(path);
  if (python !== undefined && image.python !== undefined && python !== image.python)
    return `is for ${pythonName(python)}, and the image has ${pythonName(image.python)}`;
  return undefined;
}

function libcOfName(path: string): 'glibc' | 'musl' | undefined {
  const [, libc] = /[-_.]linux-?(gnu|musl|glibc)(?:eabihf)?[.-]/.exec(path) ?? [];
  return libc === undefined ? undefined : libc === 'musl' ? 'musl' : 'glibc';
}

/** The version an extension module was built for; undefined for one of the stable interface, or none at all. */
function pythonOf(path: string): string | undefined {
  const [, version] = /\.(?:cpython-|cp)(3\d+)[a-z]*[-.][^/]*$/.exec(path) ?? [];
  return version === undefined ? undefined : `cp${version}`;
}

function pythonName(tag: string): string {
  return `Python 3.${tag.slice(3)}`;
}
