import type { CommentFact, FileFacts, FunctionFact } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode, TextRange } from '../syntax/tree';
import { isConstant, meaningful, unwrapAwait } from '../syntax/values';
import { isPretendingName } from '../syntax/words';
import { admitsLiteral, admitsModuleValue, admitsPretence } from './admission';
import { doesNoWork } from './effects';

export const admittedFake: Rule = {
  id: 'TH04',
  name: 'admitted-fake',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A comment admits that the code it stands with is not the real thing.',
  yieldsTo: ['TH01', 'TH02', 'TH03', 'TH05', 'TH08', 'TH10', 'TH12', 'TH15', 'TH16'],
  bad: [
    {
      grammar: 'typescript',
      code: `
export function processes() {
»  // Mock data for now
  const list = [{ pid: 1, name: 'init' }];
  return list.map((entry) => entry.name);
}`,
    },
    {
      grammar: 'typescript',
      code: `
export async function price(order: Order) {
»  // In a real implementation, this would ask the pricing service
  return order.items.length * 10;
}
export function writeBatch(rows: Row[]) {
»  // Would use the warehouse connector here
  console.info('inserted', rows.length);
  return rows.length;
}
export function checkDatabase() {
»  // TODO: implement the actual check
  return { connected: true, latencyMs: 5 };
}`,
    },
    {
      grammar: 'python',
      code: `
class Store:
    def find(self):
»        return []  # would be populated with actual data
`,
    },
    {
      grammar: 'python',
      code: `
»def refresh():
    """Placeholder."""
    pass
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
/** Mocks the clock in tests. */
export function fakeClock() { return { now: 0 }; }
// Notes that are not really sent anywhere.
export const notes = [];
// Shows a placeholder while the list is loading.
export const view = render(list);
export function limit() {
  // TODO: make this configurable
  return 10;
}
const label = 'Enter a placeholder'; // shown in the input's placeholder text`,
    },
    {
      grammar: 'python',
      code: `
def simulate(steps):
    """Simulates the queue for a number of steps."""
    return [step * 2 for step in range(steps)]

# The real implementation is in C.
LIMIT = 100
`,
    },
  ],
  *check(facts) {
    const owners = new Map<CommentFact, FunctionFact>();
    for (const fact of facts.functions) for (const comment of fact.comments) owners.set(comment, fact);
    const reported = new Set<SyntaxNode>();
    for (const comment of mergeLines(facts)) {
      const owner = owners.get(comment.first);
      if (!admitsLiteral(comment.merged) && !(owner && owesCheck(comment.merged, owner))) continue;
      const place = pretendingPlace(comment.merged, owner, facts);
      if (!place || reported.has(place.node)) continue;
      reported.add(place.node);
      const quote = comment.merged.text.replace(/\s+/g, ' ').slice(0, 120);
      yield { range: place.range, message: `A comment says "${quote}", and ${place.what}.` };
    }
  },
};

interface Place {
  node: SyntaxNode;
  range: TextRange;
  what: string;
}

/** Consecutive line comments are one text. */
function mergeLines(facts: FileFacts): { first: CommentFact; merged: CommentFact }[] {
  const groups: { first: CommentFact; merged: CommentFact }[] = [];
  for (const comment of facts.comments) {
    const last = groups[groups.length - 1];
    const continues =
      last &&
      comment.ownLine &&
      last.merged.ownLine &&
      !comment.docstring &&
      comment.line === last.merged.endLine + 1;
    if (continues) {
      last.merged = {
        ...last.merged,
        text: `${last.merged.text}\n${comment.text}`,
        endLine: comment.endLine,
      };
      last.merged.attachedTo = comment.attachedTo;
    } else {
      groups.push({ first: comment, merged: { ...comment } });
    }
  }
  return groups;
}

function pretendingPlace(
  comment: CommentFact,
  owner: FunctionFact | undefined,
  facts: FileFacts,
): Place | undefined {
  if (owner && isPretending(owner)) return undefined;
  const target = comment.attachedTo;
  if (target && !comment.docstring) {
    if (isLiteralStatement(target) && (owner || admitsModuleValue(comment)))
      return place(comment, target, 'the value below it is written into the source');
  }
  if (owner && doesNoWork(owner, facts.calls) && (owner.statements.length === 0 || returnsLiterals(owner))) {
    const isInside = owner.node.contains(comment.node) && !comment.docstring;
    const what =
      owner.statements.length === 0 ? 'its body is empty' : 'it returns what is written into the source';
    return isInside
      ? place(comment, target ?? owner.node, what)
      : { node: owner.node, range: owner.node, what };
  }
  if (owner && (admitsPretence(comment) || owesCheck(comment, owner)) && owner.node.contains(comment.node)) {
    return place(comment, target ?? owner.node, 'this is the code that runs');
  }
  return undefined;
}

/** `TODO: check the password` in what lets people in. */
function owesCheck(comment: CommentFact, owner: FunctionFact): boolean {
  return (
    /\b(todo|fixme)\b\W{0,3}((implement|add|actually|really|should|must)\s+)?((the|real|actual)\s+)*(check|verify|validate|authenticate|authori[sz]e|hash|compare|encrypt)\b/i.test(
      comment.text,
    ) && /login|sign_?in|auth|verify|validate|check|permission|access/i.test(owner.name ?? '')
  );
}

function place(comment: CommentFact, node: SyntaxNode, what: string): Place {
  if (comment.docstring) return { node, range: node, what };
  const start = Math.min(comment.node.start, node.start);
  return {
    node,
    range: {
      start,
      end: Math.max(node.start < start ? comment.node.end : start, statementEnd(node, comment)),
    },
    what,
  };
}

/** A finding marks the comment and the statement, not a whole function that follows. */
function statementEnd(node: SyntaxNode, comment: CommentFact): number {
  return node.kind === 'function' || node.kind === 'class'
    ? comment.node.end
    : Math.max(node.end, comment.node.end);
}

function isPretending(owner: FunctionFact): boolean {
  for (let fact: FunctionFact | undefined = owner; fact; fact = fact.enclosing) {
    if (fact.name !== undefined && isPretendingName(fact.name)) return true;
    if (fact.enclosingClass && isPretendingName(fact.enclosingClass.name)) return true;
  }
  return false;
}

function returnsLiterals(owner: FunctionFact): boolean {
  return owner.returns.every(({ value }) => !value || isConstant(unwrapAwait(value)));
}

/** Returns, assigns or passes a value that is spelled out and not merely a sentinel. */
function isLiteralStatement(statement: SyntaxNode): boolean {
  if (statement.kind === 'return') {
    const value = meaningful(statement)[0];
    return value !== undefined && isConstant(unwrapAwait(value));
  }
  if (HOLDERS.has(statement.kind)) return holdsLiteral(statement);
  const holder = statement.childOfKind('declarator') ?? statement.childOfKind('assign');
  if (holder) return holdsLiteral(holder);
  const declaration = statement.kind === 'export' ? statement.childOfKind('declaration') : undefined;
  return declaration !== undefined && isLiteralStatement(declaration);
}

const HOLDERS: ReadonlySet<Kind> = new Set<Kind>(['pair', 'keywordArgument', 'field']);

function holdsLiteral(node: SyntaxNode): boolean {
  const value = node.child('value') ?? node.child('right');
  return value !== undefined && value.kind !== 'null' && isConstant(unwrapAwait(value));
}
