import type { CallFact, FileFacts, TestFact } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';
import { mentions } from '../syntax/values';
import { callsWithin, isInertCall, isLogCall } from './effects';

/** Names that promise that somebody will look at the value. */
export const RESULT_NAME = /^(results?|actual|output|response|received|computed)$/i;

interface DroppedResult {
  name: string;
  /** Somebody looked at it, so that it is no mere smoke test. */
  isLogged: boolean;
}

/** A local value that is computed by a call and then read by nothing but a log. */
export function unusedResult(test: TestFact, facts: FileFacts): DroppedResult | undefined {
  const logs = callsWithin(test.body.body, facts.calls).filter(isLogCall);
  for (const { target, value } of test.body.statements.flatMap(bindingOf)) {
    if (target.kind !== 'identifier' || target.text.startsWith('_')) continue;
    const name = target.text;
    const computed = callsWithin(value, facts.calls).some((call) => !isInertCall(call) && !call.isNew);
    if (!computed || isReadAgain(test, name, logs)) continue;
    return {
      name,
      isLogged: logs.some((call) => call.arguments.some((argument) => mentions(argument, name))),
    };
  }
  return undefined;
}

function bindingOf(statement: SyntaxNode): { target: SyntaxNode; value: SyntaxNode }[] {
  const holder = statement.childOfKind('declarator') ?? statement.childOfKind('assign');
  const target = holder?.child('name') ?? holder?.child('left');
  const value = holder?.child('value') ?? holder?.child('right');
  return target && value ? [{ target, value }] : [];
}

function isReadAgain(test: TestFact, name: string, logs: CallFact[]): boolean {
  return test.body.statements.some((statement) => {
    const declares = bindingOf(statement).some(({ target }) => target.text === name);
    const isLog =
      statement.kind === 'expressionStatement' &&
      logs.some((call) => statement.children[0] === call.node && call.root !== name);
    return !declares && !isLog && mentions(statement, name);
  });
}
