import { explains } from '../syntax/comments';
import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import { wordsOf } from '../../base/words';
import { promisesDeed } from '../syntax/words';
import { admitsLiteral } from './admission';
import { promisedParameters } from './effects';
import { isFree, isMechanism } from './promises';

/** Functions that are called for those who want to do something then, and may do nothing. */
const OPTIONAL_STEP =
  /^(on|before|after|did|will|handle|visit|leave|enter|exit|dispose|close|destroy|teardown|tear|set ?up|init|initialize|configure|start|stop|begin|end|flush|noop|log|debug|trace|info|warn|error|update|render|mount|unmount|connect|disconnect|main|register|hook|pre|post)$/;

export const emptyBody: Rule = {
  id: 'TH07',
  name: 'empty-body',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'A function that promises a change takes its input and does nothing.',
  yieldsTo: ['TH04'],
  bad: [
    {
      grammar: 'typescript',
      code: `
export class SearchIndex {
»  index(document: Document): void {}
  size() { return this.documents.length; }
}
export class SessionStore {
»  async set(key: string, value: string) {
    // TODO: connect
  }
}`,
    },
    {
      grammar: 'python',
      code: `
class OrderRepository:
»    def delete(self, order_id):
        pass

    def find(self, order_id):
        return self.session.get(Order, order_id)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export class NullStore { set(key: string, value: string) {} }
export class Visitor { visitNode(node: Node) {} leaveNode(node: Node) {} }
export class FileStore implements Store { set(key: string, value: string) {} }
export class EventBus { onEvent(event: Event) {} }
export class LocalCache {
  delete(key: string) { /* entries expire by themselves */ }
}`,
    },
    {
      grammar: 'python',
      code: `
class Store(Base):
    def save(self, item):
        pass

class Queue:
    def on_push(self, item):
        pass

    def close(self):
        pass

class Sink:
    def write(self, row):
        """Rows are not kept by this sink."""
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      const observation = observe(fact, facts);
      if (observation) yield observation;
    }
  },
};

function observe(fact: FunctionFact, facts: FileFacts): Observation | undefined {
  const { name = '', statements, expressionBody, comments } = fact;
  if (statements.length > 0 || expressionBody || !isFree(fact) || fact.place !== 'method') return undefined;
  if (promisedParameters(fact) === 0 || OPTIONAL_STEP.test(wordsOf(name)[0] ?? '')) return undefined;
  const isAdmitted = comments.some(admitsLiteral);
  if (!isAdmitted && comments.some((comment) => explains(comment) && !/\b(todo|fixme)\b/i.test(comment.text)))
    return undefined;
  if (!isAdmitted && isSetOfHooks(fact, facts)) return undefined;
  const keeps =
    /^(set|put|push|add|save|store|insert|delete|remove|enqueue|index|acquire|release|record|consume|write)$/;
  const breaks =
    isMechanism(fact) && (promisesDeed(name) !== undefined || keeps.test(wordsOf(name)[0] ?? ''));
  if (!breaks && promisesDeed(name) !== 'sure') return undefined;
  return {
    range: fact.node,
    message: `${name} takes ${fact.parameters.map((parameter) => parameter.name ?? 'its argument').join(', ')} and does nothing.`,
    ...(breaks ? {} : { severity: 'info', confidence: 'low' }),
  };
}

/** A class of nothing but empty methods is there to be overridden, or to do nothing. */
function isSetOfHooks(fact: FunctionFact, facts: FileFacts): boolean {
  const siblings = facts.functions.filter(
    (other) => other.enclosingClass === fact.enclosingClass && !other.isConstructor && other !== fact,
  );
  const hollow = siblings.filter((other) => other.statements.length === 0 && !other.expressionBody);
  return siblings.length > 0 && hollow.length === siblings.length && siblings.length > 1;
}
