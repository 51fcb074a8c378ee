import type { ImportGraph } from './importGraph';
import type { WorkspaceSources } from './sources';

/** A call that puts something else in the place of a module, with what follows the module's name. */
const MOCK_CALL =
  /\b(?:vi|vitest|jest)\s*\.\s*(?:mock|doMock|setMock|unstable_mockModule)\(\s*(?:import\(\s*)?(['"`])([^'"`\n]+)\1\s*\)?([^\n]{0,200})/g;
/** Signs that the real module is used beside or behind the mock. */
const USES_REAL =
  /\b(?:importActual|requireActual|importOriginal|createMockFromModule|(?:un|doUn|dontM)mock)\b|\bspy\s*:\s*true/;
const FACTORY_WITH_PARAMETER = /^\s*,\s*(?:async\s*)?(?:\(\s*\w+|\w+\s*=>)/;

/** Whether the test file `test` runs with a mock instead of `path`: what passes there says nothing about it. */
export function replacesByMock(
  test: string,
  path: string,
  graph: ImportGraph,
  sources: WorkspaceSources,
): boolean {
  const text = sources.text(test) ?? '';
  if (USES_REAL.test(text)) return false;
  return [...text.matchAll(MOCK_CALL)].some(([, , specifier = '', rest = '']) => {
    const target = graph.javascript.resolve(test, specifier);
    return target.kind === 'local' && target.path === path && !FACTORY_WITH_PARAMETER.test(rest);
  });
}
