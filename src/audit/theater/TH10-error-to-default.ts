import type { FileFacts, HandlerFact } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { bindingTarget, isConstant, meaningful, unwrapAwait } from '../syntax/values';
import { admitsLiteral } from './admission';
import { holdsMade, holdsRecords, isMadeUpTable, RIGHTS_QUESTION } from './claims';
import { callsWithin, isLogCall, isSuccessValue } from './effects';
import { isExplained, isTolerant } from './handlers';
import { wordsOf } from '../../base/words';
import { promisesValidation } from '../syntax/words';

export const errorToDefault: Rule = {
  id: 'TH10',
  name: 'error-to-default',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A handler turns a failure into a value that looks like a result.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export async function pay(order: Order) {
  try {
    return await gateway.charge(order);
»  } catch (error) {
    console.error(error);
    return { success: true, id: order.id };
  }
}
async function fetchRates() {
  try {
    return await gateway.rates();
»  } catch (error) {
    return { USD: 1, EUR: 0.92, GBP: 0.79 };
  }
}
export async function isHealthy(url: string) {
  try {
    await fetch(url);
    return true;
»  } catch {
    return true;
  }
}`,
    },
    {
      grammar: 'javascript',
      code: `
export async function rows(query) {
  try {
    return await database.run(query);
»  } catch (error) {
    // Return mock data for now
    return [{ id: 1 }];
  }
}`,
    },
    {
      grammar: 'python',
      code: `
def verify(token):
    try:
        return signer.check(token).valid
»    except Exception:
        return True

def is_valid_license(key):
    try:
        return server.check(key)
»    except Exception:
        return True

def scrape(url):
    try:
        return parse(requests.get(url).text)
»    except Exception as error:
        logger.error(error)
        return [Product("Speaker", 49.99, url), Product("Cable", 9.99, url)]

def has_access(user):
    try:
        found = repository.active_for(user)
»    except Exception:
        logger.warning("lookup failed, granting access")
        return True
    return found is not None

SAMPLE_CONTACTS = [{"id": 1, "email": "jane@acme.test"}]

def contacts(session):
    try:
        rows = session.get("/contacts").json()
»    except RequestException:
        rows = SAMPLE_CONTACTS
    return rows

def check_redis(client):
    try:
        client.ping()
        return Check("redis", True)
»    except RedisError:
        return Check("redis", True, "unknown")
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function readOrNull(path: string) {
  try { return read(path); } catch { return null; }
}
export function port(text: string) {
  try { return decode(text); } catch {
    // unreadable settings mean the documented default
    return { ok: true };
  }
}
export function stop() {
  try { connect(); return true; } catch { return false; }
}`,
    },
    {
      grammar: 'python',
      code: `
def size(path):
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return True

def check(token):
    try:
        return signer.check(token)
    except Exception:
        return False

FALLBACK_LOCALES = [{"code": "en", "name": "English"}]

def locales(session):
    try:
        return session.get("/locales").json()
    except RequestException:
        return FALLBACK_LOCALES
`,
    },
  ],
  *check(facts) {
    for (const handler of facts.handlers) {
      const observation = observe(handler, facts);
      if (observation) yield observation;
    }
  },
};

function observe(handler: HandlerFact, facts: FileFacts): Observation | undefined {
  const served = servedInstead(handler, facts);
  if (served !== undefined)
    return {
      range: handler.node,
      message: `An error here is answered with ${served}, which is written into the source.`,
    };
  if (!handler.broad) return undefined;
  const value = defaultValue(handler, facts);
  if (!value) return undefined;
  const admitted = handler.comments.some(admitsLiteral);
  const pretendsSuccess = isSuccessValue(value) && !answersQuestion(handler);
  // Whoever asks whether something is valid is told so by a check that broke down.
  const failsOpen =
    pretendsSuccess &&
    (promisesValidation(nameOf(handler)) || RIGHTS_QUESTION.test(nameOf(handler)) || neverSaysNo(handler));
  if (!admitted && (isExplained(handler, facts) || (isTolerant(handler) && !failsOpen))) return undefined;
  const shown = value.text.replace(/\s+/g, ' ').slice(0, 60);
  if (
    pretendsSuccess ||
    admitted ||
    isMadeUpTable(value) ||
    holdsRecords(value) ||
    holdsMade(value) ||
    holdsFigures(value, handler)
  ) {
    return {
      range: handler.node,
      message: `Any error here becomes ${shown}, which a caller takes for success.`,
    };
  }
  if (saysFailure(value)) return undefined;
  return {
    range: handler.node,
    message: `Any error here becomes ${shown}, which a caller can't tell from a result.`,
    severity: 'info',
    confidence: 'low',
  };
}

/** Records of this file, made up by their name, or a record that says that all is well. */
function servedInstead(handler: HandlerFact, facts: FileFacts): string | undefined {
  if (isExplained(handler, facts)) return undefined;
  for (const statement of handler.statements)
    for (const node of [statement, ...facts.tree.below(statement)]) {
      if (node.kind === 'identifier' && isMadeUpConstant(node.text, facts)) return node.text;
      if (node.kind === 'return' && isGoodHealth(meaningful(node)[0]))
        return meaningful(node)[0]?.text.slice(0, 60);
    }
  return undefined;
}

function isMadeUpConstant(name: string, facts: FileFacts): boolean {
  const [first, second] = wordsOf(name);
  if (second === undefined || !/^(sample|mock|fake|demo|dummy|fallback)$/.test(first ?? '')) return false;
  const declaration = facts.tree.nodes.find((node) => bindingTarget(node)?.text === name);
  const value = declaration?.child('value') ?? declaration?.child('right');
  const list = value && unwrapAwait(value);
  return (
    list !== undefined &&
    holdsRecords(list) &&
    (first !== 'fallback' || /["']?\b(id|\w+_id|\w+Id|sku)\b["']?\s*:/.test(list.text))
  );
}

/** `Check("redis", True)` */
function isGoodHealth(value: SyntaxNode | undefined): boolean {
  if (value?.kind !== 'call' || !/(Check|Health|Status|Probe)\w*$/.test(value.child('function')?.text ?? ''))
    return false;
  const given = meaningful(value.child('arguments') ?? value);
  return given.some((argument) => (argument.child('value') ?? argument).kind === 'true');
}

const nameOf = (handler: HandlerFact): string => handler.function?.name ?? '';

/** The constant a handler returns, where it does nothing else but write to a log. */
function defaultValue(handler: HandlerFact, facts: FileFacts): SyntaxNode | undefined {
  const last = handler.statements[handler.statements.length - 1];
  if (last?.kind !== 'return') return undefined;
  const others = handler.statements.slice(0, -1);
  const onlyLogs = others.every((statement) => {
    const calls = callsWithin(statement, facts.calls);
    return statement.kind === 'expressionStatement' && calls[0] !== undefined && isLogCall(calls[0]);
  });
  const value = meaningful(last)[0];
  const plain = value && unwrapAwait(value);
  if (!onlyLogs || !plain) return undefined;
  return isConstant(plain) || isSuccessValue(plain) || isMadeUpTable(plain) || holdsMade(plain)
    ? plain
    : undefined;
}

const MEASURING = /^(get|fetch|load|read|query|calculate|compute|measure|collect|retrieve)/i;

/** Several figures, not all of them whole, that the function was to look up or compute. */
function holdsFigures(value: SyntaxNode, handler: HandlerFact): boolean {
  if (value.kind !== 'object' || !MEASURING.test(handler.function?.name ?? '')) return false;
  const figures = meaningful(value).map((pair) => pair.child('value')?.text ?? '');
  const numbers = figures.filter((text) => /^-?\d+(\.\d+)?$/.test(text));
  return (
    numbers.length >= 2 &&
    numbers.length === figures.length &&
    numbers.some((text) => /\.\d*[1-9]/.test(text))
  );
}

/** Every return of the function is the same `true`, whether the guarded block works or not. */
function neverSaysNo(handler: HandlerFact): boolean {
  const returns = handler.function?.returns ?? [];
  return returns.length > 1 && returns.every(({ value }) => value && unwrapAwait(value).kind === 'true');
}

/** `true` after an error can be the honest answer to a question like "is it gone?". */
function answersQuestion(handler: HandlerFact): boolean {
  const returns = handler.function?.returns ?? [];
  return returns.some(
    ({ node, value }) => value && !handler.node.contains(node) && unwrapAwait(value).kind === 'false',
  );
}

/** No, nothing, and numbers other than 0 are how failure is spelled where exceptions are not used. */
function saysFailure(value: SyntaxNode): boolean {
  if (value.kind === 'number') return !/^0(\.0*)?$/.test(value.text);
  return value.kind === 'false' || value.kind === 'null' || value.kind === 'unary';
}
