import type { ClaimContext } from './claimContext';
import { isDocument, needsNoTest, readByName } from './conventions';
import { testOfFile } from './reach';
import { hollowFile } from './substance';
import type { Hollow } from './substance';
import { namedInTexts, usesOfFile } from './uses';

/** How one thing that a task names stands. */
export interface Judged {
  name: string;
  state: 'good' | 'missing' | 'stub' | 'partial' | 'orphaned' | 'untested';
  /** A clause, such as `nothing uses it`; empty where all is well. */
  why: string;
  evidence: { file: string; line: number; shows: string }[];
  /** Others follow from it: a document or a test of the code that the task is about. */
  isBeside: boolean;
  /** It was to be removed. */
  isGone?: true;
  /** It was looked at as text only. */
  isText?: true;
}

const OTHER_CODE =
  /\.(go|rs|java|kt|rb|php|cs|c|cc|cpp|h|hpp|swift|scala|exs?|dart|lua|vue|svelte|astro|sh|bash|ps1)$/i;
const ENTRY_FUNCTION = /^(main|start|bootstrap|run|serve|init|setup|activate|deactivate|handler|shutdown)$/;

/** What something hollow is, and where that is seen. */
export function hollowness(
  file: string,
  { isWhole, why, line, shows }: Hollow,
): Pick<Judged, 'state' | 'why' | 'evidence'> {
  return {
    ...{ state: isWhole ? 'stub' : 'partial', why },
    evidence: [{ file, line, shows: shows.slice(0, 300) }],
  };
}

/** Whether a file is there, holds something, is used, and is reached by a test. */
export async function judgeFile(context: ClaimContext, file: string): Promise<Judged> {
  const isTest = context.workspace.code.get(file)?.role === 'test';
  const base = {
    name: file,
    isBeside: isTest || isDocument(file),
    evidence: [{ file, line: 1, shows: 'the file is there' }],
  };
  const hollow = await hollowFile(context, file);
  if (hollow) return { ...base, ...hollowness(file, hollow) };
  if (isTest) return { ...base, state: 'good', why: '' };
  if (isDocument(file)) return { ...base, state: 'good', why: '' };
  if (OTHER_CODE.test(file)) return { ...base, state: 'good', why: '', isText: true };
  const uses = await usesOfFile(context, file);
  const used = uses.find((one) => !one.isTest);
  if (!used && !isInNamedFolder(context, file)) return orphaned(base, uses);
  if (used) base.evidence.push({ file: used.file, line: used.line, shows: used.shows });
  if (!isToBeTested(context, file)) return { ...base, state: 'good', why: '' };
  const test = await testOfFile(context, file);
  if (!test) return { ...base, state: 'untested', why: `no test that can fail reaches ${file}` };
  base.evidence.push(test);
  return { ...base, state: 'good', why: '' };
}

/** Nothing uses it, or tests alone do. */
export function orphaned(
  base: Omit<Judged, 'state' | 'why'>,
  uses: readonly { file: string; line: number; shows: string; isTest: boolean }[],
): Judged {
  const test = uses.find(({ isTest }) => isTest);
  const why = test ? `only tests use ${base.name}` : `nothing uses ${base.name}`;
  const evidence = test
    ? [...base.evidence, { file: test.file, line: test.line, shows: test.shows }]
    : base.evidence;
  return { ...base, state: 'orphaned', why, evidence };
}

/** Translations, templates and the like are read by their folder. */
function isInNamedFolder(context: ClaimContext, file: string): boolean {
  const folder = file.split('/').slice(0, -1).join('/');
  if (folder === '' || context.workspace.code.has(file)) return false;
  const last = folder.split('/').at(-1) ?? '';
  const pattern = new RegExp(`['"\`/.]${last.replace(/[^\w-]/g, '.')}(?:['"\`/]|$)`, 'm');
  for (const { plain, role } of context.workspace.code.values())
    if (role === 'production' && plain.includes(last) && pattern.test(plain)) return true;
  return false;
}

function isToBeTested(context: ClaimContext, file: string): boolean {
  if (needsNoTest(file)) return false;
  const working = context.definitions(file).filter(({ kind }) => kind === 'function' || kind === 'class');
  if (working.length === 0) return false;
  // Where a program starts there is nothing that a test could ask for.
  const isEntry =
    readByName(file) === undefined &&
    namedInTexts(context, file).some((one) => !context.workspace.code.has(one.file));
  const outer = working.filter(({ indent }) => indent === 0);
  return !(isEntry && outer.every(({ name }) => ENTRY_FUNCTION.test(name)));
}
