import type { CommentFact, FunctionFact } from '../syntax/facts';

/**
 * Sentences by which an author says that the code is not the real thing. Plain TODO and FIXME are not among them:
 * well-kept code has more of those than code that pretends.
 */
const OPEN_ADMISSION = [
  /\bin an? (real|actual|production|production-ready|proper|live)([- ]world)? (implementation|application|app|system|scenario|environment|service|product|deployment|version|project|setup|code ?base|code)\b/i,
  /\bin (production|reality|real life|the real world),? (this|we|you|it|one)('d| would| should| will| must|'ll)\b/i,
  /\b(this|it|we|you|here|which)('d| would) (actually|normally|typically|really|usually|eventually) (be|call|use|query|fetch|come|connect|send|integrate|perform|involve|check|validate|save|store|implement|load|read|make|calculate|return|run|execute|hit|need|go|parse|analy[sz]e|compute|measure)\b/i,
  /^\W*would (use|call|query|send|connect|integrate|need|require) [\w-]+/i,
  /\bwould be (replaced|populated|fetched|calculated|computed|loaded|retrieved|implemented|integrated) (by|with|from|using|in|via|here)? ?(the |an? )?(real|actual|production|proper)/i,
  /\b(replace|swap)( this| it)? (with|by) (the |an? )?(real|actual|proper|production) (data|implementation|api|call|logic|service|integration|value|check|calculation|query|database|backend|model|metric)s?\b/i,
  /(?<!\b(?:that|which|who) (?:is|are|was|were) )\bnot (yet )?(really|actually) (implemented|checked|checking|validated|validating|verified|verifying|encrypted|encrypting|hashed|hashing|sanitized|sanitizing|calculated|computed|connected|sent|sending|saved|saving)\b/i,
  /\b(real|actual|proper) (implementation|integration|logic|api call|calculation|validation|data|check)s? (would|will|should|goes|to be|is needed|needed|here|comes?|later|pending)\b/i,
];

/** Words that admit a pretence only where they stand with a value that is written into the source. */
const ADMISSION_WITH_LITERAL = [
  /^\s*place-?holder\b(?! for| to)|\bplace-?holder (implementation|value|data|response|result|logic|return|score|metric|code|until|for now|-)|\b(just|only|currently|temporary|simple|is) an? place-?holder\b(?! for| to)/i,
  /\b(mock|mocked|fake|dummy|hard-?coded|stub|stubbed|simulated|sample|canned|made[- ]up|bogus)\b[^.\n]{0,24}\b(data|response|result|value|implementation|score|metric|api|service|answer|number|percentage|user|record|entry|entries|list|id|token|for now)s?\b/i,
  /^\s*(mock|mocked|fake|dummy|stub|hard-?coded|simulated)\.?\s*$/i,
  /\bsimulat(e|es|ed|ing)\b/i,
  /\bpretend(s|ing)?\b/i,
  /\b(todo|fixme)\b[^.\n]{0,12}\b(implement|add|use|call|integrate|connect|perform|do)\w*\b[^.\n]{0,20}\b(actual|real|proper)\b/i,
  /\b(return|just|assume|assuming|always|hard-?coded?|skip(ping|ped)?|static|constant|default|empty|simply|fixed|everything|no-?op)\b[^.\n]{0,40}\bfor now\b/i,
  /\bfor now,? [^.\n]{0,20}\b(return|just|assume|always|hard-?code|skip|static|constant|default|empty|simply|fixed|mock|fake|pretend|simulate)/i,
  /\b(simplified|naive|basic|temporary|stub(bed)?|skeleton|minimal|demo) (implementation|version|check|logic|calculation|heuristic|scoring|validation)\b/i,
  /\bwould (be|come from|use|call|query|fetch|go here|need)\b[^\n]{0,40}\b(real|actual|production|api|database|db|service|backend)\b/i,
];

/** The words that say so even of a value outside of any function. */
const MADE_UP_DATA =
  /\b(mock|mocked|fake|dummy|hard-?coded|simulated|made[- ]up|bogus)\b[^.\n]{0,24}\b(data|response|result|metric|score|user|record|for now)s?\b/i;

/** Comments that talk about mocks and stand-ins without admitting anything. */
const NOT_ADMITTING =
  /\b(test|tests|testing|unittest|pytest|jest|vitest|spec|placeholder (text|attribute|token|character|argument|pattern|syntax)s?)\b|\{\{|%s/i;

/** The comment says outright that a real implementation would be something else. */
export function admitsPretence(comment: CommentFact): boolean {
  return comment.text.length < 2000 && OPEN_ADMISSION.some((pattern) => pattern.test(comment.text));
}

/** The comment admits a pretence, provided it stands with a value spelled out in the source. */
export function admitsLiteral(comment: CommentFact): boolean {
  if (admitsPretence(comment)) return true;
  if (comment.text.length > 600 || NOT_ADMITTING.test(comment.text)) return false;
  return ADMISSION_WITH_LITERAL.some((pattern) => pattern.test(comment.text));
}

/** {@link admitsLiteral} for a value that belongs to the whole module, where a placeholder may just be an empty slot. */
export function admitsModuleValue(comment: CommentFact): boolean {
  return admitsLiteral(comment) && (admitsPretence(comment) || MADE_UP_DATA.test(comment.text));
}

/** The first admission within or directly above a function. */
export function admissionIn(fact: FunctionFact): CommentFact | undefined {
  return fact.comments.find(admitsLiteral);
}
