import { throwIfCancelled } from '../../../base/errors';
import { plainText } from '../../../base/text';
import { ClaimContext } from './claimContext';
import type { ClaimWorkspace } from './claimWorkspace';
import { fittingFiles, fittingPlaces } from './fittingNames';
import {
  judgeCommand,
  judgeDefinition,
  judgeGone,
  judgePath,
  judgeRoute,
  judgeSymbol,
  judgeWord,
} from './judgeThings';
import { judgeFile } from './judgeFile';
import type { Judged } from './judgeFile';
import { thingsIn } from './names';
import type { NamedThing } from './names';
import { findPath } from './paths';
import { testOfDefinition } from './reach';
import { byTopic } from './topics';

/** How a claim that something is done stands beside what is there. */
export type ClaimVerdict = 'verified' | 'partial' | 'stub' | 'orphaned' | 'missing' | 'untested';

export interface ClaimResult {
  verdict: ClaimVerdict;
  /** One sentence, safe to show. */
  reason: string;
  /** Files are relative to the workspace, lines from 1. */
  evidence: { file: string; line: number; shows: string }[];
}

/** The same with what speaks against it: nothing where it holds. */
export interface CheckedClaim extends ClaimResult {
  /** `file` is empty where it belongs to none; `why` is a clause. */
  faults: { file: string; line: number; why: string }[];
}

/** A task that is said to be done. */
export interface Claim {
  id: string;
  /** What the task says, with the lines below it that belong to it. */
  text: string;
  /** Target files, relative to the workspace; empty where only the text names some. */
  files: readonly string[];
}

const MAX_EVIDENCE = 12;
const MAX_THINGS = 30;
const ACTIVITY =
  /^\W*(?:run|verify|review|validate|confirm|check|ensure|manual(?:ly)?|research|discuss|investigate|measure|demo|deploy|release|refactor|clean ?-?up|code cleanup|polish|optimi[sz]e|performance|checkpoint|final|perform|conduct)\b/i;
const REMOVAL = /^\W*(?:remove|delete|drop|get rid of)\b/i;
const TEST_TASK =
  /\b(?:unit|integration|contract|property|regression|e2e|end-to-end|smoke|component)?[- ]?tests?\b[^.]{0,40}\b(?:for|of|covering|that|to)\b|^\W*tests? /i;

const contexts = new WeakMap<ClaimWorkspace, ClaimContext>();

/** Looks whether what a task claims is there, does something, is used, and is reached by a test. Rejects with `CancelledError` on abort. */
export async function checkClaim(
  workspace: ClaimWorkspace,
  claim: Claim,
  signal: AbortSignal,
): Promise<CheckedClaim> {
  throwIfCancelled(signal);
  const known = contexts.get(workspace);
  const context = known?.signal === signal ? known : new ClaimContext(workspace, signal);
  contexts.set(workspace, context);
  const judged = await judgeNamed(context, claim);
  if (judged.length > 0) return resultOf(judged);
  return unnamed(context, claim);
}

async function judgeNamed(context: ClaimContext, claim: Claim): Promise<Judged[]> {
  const listed = claim.files.map((name): NamedThing => ({
    kind: 'path',
    name,
    deed: 'make',
    isCode: true,
    method: '',
  }));
  const said = thingsIn(claim.text).filter(
    ({ kind, name }) => kind !== 'path' || !claim.files.includes(name),
  );
  const all = [...listed, ...said].slice(0, MAX_THINGS);
  const isOf =
    (...deeds: NamedThing['deed'][]) =>
    (thing: NamedThing): boolean =>
      deeds.includes(thing.deed);
  const files = all
    .flatMap(({ kind, name }) => (kind === 'path' ? (findPath(context, name)?.files ?? []) : []))
    .slice(0, 200);
  const judged: Judged[] = all
    .filter(isOf('remove', 'leave'))
    .map((thing) => judgeGone(context, thing, thing.kind === 'path' ? [] : files));
  const made = all.filter(isOf('make'));
  if (judged.length === 0 && REMOVAL.test(claim.text)) {
    // What is removed from a place is not named; a place that is gone took it along.
    const gone = all
      .filter(({ kind, deed }) => kind === 'path' && deed === 'mention')
      .map((thing) => judgeGone(context, thing, []));
    if (gone.every(({ state }) => state === 'good')) judged.push(...gone);
  }
  const isTestTask = TEST_TASK.test(claim.text);
  const places = new Set<string>();
  for (const thing of made) {
    const one = thing.kind === 'path' ? undefined : await judgeThing(context, thing, files, isTestTask);
    if (!one) continue;
    judged.push(one);
    for (const { file } of one.evidence) places.add(file);
  }
  const hasSymbols = judged.some(({ isText, state }) => isText !== true || state === 'missing');
  for (const { kind, name } of made) {
    if (kind !== 'path') continue;
    const found = findPath(context, name)?.files[0];
    const isMissingIn = judged.some(
      ({ state, evidence }) => state === 'missing' && evidence.some(({ file }) => file === found),
    );
    const isPlace = hasSymbols && found !== undefined && (places.has(found) || isMissingIn);
    judged.push(await judgePath(context, name, isPlace));
  }
  return judged;
}

async function judgeThing(
  context: ClaimContext,
  thing: NamedThing,
  files: readonly string[],
  isTestTask: boolean,
): Promise<Judged | undefined> {
  if (thing.kind === 'route') return judgeRoute(context, thing);
  if (thing.kind === 'command') return judgeCommand(context, thing);
  // One plain word may be anything, unless the files of the task define it.
  const isDefined = context.places(thing.name).some(({ file }) => files.includes(file));
  if (thing.kind === 'word' && !isDefined) return judgeWord(context, thing, files);
  if (isTestTask) return judgeTested(context, thing, files);
  return judgeSymbol(context, thing, files);
}

/** What a task about tests names is what they have to reach. */
async function judgeTested(
  context: ClaimContext,
  thing: NamedThing,
  files: readonly string[],
): Promise<Judged | undefined> {
  const [place] = context.places(thing.name).filter(({ file }) => !context.isTest(file));
  if (!place) return judgeSymbol(context, thing, files);
  const { kind, startLine } = place.definition;
  const test =
    kind === 'type' || kind === 'value'
      ? undefined
      : await testOfDefinition(context, place.file, place.definition);
  if (!test && kind !== 'type' && kind !== 'value') {
    const evidence = [
      {
        file: place.file,
        line: startLine,
        shows: context.workspace.code.get(place.file)?.lineText(startLine) ?? '',
      },
    ];
    return {
      name: thing.name,
      isBeside: false,
      state: 'untested',
      why: `no test that can fail reaches ${thing.name}`,
      evidence,
    };
  }
  return { name: thing.name, isBeside: true, state: 'good', why: '', evidence: test ? [test] : [] };
}

/** Puts together how all things stand that a task names. */
function resultOf(judged: readonly Judged[], before = ''): CheckedClaim {
  const main = judged.filter(({ isBeside, state }) => !isBeside || state !== 'good');
  const counted = main.length > 0 ? main : judged;
  const bad = counted.filter(({ state }) => state !== 'good');
  const seen = new Set<string>();
  const evidence = [...bad, ...judged.filter((one) => !bad.includes(one))]
    .flatMap((one) => one.evidence)
    .filter(({ file, line }) => !seen.has(`${file}:${line}`) && seen.add(`${file}:${line}`))
    .slice(0, MAX_EVIDENCE)
    .map(({ file, line, shows }) => ({ file, line, shows: plainText(shows) }));
  if (bad.length === 0) {
    return { verdict: 'verified', reason: plainText(before + goodReason(judged)), evidence, faults: [] };
  }
  const states = new Set(counted.map(({ state }) => state));
  const [only] = states;
  const verdict = states.size === 1 && only !== undefined && only !== 'good' ? only : 'partial';
  const why = bad
    .slice(0, 4)
    // Some are sentences of rules.
    .map((one) => one.why.replace(/\.$/, ''))
    .join('; ');
  const more = bad.length > 4 ? ` (and ${bad.length - 4} more)` : '';
  const faults = bad.map(({ why: said, evidence: [place] }) => ({
    ...{ file: place?.file ?? '', line: place?.line ?? 1, why: plainText(capital(said)) },
  }));
  return { verdict, reason: plainText(`${before}${capital(why)}${more}.`), evidence, faults };
}

function goodReason(judged: readonly Judged[]): string {
  const named = (some: readonly Judged[]): string =>
    some
      .map(({ name }) => name)
      .slice(0, 4)
      .join(', ');
  const gone = judged.filter(({ isGone }) => isGone);
  const there = judged.filter(({ isGone }) => !isGone);
  const how = there.some(({ isText }) => isText)
    ? ' (found in the text; whether something uses it and a test reaches it was not looked at)'
    : '';
  return [
    ...(there.length > 0 ? [`${named(there)}: there, and all that was looked for was found${how}.`] : []),
    ...(gone.length > 0 ? [`${named(gone)}: gone, as the task says.`] : []),
  ].join(' ');
}

const capital = (text: string): string =>
  /^(?:no|nothing|only|of|in|the|its?|all) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;

const NOWHERE: Pick<CheckedClaim, 'evidence' | 'faults'> = { evidence: [], faults: [] };

/** A task that names nothing: what its topic or its words lead to, or that nothing can be said. */
async function unnamed(context: ClaimContext, { text }: Claim): Promise<CheckedClaim> {
  const topic = byTopic(context, text);
  if (topic?.evidence)
    return {
      verdict: 'verified',
      reason: `The task names no code; ${topic.evidence.file} speaks for it.`,
      evidence: [topic.evidence],
      faults: [],
    };
  const places = await fittingPlaces(context, text);
  const judged: Judged[] = [];
  for (const place of places.slice(0, 4)) judged.push(await judgeDefinition(context, place));
  for (const file of places.length === 0 ? fittingFiles(context, text) : [])
    judged.push(await judgeFile(context, file));
  if (judged.length > 0) {
    const good = judged.filter(({ state }) => state === 'good');
    const names = judged.map(({ name }) => name).join(', ');
    return resultOf(
      good.length > 0 ? good : judged,
      `The task names no code; judged by what is called like it (${names}). `,
    );
  }
  if (topic)
    return {
      verdict: 'missing',
      reason: 'The task names no code, and nothing of what it is about was found.',
      ...NOWHERE,
    };
  if (ACTIVITY.test(text))
    return {
      verdict: 'untested',
      reason:
        'Nothing that can be looked at is named: what was done here leaves no trace that could be checked.',
      ...NOWHERE,
    };
  return {
    verdict: 'missing',
    reason: 'The task names no file and no code, and nothing in the code is called like it.',
    ...NOWHERE,
  };
}
