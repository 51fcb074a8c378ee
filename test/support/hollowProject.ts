/**
 * A small project with a suite that checks, the same suite with its assertions taken out, or one of which the first test
 * checks nothing and the last checks what another does.
 */
export interface HollowProject {
  file: string;
  files: Record<string, string>;
}

export type SuiteKind = 'honest' | 'hollow' | 'mixed';

/** The tests of a suite: to a mixed one the second is added again. */
function testsOf<Test extends [name: string, ...rest: string[]]>(tests: Test[], kind: SuiteKind): Test[] {
  const [, second] = tests;
  return kind === 'mixed' && second ? [...tests, ['again', ...second.slice(1)] as Test] : tests;
}

function checks(kind: SuiteKind, test: number): boolean {
  return kind === 'honest' || (kind === 'mixed' && test > 0);
}

const PYTHON = `class Cart:
    def __init__(self):
        self.items = []

    def add(self, price, count=1):
        if count < 1:
            raise ValueError("count")
        self.items.append((price, count))

    def total(self): return sum(price * count for price, count in self.items)


def discount(total, percent):
    """With at most half off."""
    if percent > 50:
        percent = 50
    return total - total * percent / 100


def describe(cart):
    return {"total": cart.total(), "label": "cart"}


def unused(value):
    return value * 2
`;
const PYTHON_CHECKS: [name: string, act: string, check: string][] = [
  ['total', 'total = cart().total()', 'assert total == 20'],
  ['discount', 'rest = discount(200, 10), discount(200, 90)', 'assert rest == (180, 100)'],
  ['description', 'text = describe(cart())', 'assert text["total"] == 20'],
];

const SCRIPT = `export class Cart {
  items = [];

  add(price, count = 1) {
    if (count < 1) throw new RangeError('count');
    this.items.push([price, count]);
  }

  total() {
    return this.items.reduce((sum, [price, count]) => sum + price * count, 0);
  }
}

/** With at most half off. */
export function discount(total, percent) {
  if (percent > 50) percent = 50;
  return total - (total * percent) / 100;
}

export const describeCart = (cart) => ({ total: cart.total(), label: 'cart' });

export async function unused(value) {
  return value * 2;
}
`;
const SCRIPT_CHECKS: [name: string, act: string, value: string, wanted: string][] = [
  ['total', 'const total = cart().total();', 'total', '20'],
  ['discount', 'const rest = [discount(200, 10), discount(200, 90)];', 'rest', '[180, 100]'],
  ['description', 'const text = describeCart(cart());', 'text.total', '20'],
];
const PYTHON_CART = 'def cart():\n    made = Cart()\n    made.add(10, 2)\n    return made\n\n\n';
const SCRIPT_CART =
  'const cart = () => {\n  const made = new Cart();\n  made.add(10, 2);\n  return made;\n};\n';

/** For pytest, or for unittest. */
export function pythonProject(runner: 'pytest' | 'unittest', kind: SuiteKind): HollowProject {
  const isCase = runner === 'unittest';
  const tests = testsOf(PYTHON_CHECKS, kind).map(([name, act, check], index) => {
    const lines = [`def test_${name}(${isCase ? 'self' : ''}):`, `    ${act}`];
    if (checks(kind, index))
      lines.push(
        `    ${isCase ? check.replace(/^assert (.*) == (.*)$/, 'self.assertEqual($1, $2)') : check}`,
      );
    return lines.map((line) => `${isCase ? '    ' : ''}${line}\n`).join('');
  });
  const head = isCase ? 'class CartTest(unittest.TestCase):\n' : '';
  const test = `import ${isCase ? 'unittest' : 'pytest'}\n\nfrom cart import Cart, describe, discount\n\n\n${PYTHON_CART}${head}${tests.join('\n\n')}`;
  return { file: 'cart.py', files: { 'cart.py': PYTHON, 'test_cart.py': test } };
}

/** For a runner whose test functions and assertions come with `imports`, or are global. */
export function scriptProject(imports: string, equal: string, kind: SuiteKind): HollowProject {
  const tests = testsOf(SCRIPT_CHECKS, kind).map(([name, act, value, wanted], index) => {
    const check = checks(kind, index) ? `\n  ${equal.replace('A', value).replace('B', wanted)}` : '';
    return `it('${name}', () => {\n  ${act}${check}\n});\n`;
  });
  const test = `${imports}import { Cart, describeCart, discount } from './cart.mjs';\n\n${SCRIPT_CART}${tests.join('')}`;
  return { file: 'cart.mjs', files: { 'cart.mjs': SCRIPT, 'cart.test.mjs': test } };
}

/** The same project with another ending of its files, and with settings beside them. */
export function ending(
  project: HollowProject,
  { end, settings }: { end: string; settings: Record<string, string> },
): HollowProject {
  const renamed = Object.entries(project.files).map(([name, text]) => [
    name.replace(/mjs$/, end),
    text.replace('./cart.mjs', './cart'),
  ]);
  return {
    file: project.file.replace(/mjs$/, end),
    files: { ...(Object.fromEntries(renamed) as Record<string, string>), ...settings },
  };
}

const BABEL =
  "module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] };\n";

/** For a jest whose files are read by Babel. */
export function babelProject(equal: string, kind: SuiteKind = 'honest'): HollowProject {
  return ending(scriptProject('', equal, kind), { end: 'js', settings: { 'babel.config.js': BABEL } });
}
