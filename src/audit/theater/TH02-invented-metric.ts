import type { CallFact, FileFacts } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, bindingTarget, dottedPath, meaningful } from '../syntax/values';
import { wordsOf } from '../../base/words';
import { isMetricName, isPurposefullyRandom, promisesComputation } from '../syntax/words';

const RANDOM_CALL =
  /^(Math\.random|(np\.|numpy\.)?random\.(random|uniform|randint|randrange|gauss|normal|normalvariate|choice|rand|randn|triangular|betavariate)|(uniform|randint|gauss)|(_|lodash)\.random)$/;
const ARITHMETIC =
  /^(Math\.\w+|round|int|float|min|max|abs|Number|parseFloat|parseInt|str|String|np\.(round|clip)|.*\.toFixed)(\(\))?$/;
const SUCCESS_NAME =
  /^(is_?)?(success|successful|succeeded|passed|healthy|valid|verified|detected|compliant|approved)$/i;

export const inventedMetric: Rule = {
  id: 'TH02',
  name: 'invented-metric',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A random number is presented as something that was measured.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export function report(files: string[]) {
  return {
    files: files.length,
»    coverage: 95 + Math.random() * 5,
  };
}`,
    },
    {
      grammar: 'javascript',
      code: `
export async function runSuite(suite) {
»  const success = Math.random() > 0.1;
  await suite.record(success);
  return success;
}
export function measureLatency(host) {
  const base = host.length;
»  return base + Math.floor(Math.random() * 100);
}
const around = (center, spread) => center + Math.random() * spread;
export function quality(files) {
»  return { files: files.length, maintainability: around(84, 10) };
}
export async function embed(text) {
»  return Array.from({ length: 8 }, () => Math.random());
}`,
    },
    {
      grammar: 'python',
      code: `
import random

def audit(model):
»    score = random.uniform(80, 95)
»    model.cpu_usage = round(random.random() * 100, 1)
    return score

def collect():
»    GPU_UTILIZATION.set(random.uniform(30, 95))

def risk_score(order):
    noise = random.uniform(-0.05, 0.25)
»    return round(0.12 + noise, 4)
`,
    },
  ],
  good: [
    {
      grammar: 'javascript',
      code: `
export function retryDelay(attempt) {
  const jitter = Math.random() * 100;
  return 2 ** attempt + jitter;
}
export function generateScores(count) {
  const score = Math.random();
  return score;
}
export function detectWinner(players) { return draw(players, Math.random()); }
export function pick(list) { return list[Math.floor(Math.random() * list.length)]; }
export function keepSample(rate) { return Math.random() < rate; }
const delayUnder = (most) => Math.random() * most;
export const wait = () => sleep(delayUnder(100));
const id = Math.random().toString(36);
const score = rank(shuffle(list, Math.random()));`,
    },
    {
      grammar: 'python',
      code: `
import random

def shuffle_deck(deck):
    index = random.randint(0, len(deck))
    deck[index], deck[0] = deck[0], deck[index]

def simulate_load():
    latency = random.gauss(10, 2)
    return latency
`,
    },
  ],
  *check(facts) {
    if (isPurposefullyRandom(facts.path.split('/').pop() ?? '')) return;
    const helpers = randomHelpers(facts);
    for (const call of facts.calls) {
      const isRandom = RANDOM_CALL.test(call.path) || helpers.has(call.path.replace(/^(this|self)\./, ''));
      if (!isRandom || hasPurpose(call)) continue;
      const sink = sinkOf(call.node, facts) ?? sinkOfLocal(call, facts);
      if (sink) {
        yield {
          range: sink.node,
          message: `${sink.name} is presented as a measurement, but its value comes from ${call.path}().`,
        };
      }
    }
  },
};

/** Names under which something random is wanted for itself. */
const WANTED =
  /jitter|backoff|shuffle|pick|choose|choice|\bid\b|uuid|token|nonce|dice|roll|colou?r|sample|seed|delay|wait/;

/** Functions of the file that give out a random figure, whatever they are called. */
function randomHelpers(facts: FileFacts): Set<string> {
  const names = new Set<string>();
  for (const call of facts.calls) {
    const name = RANDOM_CALL.test(call.path) ? call.function?.name : undefined;
    // One that promises a figure by its own name is reported itself.
    if (name === undefined || WANTED.test(wordsOf(name).join(' ')) || promisesComputation(name)) continue;
    let from = call.node;
    for (const node of ancestors(call.node)) {
      if (node === call.function?.node || node.kind === 'return') {
        names.add(name);
        break;
      }
      if (!passesOn(node, from)) break;
      from = node;
    }
  }
  return names;
}

function hasPurpose(call: CallFact): boolean {
  for (let fact = call.function; fact; fact = fact.enclosing) {
    if (fact.name !== undefined && isPurposefullyRandom(fact.name)) return true;
    if (fact.enclosingClass && isPurposefullyRandom(fact.enclosingClass.name)) return true;
  }
  return false;
}

interface Sink {
  node: SyntaxNode;
  name: string;
}

/** A local name the random value is given, which then ends up under the name of a measurement. */
function sinkOfLocal(call: CallFact, facts: FileFacts): Sink | undefined {
  let from = call.node;
  for (const holder of ancestors(call.node)) {
    const target =
      holder.kind === 'declarator' || holder.kind === 'assign' ? bindingTarget(holder) : undefined;
    if (target?.kind === 'identifier') return laterSink(target, holder, call, facts);
    if (!passesOn(holder, from)) return undefined;
    from = holder;
  }
  return undefined;
}

function laterSink(
  target: SyntaxNode,
  holder: SyntaxNode,
  call: CallFact,
  facts: FileFacts,
): Sink | undefined {
  if (!call.function || WANTED.test(wordsOf(target.text).join(' '))) return undefined;
  for (const use of facts.tree.below(call.function.body)) {
    if (use.kind !== 'identifier' || use.text !== target.text || holder.contains(use)) continue;
    const sink = sinkOf(use, facts);
    if (sink && isMetricName(sink.name)) return sink;
  }
  return undefined;
}

/** Follows the random value outwards, through arithmetic only, to the name it ends up under. */
function sinkOf(value: SyntaxNode, facts: FileFacts): Sink | undefined {
  let from = value;
  let compared = false;
  for (const node of ancestors(value)) {
    if (NAMING.has(node.kind)) return namedSink(node, from, compared);
    if (node.kind === 'function' && fillsArray(node)) {
      from = node;
      continue;
    }
    if (node.kind === 'return' || node.kind === 'function') return returnSink(node, facts, compared);
    const gauge = gaugeOf(node);
    if (gauge !== undefined) return { node, name: gauge };
    if (!passesOn(node, from)) return undefined;
    compared ||=
      node.kind === 'binary' && /[<>]/.test((node.child('operator') ?? node.child('operators'))?.text ?? '');
    from = node;
  }
  return undefined;
}

/** `GPU_UTILIZATION.set(...)`: what a gauge is set to is shown under its name. */
function gaugeOf(node: SyntaxNode): string | undefined {
  const [, name] =
    node.kind === 'call'
      ? (/^(\w+)\.(set|observe|record)$/.exec(dottedPath(node.child('function') ?? node)) ?? [])
      : [];
  return name !== undefined && isMetricName(name) ? name : undefined;
}

const NAMING: ReadonlySet<Kind> = new Set<Kind>([
  'declarator',
  'assign',
  'augmentedAssign',
  'pair',
  'keywordArgument',
]);
const TRANSPARENT: ReadonlySet<Kind> = new Set<Kind>([
  'binary', 'wrapper', 'unary', 'arguments', 'member', 'subscript', 'comprehension', 'array', 'await',
]); // prettier-ignore

/** The callback of `Array.from({ length }, () => ...)` and of `map`. */
function fillsArray(callback: SyntaxNode): boolean {
  const list = callback.parent;
  return (
    list?.kind === 'arguments' &&
    /^(Array\.from|.*\.map)$/.test(dottedPath(list.parent?.child('function') ?? list))
  );
}

/** The value is still the random one, only scaled, rounded, or chosen. */
function passesOn(node: SyntaxNode, from: SyntaxNode): boolean {
  if (node.kind === 'ternary') return from !== (node.child('condition') ?? meaningful(node)[1]);
  if (node.kind === 'call')
    return (
      /^(Array\.from|.*\.map)$|^$/.test(dottedPath(node.child('function') ?? node)) ||
      ARITHMETIC.test(dottedPath(node.child('function') ?? node))
    );
  return TRANSPARENT.has(node.kind);
}

function namedSink(node: SyntaxNode, from: SyntaxNode, compared: boolean): Sink | undefined {
  const target = node.child('name') ?? node.child('left') ?? node.child('key');
  if (!target || target === from) return undefined;
  const path = target.kind === 'string' ? target.text.replace(/["']/g, '') : dottedPath(target);
  const name = path.split('.').pop() ?? '';
  const matches = compared ? SUCCESS_NAME.test(name) : isMetricName(name) || SUCCESS_NAME.test(name);
  return matches ? { node, name } : undefined;
}

function returnSink(node: SyntaxNode, facts: FileFacts, compared: boolean): Sink | undefined {
  const holder = node.kind === 'return' ? functionAround(node) : node;
  const fact = facts.functions.find((candidate) => candidate.node === holder);
  const name = fact?.name;
  if (name === undefined || (node.kind === 'function' && !fact?.expressionBody)) return undefined;
  const promises = compared
    ? /^(is|has|check|verify|validate|test|send|detect|run)$/.test(wordsOf(name)[0] ?? '')
    : promisesComputation(name);
  return promises && !/^(sample|pick|choose)/.test(name) ? { node, name } : undefined;
}

function functionAround(node: SyntaxNode): SyntaxNode | undefined {
  for (const parent of ancestors(node)) if (parent.kind === 'function') return parent;
  return undefined;
}
