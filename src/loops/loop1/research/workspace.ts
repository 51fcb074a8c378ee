import { languageOf } from '../../../audit/language';
import { count } from '../../../base/text';
import { ProjectFacts } from '../facts/projectFacts';
import { prepareCode, readWorkspace } from '../facts/readWorkspace';
import { readTasks } from '../goal';
import type { Artifact } from '../run';
import type { ResearchSource } from './source';

const TODO = /\b(TODO|FIXME|XXX|HACK)\b/g;
const MAX_ARTIFACTS = 40;

/** The files of the workspace: languages, manifests, images, settings of CI, tests, size. */
export const workspaceSource: ResearchSource = {
  id: 'workspace',
  title: 'Workspace',
  needsNetwork: false,
  timeoutMs: 60_000,
  async gather({ root }, signal) {
    const { parts, contentHash } = await readWorkspace(root, signal);
    const facts = new ProjectFacts(parts);
    await prepareCode(facts, signal);
    const notes = [sizeOf(facts)];
    if (parts.isPartial)
      notes.push(`There are more files than are looked at; the first ${parts.files.size} were.`);
    const unread = parts.withheld.filter(({ why }) => /read|large|link/.test(why));
    if (unread.length > 0)
      notes.push(
        `${count(unread.length, 'file')} could not be looked at, such as ${unread[0]?.path ?? ''}: ${unread[0]?.why ?? ''}.`,
      );
    const tasks = readTasks(parts.texts);
    const read = facts.with({ ...parts, tasks });
    return { parts: {}, facts: read, artifacts: artifactsOf(facts), notes, contentHash };
  },
};

function sizeOf({ parts, code, productCode }: ProjectFacts): string {
  const languages = new Map<string, number>();
  for (const { language } of code) languages.set(language, (languages.get(language) ?? 0) + 1);
  const todos = productCode.reduce((sum, { text }) => sum + (text.match(TODO)?.length ?? 0), 0);
  const lines = productCode.reduce((sum, { text }) => sum + text.split('\n').length, 0);
  const tests = code.filter(({ role }) => role === 'test').length;
  const named = [...languages].sort(([, a], [, b]) => b - a).map(([name, files]) => `${name} ${files}`);
  return (
    `${count(parts.files.size, 'file')} (${named.join(', ') || 'no code that is understood'}), ` +
    `${count(lines, 'line')} of product code, ${count(tests, 'test file')}, ${count(todos, 'TODO')}.`
  );
}

function artifactsOf(facts: ProjectFacts): Artifact[] {
  const file = (path: string, description: string, relevance: number): Artifact => ({
    ...{ kind: 'file', title: path, description, relevance },
    place: { file: path, line: 1 },
  });
  const paths = facts.productFiles;
  const lockfiles = paths.filter((path) => /(lock(\.json|\.yaml)?|\.lock|shrinkwrap\.json)$/.test(path));
  const plans = [...facts.parts.texts.keys()].filter(
    (path) => !languageOf(path) && /plan|tasks|spec|prd/i.test(path),
  );
  return [
    ...facts.packages.map(({ path, dependencies }) =>
      file(path, `dependencies: ${dependencies.length}`, 0.9),
    ),
    ...facts.composeFiles.map(({ path, services }) => file(path, count(services.length, 'service'), 0.9)),
    ...facts.dockerfiles.map(({ path, last }) => file(path, `image from ${last.image}`, 0.8)),
    ...facts.workflows.map(({ path }) => file(path, 'continuous integration', 0.7)),
    ...lockfiles.map((path) => file(path, 'lockfile', 0.5)),
    ...plans.map((path) => file(path, 'plan', 0.6)),
  ].slice(0, MAX_ARTIFACTS);
}
