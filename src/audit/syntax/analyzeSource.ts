import { UserError } from '../../base/errors';
import type { Finding, Fix } from '../finding';
import { languageOf } from '../language';
import type { Language } from '../language';
import type { RuleSettings } from '../ruleSettings';
import { defaultRuleSettings, severityOf } from '../ruleSettings';
import { mutateSource } from '../mutation/mutateSource';
import type { AnalysisInput, StaticAnalysis } from '../stage';
import { digestOf, emptyDigest } from '../workspace/digest';
import { digestKey, storedDigest } from '../workspace/digestCache';
import { NOTHING_AROUND } from '../workspace/view';
import type { WorkspaceView } from '../workspace/view';
import { collectFacts } from './collect';
import { addFingerprints } from './fingerprints';
import type { PlacedFinding } from './fingerprints';
import { coverable } from './coverable';
import type { FileFacts } from './facts';
import { applyIgnores } from './ignores';
import type { SourceParser } from './parser';
import { RULES } from './registry';
import { unjudgedRole } from './role';
import type { Observation, ObservedFix, Rule } from './rule';
import { testOutline } from './testOutline';
import type { SyntaxTree, TextRange } from './tree';

const EVIDENCE_LENGTH = 300;
/** More than this many findings of one rule tell nobody anything new. */
const FINDINGS_PER_RULE = 200;
const RELATED_PLACES = 10;

/** Where no rule applies, finding nothing says nothing. */
const UNJUDGED = {
  generated: 'the file is generated, by its path or header; audit what it is generated from',
  declarations: 'type declarations hold no code to judge',
};

interface Candidate {
  rule: Rule;
  observation: Observation;
}

/** Runs every rule that applies over one parse of a file. Rejects with `UserError` for a language without rules. */
export async function analyzeSource(parser: SourceParser, file: AnalysisInput): Promise<StaticAnalysis> {
  const known = languageOf(file.path);
  if (!known)
    throw new UserError(
      `There are no rules for ${file.path}.`,
      'Audit a JavaScript, TypeScript or Python file.',
    );
  const isOnlyJudged = !file.measures && !file.outlines && file.switchName === undefined;
  const unjudgedFor = unjudgedRole(file);
  if (unjudgedFor && isOnlyJudged) return withoutReading(file, unjudgedFor, known.language);
  // A file that is read ahead is not one that is being edited.
  const tree = await parser.parse(file.text, known.grammar, file.isAhead ? undefined : file.path);
  const settings = file.rules ?? defaultRuleSettings;
  const ahead = file.isAhead ? lookAhead() : undefined;
  const facts = collectFacts(tree, file.path, known.language, settings, ahead?.view ?? file.workspace);
  const rules = file.isUnjudged ? [] : RULES.filter((rule) => applies(rule, facts));
  const candidates = rules.flatMap((rule) => observe(rule, facts));
  const placed = candidates
    .filter((candidate) => !isSaidBetter(candidate, candidates))
    .flatMap((it) => toFinding(it, facts, settings));
  addFingerprints(placed, facts);
  const { kept, suppressed } = applyIgnores(
    placed.map(({ finding }) => finding),
    facts,
  );
  kept.sort((a, b) => a.startLine - b.startLine || a.ruleId.localeCompare(b.ruleId));
  const { switchName } = file;
  const mutated =
    switchName === undefined ? undefined : await mutateSource(parser, facts, known.grammar, switchName);
  const measured = file.measures ? coverable(tree, known.language === 'python') : undefined;
  return {
    theater: kept.filter((finding) => finding.stage === 'theater'),
    quality: kept.filter((finding) => finding.stage === 'quality'),
    syntaxErrors: errorLines(tree),
    ...(suppressed.length > 0 ? { suppressed } : {}),
    ...(measured && measured.statements.length > 0 ? { coverable: measured } : {}),
    ...(file.outlines ? { outline: testOutline(facts) } : {}),
    ...(mutated ? { mutated } : {}),
    ...(unjudgedFor ? { unjudged: UNJUDGED[unjudgedFor] } : {}),
    // The digest is the same whatever the settings are.
    ...(ahead ? { digest: storedDigest(digestKey(file), digestOf({ ...facts, assertFunctions: [] })) } : {}),
    ...(ahead?.asksForUsers() ? { asksForUsers: true } : {}),
  };
}

/** A view in which nothing concerns the file, and which knows whether somebody wanted to know who uses it. */
function lookAhead(): { view: WorkspaceView; asksForUsers: () => boolean } {
  let isAsked = false;
  const view = {
    ...NOTHING_AROUND,
    get users() {
      isAsked = true;
      return [];
    },
  };
  return { view, asksForUsers: () => isAsked };
}

/** A minified program of a megabyte would hold the parser up for nothing. */
function withoutReading(
  file: AnalysisInput,
  role: keyof typeof UNJUDGED,
  language: Language,
): StaticAnalysis {
  const digest = file.isAhead ? { digest: storedDigest(digestKey(file), emptyDigest(language, role)) } : {};
  return { theater: [], quality: [], syntaxErrors: [], unjudged: UNJUDGED[role], ...digest };
}

function applies(rule: Rule, facts: FileFacts): boolean {
  return rule.families.includes(facts.family) && rule.roles.includes(facts.role);
}

function observe(rule: Rule, facts: FileFacts): Candidate[] {
  const found: Candidate[] = [];
  for (const observation of rule.check(facts)) {
    if (facts.tree.overlapsError(observation.range)) continue;
    found.push({ rule, observation });
    if (found.length === FINDINGS_PER_RULE) break;
  }
  return found;
}

function isSaidBetter({ rule, observation }: Candidate, all: Candidate[]): boolean {
  const { yieldsTo } = rule;
  if (!yieldsTo) return false;
  return all.some(
    (other) => yieldsTo.includes(other.rule.id) && overlaps(other.observation.range, observation.range),
  );
}

function overlaps(left: TextRange, right: TextRange): boolean {
  return left.start < right.end && right.start < left.end;
}

function toFinding(
  { rule, observation }: Candidate,
  facts: FileFacts,
  settings: RuleSettings,
): PlacedFinding[] {
  const { tree } = facts;
  const { start, end } = observation.range;
  const severity = severityOf(rule, observation.severity ?? rule.severity, facts.path, settings);
  if (severity === undefined) return [];
  const onlyShown = facts.role === 'example' && rule.stage === 'theater' && severity === 'warning';
  const finding: Finding = {
    ruleId: rule.id,
    stage: rule.stage,
    severity: onlyShown ? 'info' : severity,
    message: observation.message,
    file: facts.path,
    startLine: tree.lineAt(start),
    endLine: tree.lineAt(Math.max(start, end - 1)),
    startColumn: tree.columnAt(start),
    endColumn: tree.columnAt(end),
    evidence: excerpt(tree.text, start, end),
    confidence: observation.confidence ?? rule.confidence,
  };
  if (observation.fix) finding.fix = toFix(observation.fix, tree);
  if (observation.test !== undefined) finding.test = observation.test;
  const related = relatedPlaces(rule, observation, facts);
  if (related.length > 0) finding.related = related;
  return [{ finding, range: observation.range }];
}

function relatedPlaces(
  rule: Rule,
  { range, related = [], elsewhere = [] }: Observation,
  facts: FileFacts,
): NonNullable<Finding['related']> {
  const { tree } = facts;
  const here = related.map(({ range: { start, end }, message }) => ({
    message,
    startLine: tree.lineAt(start),
    startColumn: tree.columnAt(start),
    endLine: tree.lineAt(Math.max(start, end - 1)),
    endColumn: tree.columnAt(end),
  }));
  const others = [...elsewhere, ...(rule.stage === 'theater' ? usesOf(range, facts) : [])];
  const away = others.map(({ place: { file, startLine, endLine }, message }) => ({
    message,
    file,
    startLine,
    startColumn: 1,
    endLine,
    endColumn: 1,
  }));
  return [...here, ...away].slice(0, RELATED_PLACES);
}

/** Who relies on a function that only pretends. */
function usesOf(
  range: TextRange,
  { functions, workspace }: FileFacts,
): NonNullable<Observation['elsewhere']> {
  const name = functions.find(({ node }) => node === range)?.name;
  const user = workspace?.users.find((one) => one.name === name);
  return user ? [{ place: user.other, message: `${user.name} is used here` }] : [];
}

function toFix({ title, edits }: ObservedFix, tree: SyntaxTree): Fix {
  return {
    title,
    edits: edits.map(({ range, text }) => ({
      startLine: tree.lineAt(range.start),
      startColumn: tree.columnAt(range.start),
      endLine: tree.lineAt(range.end),
      endColumn: tree.columnAt(range.end),
      text,
    })),
  };
}

function excerpt(text: string, start: number, end: number): string {
  const cut = text.slice(start, Math.min(end, start + EVIDENCE_LENGTH + 1)).trim();
  return cut.length > EVIDENCE_LENGTH ? `${cut.slice(0, EVIDENCE_LENGTH - 1)}…` : cut;
}

function errorLines(tree: SyntaxTree): { startLine: number; endLine: number }[] {
  const merged: { startLine: number; endLine: number }[] = [];
  for (const { start, end } of tree.errors) {
    const startLine = tree.lineAt(start);
    const endLine = tree.lineAt(Math.max(start, end - 1));
    const last = merged[merged.length - 1];
    if (last && startLine <= last.endLine + 1) last.endLine = Math.max(last.endLine, endLine);
    else merged.push({ startLine, endLine });
  }
  return merged;
}
