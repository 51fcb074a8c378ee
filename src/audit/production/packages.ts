import { isNodeBuiltin, packageNameOf } from './discovery/javascriptResolve';
import type { ImportGraph } from './discovery/importGraph';
import type { WorkspaceSources } from './discovery/sources';

/**
 * Whether a module that Node could not find may be a package that only needs to be installed. It is not when it is a file,
 * or when the manifests above its importer list packages and this is none of them: then it is missing for everybody.
 */
export function mayBeNodePackage(sources: WorkspaceSources, importer: string, specifier: string): boolean {
  if (/^(?:[./]|file:|[a-z]:\\)/i.test(specifier)) return false;
  if (isNodeBuiltin(specifier)) return false;
  const name = packageNameOf(specifier);
  if (name === undefined) return true;
  const manifests = sources.manifestsAbove(importer);
  const declares = (wanted: string): boolean =>
    manifests.some(({ dependencies }) => dependencies.has(wanted));
  const typings = `@types/${name.replace(/^@/, '').replace('/', '__')}`;
  return (
    declares(name) || declares(typings) || manifests.every(({ dependencies }) => dependencies.size === 0)
  );
}

/**
 * Whether a module that Python could not find may be a distribution that only needs to be installed: its name need not be
 * the distribution's, so everything may be but what the workspace itself has the top of.
 */
export function mayBePythonPackage(graph: ImportGraph, importer: string, module: string): boolean {
  return !graph.python.isLocal(importer, module);
}
