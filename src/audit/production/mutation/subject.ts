import { languageOf } from '../../language';
import type { AuditedFile } from '../../stage';
import { isTestFile, subjectName } from '../discovery/testFiles';
import type { PlanInput } from '../plan';

/** The file that an audited test file is about: of what it imports, the one of its name, else the first. */
export function subjectOf({ file, graph, sources }: PlanInput): AuditedFile | undefined {
  const imported = graph
    .importsOf(file.path)
    .filter((path) => !isTestFile(graph, path) && !/(?:^|\/)(?:conftest|__init__)\.py$/.test(path));
  const path = imported.find((one) => subjectName(one) === subjectName(file.path)) ?? imported[0];
  const known = path === undefined ? undefined : languageOf(path);
  const text = path === undefined ? undefined : sources.text(path);
  if (path === undefined || !known || text === undefined) return undefined;
  return { path, text, language: known.language, unsaved: false };
}
