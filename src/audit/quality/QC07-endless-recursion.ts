import type { CallFact, FunctionFact } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import { LOOP_KINDS } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, bindingTarget } from '../syntax/values';

export const endlessRecursion: Rule = {
  id: 'QC07',
  name: 'endless-recursion',
  stage: 'quality',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function calls itself on every path and can never return.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export function factorial(n: number): number {
»  return n * factorial(n - 1);
}
class Tree {
  depth(): number {
    const one = 1;
»    return one + this.depth();
  }
}`,
    },
    {
      grammar: 'python',
      code: `
def factorial(n):
»    return n * factorial(n - 1)

class Node:
    def depth(self):
»        return 1 + self.depth()
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function factorial(n: number): number {
  if (n <= 1) return 1;
  return n * factorial(n - 1);
}
export const sum = (n: number): number => (n === 0 ? 0 : n + sum(n - 1));
export function later() { setTimeout(() => later(), 1000); }
class Wrapper { close() { this.inner.close(); close(); } }
let setup = function () { setup = () => 1; return setup(); };`,
    },
    {
      grammar: 'python',
      code: `
def depth(node):
    return node and 1 + depth(node.parent)

def load(path):
    from .fast import load
    return load(path)

class Node:
    def close(self):
        return close(self)
    def size(self):
        for child in self.children:
            return child.size()
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      const call = endlessCall(fact);
      if (call)
        yield {
          range: call.node,
          message: `${fact.name ?? ''} calls itself here on every path, with nothing before it that could return.`,
          related: [{ range: fact.parameterList ?? fact.node, message: 'begins again from here' }],
        };
    }
  },
};

function endlessCall(fact: FunctionFact): CallFact | undefined {
  const { name } = fact;
  if (
    name === undefined ||
    fact.isGenerator ||
    fact.isAccessor ||
    (fact.constrained && fact.decorators.length > 0)
  )
    return undefined;
  if (fact.place === 'objectMember' || fact.calls.length === 0) return undefined;
  const own = pathToItself(fact, name);
  const call = fact.calls.find(
    (candidate) => candidate.path === own && !candidate.isNew && isUnconditional(candidate.node, fact),
  );
  if (!call || isRebound(fact, name) || hasExitBefore(call.node, fact)) return undefined;
  return call;
}

/** How a function's body refers to the function: through its receiver for a method, by the name it is bound to else. */
function pathToItself(fact: FunctionFact, name: string): string | undefined {
  if (fact.enclosingClass) {
    if (fact.node.type !== 'function_definition') return `this.${name}`;
    const receiver = fact.parameterList?.children[0]?.text;
    return receiver === 'self' || receiver === 'cls' ? `${receiver}.${name}` : undefined;
  }
  const holder = fact.node.parent;
  const target = fact.place === 'variable' ? (holder?.child('name') ?? holder?.child('left')) : undefined;
  return target && target.kind !== 'identifier' ? fact.node.child('name')?.text : name;
}

const CONDITIONAL: ReadonlySet<Kind> = new Set<Kind>([
  ...LOOP_KINDS, 'if', 'elseIf', 'else', 'switch', 'case', 'ternary', 'try', 'handler', 'function', 'comprehension', 'with', 'class', 'decorator',
]); // prettier-ignore

/** Between the call and the function's body stands nothing that could keep it from being reached. */
function isUnconditional(call: SyntaxNode, fact: FunctionFact): boolean {
  if (!fact.body.contains(call)) return false;
  let from = call;
  if (call === fact.body) return true;
  if (fact.isAsync && call.parent?.kind !== 'await' && call.parent?.kind !== 'return') return false;
  if (call.hasToken('?.')) return false;
  for (const parent of ancestors(call)) {
    if (CONDITIONAL.has(parent.kind)) return false;
    const operator = parent.kind === 'binary' ? (parent.child('operator')?.text ?? '') : '';
    if (/^(&&|\|\||\?\?|and|or)$/.test(operator) && parent.child('left') !== from) return false;
    if (parent === fact.body) return true;
    from = parent;
  }
  return false;
}

/** A parameter, local, import or assignment of the same name means that the call goes elsewhere. */
function isRebound(fact: FunctionFact, name: string): boolean {
  if (fact.parameters.some((parameter) => parameter.name === name || parameter.destructured.includes(name)))
    return true;
  for (const node of fact.node.tree.below(fact.body)) {
    if (node.kind === 'import' && new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b`).test(node.text))
      return true;
    if (node.kind === 'function' && node.child('name')?.text === name) return true;
    const target = bindingTarget(node);
    const targetText = target?.text;
    if (targetText !== undefined && (targetText === name || targetText.endsWith(`.${name}`))) return true;
    if (node.type === 'global_statement') return true;
  }
  return false;
}

/** Anything before the call that can leave, wait for long, or end the program. */
function hasExitBefore(call: SyntaxNode, fact: FunctionFact): boolean {
  for (const node of fact.node.tree.below(fact.body)) {
    if (node.index >= call.index) return false;
    const leaves =
      node.kind === 'return' || node.kind === 'throw' || node.kind === 'yield' || node.kind === 'assert';
    if (leaves && !node.contains(call)) return true;
    if (node.kind === 'await' && !node.contains(call)) return true;
    if (
      node.kind === 'call' &&
      !node.contains(call) &&
      /exit|abort|fail|assert|raise|throw|check|ensure/i.test(node.child('function')?.text ?? '')
    )
      return true;
  }
  return false;
}
