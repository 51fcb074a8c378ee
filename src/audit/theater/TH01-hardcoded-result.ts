import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { isConstantIn } from '../syntax/locals';
import { sameText } from '../syntax/values';
import { wordsOf } from '../../base/words';
import { promisesComputation, promisesDeed, promisesValidation } from '../syntax/words';
import { admissionIn } from './admission';
import { claimsHealth, figuresIn, isReply, RIGHTS_QUESTION } from './claims';
import { doesNoWork, promisedParameters, readsParameters, returnedValues } from './effects';
import { isFree, isLimiter, isMechanism } from './promises';
import { isReachable } from './reach';

/** A yes or no that doesn't depend on its question is often a policy: it takes an admission to call it theater. */
const POLICY_WORD =
  /^(is|has|should|supports|can|allow|allows|needs|requires|may|must|wants|accepts|use|uses|enable|enabled)$/;

export const hardcodedResult: Rule = {
  id: 'TH01',
  name: 'hardcoded-result',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function whose name promises a computed result ignores its inputs and returns a constant.',
  yieldsTo: ['TH03', 'TH16'],
  bad: [
    {
      grammar: 'typescript',
      code: `
»export function isFraudulent(order: Order): boolean {
  return false;
}
»export function calculateTrend(data: number[]): string {
  return 'STABLE';
}
»export function scanForLeaks(processes: Process[]) {
  const leaks: string[] = [];
  return { leaking: false, leaks };
}
»export async function healthCheck() {
  return { database: 'connected', redis: 'connected' };
}
»export function getSystemMetrics(host: string) {
  return { cpuUsage: 45.2, uptime: '99.9%' };
}
export class Pages {
»  invalidate(pattern: string) {
    // Deleting by pattern is hard, skipping for now
    console.log(pattern);
    return 0;
  }
}
»export function checkSchemaDrift(rows: Row[], previous: Schema) {
  console.info('passed');
  return true;
}
»export const isErased = async (_userId: string): Promise<boolean> => true;
»export function evaluate(dataset: Row[]) {
  return { samples: dataset.length, precision: 0.921, recall: 0.904 };
}
»export function hasPermission(user: User, permission: string) { return true; }
export class SessionCache {
»  get(key: string) { return null; }
}`,
    },
    {
      grammar: 'javascript',
      code: `
class Auditor {
»  async detectLeaks(processes) {
    console.log('checking', processes);
    return [];
  }
}
module.exports = { Auditor };`,
    },
    {
      grammar: 'python',
      code: `
class Cache:
»    def hit_rate(self, phase):
        return 0.85
`,
    },
    {
      grammar: 'python',
      code: `
»def validate_order(order):
    """Check that the order is complete."""
    result = {"valid": True, "errors": []}
    return result
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
class Flat extends Trend {
  calculateTrend(data: number[]) { return 'STABLE'; }
}
export const computeSize: Sizer = (node) => 1;
export function getName(context: Context) { return 'name'; }
export function isEnabled(feature: string) { return true; }
export function getThresholds(team: string) { return { accuracy: 0.9, coverage: 80 }; }
export function healthRoute() { return { status: 'ok' }; }
export function calculateArea(side: number) { return side * side; }
export function scanFiles(root: string) {
  const found: string[] = [];
  visitors.forEach((visit) => visit(found));
  return { done: true, found };
}
export function countItems(_items: string[]) { return 0; }`,
    },
    {
      grammar: 'python',
      code: `
class Base(Protocol):
    def score(self, item): return 0.0

class Estimator:
    @property
    def accuracy(self): return 0.5
    @abstractmethod
    def predict(self, rows): return []

def calculate_total(rows):
    return sum(rows)

def random_seed_score(rows):
    return 4
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      const constant = hardcodedValue(fact, facts);
      const figures = constant ? undefined : writtenFigures(fact, facts);
      if (figures)
        yield {
          range: fact.node,
          message: `${fact.name ?? ''} gives figures that only a measurement could know, and they are written into the source: ${figures.text.replace(/\s+/g, ' ').slice(0, 80)}.`,
        };
      if (!constant) continue;
      const inputs =
        fact.parameters.map((parameter) => parameter.name ?? 'its argument').join(', ') || 'anything';
      const admission = admissionIn(fact);
      const admitted = admission ? `, and a comment says "${admission.text.slice(0, 80)}"` : '';
      yield {
        range: fact.node,
        message: `${fact.name ?? ''} never reads ${inputs} and always returns ${constant.text.slice(0, 60)}${admitted}.`,
        related: [
          ...fact.parameters.map(({ node }) => ({ range: node, message: 'is never read' })),
          { range: constant, message: 'is returned whatever comes in' },
        ],
      };
    }
  },
};

function hardcodedValue(fact: FunctionFact, facts: FileFacts): SyntaxNode | undefined {
  if (!isCandidate(fact) || !isReachable(fact, facts)) return undefined;
  const values = returnedValues(fact);
  const first = values[0];
  const isSame = values.every(
    (value) => value && isConstantIn(value, fact) && sameText(value, first as SyntaxNode),
  );
  if (!first || !isSame || !promises(fact, first)) return undefined;
  if (isPolicy(fact, first) && !admissionIn(fact)) return undefined;
  if (!doesNoWork(fact, facts.calls) || readsParameters(fact, facts.calls)) return undefined;
  return first;
}

/** `{ samples: data.length, precision: 0.92, recall: 0.9 }` from a function that computes nothing. */
function writtenFigures(fact: FunctionFact, facts: FileFacts): SyntaxNode | undefined {
  const name = fact.name ?? '';
  if (
    !isCandidate(fact) ||
    !promisesComputation(name) ||
    SETTINGS_NAME.test(name) ||
    promisedParameters(fact) === 0
  )
    return undefined;
  if (facts.loops.some((loop) => fact.body.contains(loop.node)) || !doesNoWork(fact, facts.calls))
    return undefined;
  const values = returnedValues(fact);
  const [only] = values;
  return values.length === 1 && only?.kind === 'object' && figuresIn(only) >= 2 && /\d\.\d/.test(only.text)
    ? only
    : undefined;
}

function isCandidate(fact: FunctionFact): boolean {
  if (!isFree(fact) || fact.place === 'callback' || fact.handlers.length > 0) return false;
  if (fact.place === 'objectMember' && !admissionIn(fact)) return false;
  return !/random|sample|seed/i.test(fact.name ?? '');
}

/** Values that could be known only by looking, from a function that is asked to look. */
function promises(fact: FunctionFact, value: SyntaxNode): boolean {
  const name = fact.name ?? '';
  if (SETTINGS_NAME.test(name) && !promisesValidation(name)) return false;
  if (value.kind === 'object' && (claimsHealth(value) || figuresIn(value) >= 2)) return true;
  if (promisesHealth(name) && isReply(value)) return true;
  if (value.kind === 'true' && fact.parameters.length > 0 && DONE_QUESTION.test(name)) return true;
  if (promisedParameters(fact) === 0) return figuresIn(value) > 0 && promisesDeed(name) !== undefined;
  if (value.kind === 'true' && (isLimiter(fact) || RIGHTS_QUESTION.test(name))) return true;
  if (value.kind === 'false' && DANGER_QUESTION.test(name)) return true;
  if (value.kind === 'null') return isMechanism(fact) && LOOKING_UP.test(name);
  if (admissionIn(fact) !== undefined || promisesComputation(name)) return true;
  if (value.kind === 'object') return figuresIn(value) > 0 || /^generate/i.test(name);
  if (value.kind === 'number')
    return promisedParameters(fact) > 1 && !/^-?[01](\.0*)?$|^1?00+$/.test(value.text);
  return isMechanism(fact) && LOOKING_UP.test(name);
}

/** What a program is set to is written into its source rightly. */
const SETTINGS_NAME =
  /default|config|setting|option|limit|threshold|target|goal|weight|preset|baseline|expected|initial|empty|fallback|schema|range|bound|budget|quota|price|plan|tier/i;
const LOOKING_UP = /^(get|find|peek|fetch|load|lookup|read|search|query|list|pop|dequeue|size|count)/i;

/** `checkDatabase`, `pingRedis`, `healthCheck`, `testConnection` */
function promisesHealth(name: string): boolean {
  return (
    /^(check|ping|probe|test|verify)_?(connection|connectivity|database|db|health|redis|api|service|server)/i.test(
      name,
    ) || /^(health_?check|check_?health|is_?healthy)$/i.test(name)
  );
}

/** A question about whether something was done must be able to be answered by no. */
const DONE_QUESTION =
  /^(is|was|has_?been)_?(erased|deleted|removed|encrypted|signed|paid|delivered|sent|synced|synchroni[sz]ed|backed_?up|anonymi[sz]ed|verified|installed|deployed|migrated|published|uploaded)(?![a-z])/i;

/** A question about harm must be able to be answered by yes. */
const DANGER_QUESTION =
  /^(is|has|contains|was|looks)_?(fraud(ulent)?|spam(my)?|malicious|suspicious|phishing|bot|toxic|profan\w*|infected|compromised|tampered|anomal(y|ous)|outlier|vulnerab\w*|injection|malware|virus|revoked|banned|blacklisted|blocklisted|breached|corrupt(ed)?|expired)(?![a-z])/i;

function isPolicy(fact: FunctionFact, value: SyntaxNode): boolean {
  const name = fact.name ?? '';
  if (value.kind === 'false' && DANGER_QUESTION.test(name)) return false;
  if (value.kind === 'true' && (RIGHTS_QUESTION.test(name) || DONE_QUESTION.test(name) || isLimiter(fact)))
    return false;
  return (value.kind === 'true' || value.kind === 'false') && POLICY_WORD.test(wordsOf(name)[0] ?? '');
}
