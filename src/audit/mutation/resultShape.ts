import type { Family, FunctionFact } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import type { SyntaxNode } from '../syntax/tree';
import { isConstant, unwrap } from '../syntax/values';

/** A value a mutant returns: as source, and as a person says it. */
export interface MutantValue {
  source: string;
  words: string;
}

type Shape = 'boolean' | 'number' | 'string' | 'list' | 'object' | 'unknown';

const COMPARING = ['==', '===', '!=', '!==', '<', '>', '<=', '>=', 'in', 'instanceof', 'is', 'not', '!'];
const COUNTING = ['-', '*', '/', '%', '**', '//'];

/**
 * What a mutant of `fact` returns instead, the most likely to be noticed first: values of the shape that the function's own
 * have, as far as its text tells, and one that has any shape. Values that it returns anyway, always, are left out.
 */
export function otherValues(fact: FunctionFact, family: Family, switchName: string): MutantValue[] {
  const results = fact.returns.flatMap(({ value }) => (value ? [unwrap(value)] : []));
  const shape = annotatedShape(fact) ?? commonShape(results);
  const [only] = results;
  const isAlwaysSame =
    only !== undefined && results.every((result) => isConstant(result) && result.text === only.text);
  const values = valuesOf(shape, family, switchName);
  return isAlwaysSame ? values.filter(({ source }) => source !== normal(only.text)) : values;
}

function normal(text: string): string {
  return text.replace(/^"(.*)"$/, "'$1'").replace(/^undefined$/, 'void 0');
}

function valuesOf(shape: Shape, family: Family, switchName: string): MutantValue[] {
  const isPython = family === 'python';
  const nothing = {
    source: isPython ? 'None' : 'void 0',
    words: `returns ${isPython ? 'None' : 'undefined'}`,
  };
  // Takes part in whatever is done to it and equals nothing: only an assertion can tell.
  const anything = { source: `${switchName}.any()`, words: 'returns an object that equals nothing' };
  const truth = (value: boolean): MutantValue => {
    const word = isPython ? (value ? 'True' : 'False') : String(value);
    return { source: word, words: `returns ${word}` };
  };
  switch (shape) {
    case 'boolean':
      return [truth(false), truth(true)];
    case 'number':
      return [
        { source: '0', words: 'returns 0' },
        { source: '1', words: 'returns 1' },
      ];
    case 'string':
      return [
        { source: "''", words: 'returns an empty string' },
        { source: "'seaworthy'", words: 'returns another string' },
      ];
    case 'list':
      return [{ source: '[]', words: 'returns an empty list' }, anything];
    case 'object':
      return [nothing, anything];
    case 'unknown':
      return [nothing, anything];
  }
}

const SIMPLE_SHAPES: Partial<Record<Kind, Shape>> = {
  true: 'boolean',
  false: 'boolean',
  number: 'number',
  string: 'string',
  template: 'string',
  object: 'object',
  new: 'object',
};

/** The shape of a single expression, where its text tells. */
export function shapeOf(node: SyntaxNode): Shape {
  const value = unwrap(node);
  const simple = SIMPLE_SHAPES[value.kind];
  if (simple) return simple;
  if (value.kind === 'array') return value.type === 'array' || value.type === 'list' ? 'list' : 'unknown';
  if (value.kind === 'comprehension') return value.type === 'list_comprehension' ? 'list' : 'unknown';
  if (value.kind === 'unary' || value.kind === 'binary') {
    if (COMPARING.some((operator) => value.hasToken(operator))) return 'boolean';
    return COUNTING.some((operator) => value.hasToken(operator)) ? 'number' : 'unknown';
  }
  if (value.kind !== 'ternary') return 'unknown';
  const ways = ['consequence', 'alternative'].flatMap((field) => value.child(field) ?? []);
  return ways.length === 2 ? commonShape(ways) : 'unknown';
}

function commonShape(results: readonly SyntaxNode[]): Shape {
  const shapes = new Set(results.map(shapeOf));
  const [shape] = shapes;
  return shapes.size === 1 && shape ? shape : 'unknown';
}

const ANNOTATIONS: [RegExp, Shape][] = [
  [/^(?:boolean|bool)$/, 'boolean'],
  [/^\w+ is \w/, 'boolean'],
  [/^(?:number|int|float)$/, 'number'],
  [/^(?:string|str)$/, 'string'],
  [/\[\]$|^(?:readonly |Readonly)?Array<|^(?:typing\.)?(?:list|List)\b/, 'list'],
];

/** What the source says itself about what a function returns. */
function annotatedShape({ node }: FunctionFact): Shape | undefined {
  const written =
    node
      .child('return_type')
      ?.text.replace(/^\s*:\s*/, '')
      .trim() ?? '';
  const inner = /^Promise<(.*)>$/s.exec(written)?.[1] ?? written;
  return ANNOTATIONS.find(([pattern]) => pattern.test(inner.trim()))?.[1];
}
