import type { ClassFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import { codeLines } from './codeLines';

const METHODS = 20;
const LINES = 500;

const methods = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join('\n');
const steps = (indent: string): string =>
  Array.from({ length: 25 }, (_, at) => `${indent}step(${at})`).join('\n');

export const godObject: Rule = {
  id: 'QC08',
  name: 'god-object',
  stage: 'quality',
  severity: 'info',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: ['production', 'example'],
  explanation: `A class has more than ${METHODS} methods and more than ${LINES} lines of code.`,
  bad: [
    {
      grammar: 'typescript',
      code: `\n»export class Manager {\n${methods(21, (at) => `  m${at}() {\n${steps('    ')}\n  }`)}\n}`,
    },
    {
      grammar: 'python',
      code: `\n»class Manager:\n${methods(21, (at) => `    def m${at}(self):\n${steps('        ')}`)}\n`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `\nexport class Manager {\n${methods(21, (at) => `  m${at}() { step(${at}); }`)}\n}`,
    },
    {
      grammar: 'python',
      code: `\nclass Manager:\n${methods(19, (at) => `    def m${at}(self):\n${steps('        ')}`)}\n`,
    },
  ],
  *check(facts) {
    const own = new Map<ClassFact, number>();
    for (const { enclosingClass, place } of facts.functions)
      if (enclosingClass && place === 'method') own.set(enclosingClass, (own.get(enclosingClass) ?? 0) + 1);
    for (const [owner, methods] of own) {
      const count = methods > METHODS ? codeLines(facts).between(owner.node) : 0;
      if (count <= LINES) continue;
      yield {
        range: owner.node,
        message: `${owner.name} has ${methods} methods and ${count} lines of code.`,
      };
    }
  },
};
