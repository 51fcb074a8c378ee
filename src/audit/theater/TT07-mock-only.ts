import type { CallFact, FileFacts, TestFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { bindingTarget, dottedPath, meaningful, stringValue, unwrapAwait } from '../syntax/values';
import { isAssertingCall } from './assertions';
import { callsWithin, isInertCall } from './effects';
import { assertionsOf } from './testAssertions';

const MAKES_MOCK =
  /^(jest|vi|sinon|td|mock)\.(fn|mock|stub|spy|fake|func|object|mocked|createMockFromModule)\b|^(Magic|Async|NonCallable)?Mock$|^(mock\.)(Magic|Async)?Mock$|^(mocker\.(Mock|MagicMock|AsyncMock|stub))$|^jest\.mocked$|^create_autospec$/;
const CONFIGURES =
  /^(mock(Return|Resolved|Rejected|Implementation|Reset|Clear|Restore|Name)\w*|returns|resolves|rejects|callsFake|throws|onCall|onFirstCall|withArgs|as|mocked|calledWith)$/;
const MOCKS_MODULE = /^(jest|vi)\.(mock|doMock)$/;

export const mockOnly: Rule = {
  id: 'TT07',
  name: 'mock-only',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A test calls nothing but the mocks it has set up itself.',
  bad: [
    {
      grammar: 'typescript',
      path: 'user.test.ts',
      code: `
import * as calculator from '../src/calculator';
vi.mock('../src/calculator');
»it('adds', () => {
  vi.mocked(calculator.add).mockReturnValue(3);
  expect(calculator.add(1, 2)).toBe(3);
});
»it('fetches', async () => {
  const fetchUser = vi.fn().mockResolvedValue({ id: 1 });
  const user = await fetchUser(1);
  expect(user).toEqual({ id: 1 });
  expect(fetchUser).toHaveBeenCalledWith(1);
});`,
    },
    {
      grammar: 'typescript',
      path: 'tax.test.ts',
      code: `
import { taxOf } from '../src/tax';
vi.mock('../src/tax', () => ({ taxOf: vi.fn(() => 19) }));
»it('takes the German rate', () => { expect(taxOf(100, 'DE')).toBe(19); });
»it('caches', async () => {
  const cache = { get: vi.fn().mockResolvedValue(1), set: vi.fn() };
  await cache.set('a', 1);
  expect(await cache.get('a')).toBe(1);
});`,
    },
    {
      grammar: 'python',
      path: 'test_cart.py',
      code: `
»def test_total():
    cart = MagicMock()
    cart.total.return_value = 10
    assert cart.total() == 10

class TestGateway(TestCase):
»    def test_authorize(self):
        with patch.object(Gateway, "authorize", return_value="ok"):
            self.assertEqual(self.gateway.authorize("4242"), "ok")

    @patch("shop.products.scrape")
»    def test_scrapes(self, mock_scrape):
        mock_scrape.return_value = [1, 2]
        self.assertEqual(len(products.scrape("all")), 2)

»    def test_void(self):
        self.gateway.void = Mock(return_value=True)
        self.assertEqual(self.gateway.void("a1"), True)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'checkout.test.ts',
      code: `
it('charges', async () => {
  const gateway = { charge: vi.fn().mockResolvedValue({ id: 'c1' }) };
  const result = await checkout({ total: 5 }, gateway);
  expect(gateway.charge).toHaveBeenCalledWith(5);
  expect(result.chargeId).toBe('c1');
});
it('renders', () => {
  const onClick = vi.fn();
  render(<Button onClick={onClick} />);
  expect(onClick).not.toHaveBeenCalled();
});`.replace('<Button onClick={onClick} />', 'Button({ onClick })'),
    },
    {
      grammar: 'python',
      path: 'test_cart.py',
      code: `
def test_pay():
    gateway = MagicMock()
    gateway.charge.return_value = "c1"
    assert Cart(gateway).pay() == "c1"

def test_mock_itself():
    mock = Mock()
    mock.method(1)
    run(mock)
    mock.method.assert_called_with(1)
`,
    },
  ],
  *check(facts) {
    if (
      facts.imports.some((fact) =>
        /^(\.\.?\/)*(mock|testmock|unittest\/mock|test\.support)/.test(fact.module),
      )
    )
      return;
    const modules = mockedNames(facts);
    for (const test of facts.tests) {
      const mock = onlyMocks(test, facts, modules);
      if (mock === undefined) continue;
      yield {
        range: test.node,
        message: `Test "${test.title.slice(0, 60)}" calls ${mock}, which it has mocked itself, and nothing else.`,
      };
    }
  },
};

/** Names imported from modules that the file replaces by mocks. */
function mockedNames(facts: FileFacts): Set<string> {
  const modules = new Set(
    facts.calls
      .filter(
        (call) => MOCKS_MODULE.test(call.path) && (call.arguments.length === 1 || mocksSubject(call, facts)),
      )
      .map((call) => stringValue(call.arguments[0])),
  );
  return new Set(facts.imports.filter((fact) => modules.has(fact.module)).flatMap((fact) => fact.names));
}

/** What the file is named after is replaced by something made up, and nothing of it is kept. */
function mocksSubject(call: CallFact, facts: FileFacts): boolean {
  const stem = (file: string): string =>
    (file.split('/').pop() ?? '').replace(/\.(test|spec)\b|\.[cm]?[jt]sx?$/g, '').toLowerCase();
  const module = stringValue(call.arguments[0]) ?? '';
  const factory = call.arguments[1]?.text ?? '';
  const [about, tested] = [stem(module), stem(facts.path)];
  return (
    module.startsWith('.') &&
    (about === tested || ['-', '_', '.'].some((sign) => about.endsWith(sign + tested))) &&
    !/importActual|requireActual|importOriginal/.test(factory)
  );
}

/** The mock a test calls where it calls only mocks, and asserts something of them. */
function onlyMocks(test: TestFact, facts: FileFacts, modules: ReadonlySet<string>): string | undefined {
  const mocks = new Set(modules);
  for (const node of facts.tree.below(test.body.body)) {
    const target = bindingTarget(node);
    const value = node.child('value') ?? node.child('right');
    if (target?.kind === 'identifier' && value && (isMock(value) || isMadeOf(value, mocks)))
      mocks.add(target.text);
  }
  const methods = mockedMethods(test, facts);
  if (mocks.size + methods.size === 0 || assertionsOf(test, facts).length === 0) return undefined;
  if (
    test.body.parameters.some((parameter) => parameter.name === undefined || !/^_|mock/i.test(parameter.name))
  )
    return undefined;
  const calls = callsWithin(test.body.body, facts.calls).filter((call) => !isScaffolding(call, facts));
  const isMocked = (call: CallFact): boolean =>
    mocks.has(call.root) || methods.has(call.path) || methods.has(`.${call.name}`);
  const direct = calls.filter((call) => isMocked(call) && !CONFIGURES.test(call.name));
  const others = calls.filter((call) => !isMocked(call));
  const [first] = direct;
  return first && others.length === 0 ? `${first.path}()` : undefined;
}

/** `cart.total` where that is replaced, and `.total` where it is replaced for every object of a class. */
function mockedMethods(test: TestFact, facts: FileFacts): Set<string> {
  const methods = new Set<string>();
  for (const node of facts.tree.below(test.body.body)) {
    const left = node.kind === 'assign' ? node.child('left') : undefined;
    const right = node.child('right');
    if (left?.kind === 'member' && right && isMock(right)) methods.add(dottedPath(left));
  }
  for (const decorator of test.body.decorators) {
    const [, name] = /^(?:mock\.)?patch\(["'][\w.]*\.(\w+)["']\)$/.exec(decorator) ?? [];
    if (name !== undefined) methods.add(name).add(`.${name}`);
  }
  for (const { path, arguments: given, node } of callsWithin(test.body.body, facts.calls)) {
    const name = stringValue(given[1]);
    if (name === undefined) continue;
    if (/(^|\.)patch\.object$/.test(path) && /\breturn_value\s*=/.test(node.text)) methods.add(`.${name}`);
    const isReplaced = /^\.mock(Return|Resolved|Rejected)/.test(
      facts.tree.text.slice(node.end, node.end + 20),
    );
    if (/^(jest|vi)\.spyOn$/.test(path) && isReplaced) methods.add(`${given[0]?.text ?? ''}.${name}`);
  }
  return methods;
}

function isMock(value: SyntaxNode): boolean {
  return isMockMaker(value.text, unwrapAwait(value).kind, dottedPath(value));
}

/** An object of a mocked class, or one whose members are mocks alone. */
function isMadeOf(value: SyntaxNode, mocks: ReadonlySet<string>): boolean {
  const made = unwrapAwait(value);
  if (made.kind === 'new') return mocks.has(made.child('constructor')?.text ?? '');
  const members = made.kind === 'object' ? meaningful(made).map((pair) => pair.child('value')) : [];
  return members.length > 0 && members.every((member) => member !== undefined && isMock(member));
}

function isMockMaker(text: string, kind: string, path: string): boolean {
  return kind === 'call' && MAKES_MOCK.test(path.replaceAll('()', '')) && !/\bwraps\s*=/.test(text);
}

function isScaffolding(call: CallFact, facts: FileFacts): boolean {
  if (MAKES_MOCK.test(call.path.replaceAll('()', '')) || CONFIGURES.test(call.name)) return true;
  if (/(^|\.)patch\.object$|^(jest|vi)\.spyOn\b/.test(call.path)) return true;
  if (call.root === 'expect' || isAssertingCall(call, facts) || isInertCall(call)) return true;
  const parent = call.node.parent;
  if (parent?.kind === 'member' && /^(expect|assert)/.test(dottedPath(parent))) return true;
  return facts.family === 'python' && /^(isinstance|len|hasattr|callable|str|int)$/.test(call.path);
}
