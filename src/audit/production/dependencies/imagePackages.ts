import { posix } from 'node:path';
import type { DependencyImage } from '../../../sandbox/sandbox';
import { insideSandbox } from '../layout';
import type { NodePackages } from './nodePackages';

/** The packages of an image: nothing to send, only links from where Node looks for them. */
export function packagesOfImage({ modules, projectFolder }: DependencyImage): NodePackages {
  const links = (modules?.folders ?? []).map((folder): [string, string] => [
    insideSandbox(posix.join(projectFolder, folder, 'node_modules')),
    posix.join(modules?.root ?? '', folder, 'node_modules'),
  ]);
  return { files: [], links, misfits: [] };
}
