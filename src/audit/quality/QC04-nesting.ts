import type { Kind } from '../syntax/kinds';
import { LOOP_KINDS } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';

const LIMIT = 4;
const LEVELS: ReadonlySet<Kind> = new Set<Kind>([...LOOP_KINDS, 'if', 'switch']);

export const nesting: Rule = {
  id: 'QC04',
  name: 'nesting',
  stage: 'quality',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: `Branches and loops stand more than ${LIMIT} levels deep.`,
  bad: [
    {
      grammar: 'typescript',
      code: `
function f(a) {
  if (a) { if (a.b) { if (a.b.c) { if (a.b.c.d) {
»    if (a.b.c.d.e) { go(); }
  } } } }
}`,
    },
    {
      grammar: 'python',
      code: `
def f(a):
    if a:
        if a.b:
            if a.c:
                if a.d:
»                    if a.e:
                        go()
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `\nfunction f(a) {\n  if (a === 1) go(); else if (a === 2) go(); else if (a === 3) go(); else if (a === 4) go(); else if (a === 5) go();\n}`,
    },
    {
      grammar: 'python',
      code: `\ndef f(a):\n    with a:\n        try:\n            if a:\n                for b in a:\n                    go(b)\n        finally:\n            stop()\n`,
    },
  ],
  *check(facts) {
    const open: { node: SyntaxNode; depth: number }[] = [];
    for (const node of facts.tree.nodes) {
      while (open.length > 0 && node.index > (open[open.length - 1]?.node.last ?? 0)) open.pop();
      if (node.kind === 'function') open.push({ node, depth: 0 });
      const isLevel = LEVELS.has(node.kind) && !(node.kind === 'if' && node.parent?.kind === 'else');
      if (!isLevel) continue;
      const depth = (open[open.length - 1]?.depth ?? 0) + 1;
      open.push({ node, depth });
      if (depth === LIMIT + 1)
        yield { range: node, message: `This is ${depth} branches and loops deep, more than ${LIMIT}.` };
    }
  },
};
