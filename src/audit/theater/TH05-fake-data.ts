import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, isConstant, meaningful, stringValue, unwrapAwait } from '../syntax/values';
import { wordsOf } from '../../base/words';
import { figuresIn, isMadeUpTable } from './claims';
import { doesNothing } from './deeds';
import { returnedValues } from './effects';
import { isFree, isIntegration } from './promises';
import { routesOf } from './routes';

/** People and texts that exist in examples only. */
const MADE_UP =
  /\b(john|jane|jack|alice|bob|max|erika)[ ._]?(doe|smith|johnson|jones|brown|public|williams|mustermann)\b|\blorem ipsum\b|@(example|test|foo|acme)\.(com|org|net)\b|\bfoo ?bar\b/i;
const PRETENDED = /^(mock|mocked|fake|dummy)$/;
const READING =
  /^(get|find|fetch|list|load|search|query|read|retrieve|lookup|select|all|extract|collect|pull)/i;

export const fakeData: Rule = {
  id: 'TH05',
  name: 'fake-data',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'Made-up records are given out as if they had been looked up.',
  yieldsTo: ['TH01'],
  bad: [
    {
      grammar: 'typescript',
      code: `
»const mockUsers = [{ id: 1, name: 'Ann' }];
router.get('/users', (req, res) => { res.json(mockUsers); });
»router.get('/orders', (req, res) => { res.json([{ id: 1, total: 9.5 }]); });
export class UserRepository {
»  async findById(id: string) { return { id, name: 'John Doe', email: 'john@example.com' }; }
»  async findAll() { return [{ id: 1, name: 'Ann' }, { id: 2, name: 'Ben' }]; }
}`,
    },
    {
      grammar: 'python',
      code: `
@app.route("/users")
»def list_users():
    return jsonify([{"id": 1, "name": "John Doe"}])

»def get_profile(user_id):
    return {"id": user_id, "name": "Jane Doe", "email": "jane@example.com"}
`,
    },
  ],
  good: [
    {
      grammar: 'tsx',
      code: `
const mockup = [{ id: 1 }];
export const view = <Input placeholder="john@example.com" list={mockup} />;
export function getColumns() { return [{ id: 'name', title: 'Name' }]; }
export function defaultUser() { return { name: 'John Doe', email: 'john@example.com' }; }
export class UserRepository {
  async findAll() { return this.pool.query('select * from users'); }
}`,
    },
    {
      grammar: 'python',
      code: `
def get_help():
    return "for example john@example.com"

def get_choices(field):
    return [{"id": 1, "label": "Yes"}, {"id": 2, "label": "No"}]
`,
    },
  ],
  *check(facts) {
    yield* pretendedVariables(facts);
    const handlers = new Set<FunctionFact>();
    for (const { handler, method } of routesOf(facts)) {
      handlers.add(handler);
      const records = method === 'GET' && doesNothing(handler, facts) ? recordsBelow(handler) : undefined;
      if (records)
        yield {
          range: handler.node,
          message: `A request is answered with made-up records: ${shorten(records)}.`,
        };
    }
    for (const fact of facts.functions) {
      const records = handlers.has(fact) ? undefined : madeUpAnswer(fact, facts);
      if (records)
        yield {
          range: fact.node,
          message: `${fact.name ?? ''} gives out a made-up record: ${shorten(records)}.`,
        };
    }
  },
};

const shorten = (node: SyntaxNode): string => node.text.replace(/\s+/g, ' ').slice(0, 60);

/** `const mockUsers = [...]` that something else in the file uses. */
function* pretendedVariables(facts: FileFacts): Generator<Observation> {
  for (const node of facts.tree.nodes) {
    const target =
      node.kind === 'declarator'
        ? node.child('name')
        : node.kind === 'assign'
          ? node.child('left')
          : undefined;
    if (target?.kind !== 'identifier') continue;
    const [first, second] = wordsOf(target.text);
    if (second === undefined || !PRETENDED.test(first ?? '')) continue;
    if (first !== undefined && facts.domainWords.includes(first)) continue;
    const value = node.child('value') ?? node.child('right');
    const data = value && unwrapAwait(value);
    if ((data?.kind !== 'array' && data?.kind !== 'object') || meaningful(data).length === 0) continue;
    if (!isGivenOut(target, node, facts) || isInPretender(node)) continue;
    yield {
      range: node,
      message: `${target.text} is made up by its own name, and production code gives it out.`,
    };
  }
}

function isInPretender(node: SyntaxNode): boolean {
  for (const parent of ancestors(node)) {
    const name =
      parent.kind === 'function' || parent.kind === 'class' ? parent.child('name')?.text : undefined;
    if (name !== undefined && /mock|fake|dummy|stub|test|seed|demo|sample|fixture|example/i.test(name))
      return true;
  }
  return false;
}

function isGivenOut(target: SyntaxNode, declaration: SyntaxNode, facts: FileFacts): boolean {
  const { text } = target;
  return facts.tree.nodes.some(
    (node) =>
      node.kind === 'identifier' &&
      node.end - node.start === text.length &&
      !declaration.contains(node) &&
      node.text === text &&
      node.parent?.kind !== 'export' &&
      node.parent?.type !== 'export_specifier',
  );
}

function recordsBelow(handler: FunctionFact): SyntaxNode | undefined {
  for (const node of handler.node.tree.below(handler.body)) {
    if (node.kind === 'array' && isRecordList(node)) return node;
    if (node.kind === 'object' && (isMadeUpRecord(node) || figuresIn(node) > 1)) return node;
  }
  return undefined;
}

/** Objects that each have an identity of their own, all of it spelled out. */
function isRecordList(list: SyntaxNode): boolean {
  const items = meaningful(list).map(unwrapAwait);
  return (
    items.length > 0 && items.every((item) => item.kind === 'object' && isConstant(item) && hasIdentity(item))
  );
}

function hasIdentity(record: SyntaxNode): boolean {
  const keys = meaningful(record).map((pair) => (pair.child('key')?.text ?? '').replace(/["']/g, ''));
  return keys.some((key) => /^(_?id|uuid|\w+_id|\w+Id|sku|isbn)$/.test(key)) && keys.length > 1;
}

function isMadeUpRecord(record: SyntaxNode): boolean {
  return (
    meaningful(record).some((pair) => MADE_UP.test(stringValue(pair.child('value')) ?? '')) &&
    record.children.length > 1
  );
}

function madeUpAnswer(fact: FunctionFact, facts: FileFacts): SyntaxNode | undefined {
  const { name = '', place } = fact;
  if (place === 'callback' || !isFree(fact)) return undefined;
  const values = returnedValues(fact);
  const first = values.find((value) => value !== undefined);
  if (first && values.length === 1 && READING.test(name) && isMadeUpTable(first)) return first;
  const isAsked = READING.test(name) || (fact.isAsync && place === 'objectMember');
  if (!isAsked || !doesNothing(fact, facts)) return undefined;
  if (!first || /default|example|option|choice|column/i.test(name)) return undefined;
  if (first.kind === 'object') return isMadeUpRecord(first) ? first : undefined;
  if (first.kind !== 'array' || !isRecordList(first)) return undefined;
  const isPersonal = meaningful(first).some((item) => isMadeUpRecord(unwrapAwait(item)));
  return isPersonal || isIntegration(fact) ? first : undefined;
}
