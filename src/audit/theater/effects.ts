import type { CallFact, FunctionFact, ReturnFact } from '../syntax/facts';
import { localConstant } from '../syntax/locals';
import type { SyntaxNode } from '../syntax/tree';
import { unwrap, unwrapAwait } from '../syntax/values';

const LOG_CALL =
  /^(console\.\w+|print|println|puts|pprint|log|debug|logger|debuglog|traceback\.print_\w+|sys\.std(err|out)\.write|process\.std(err|out)\.write|warnings\.warn|(click|typer)\.(echo|secho)|rich\.print|console\.print|(.*\.)?_?(log|logger|logging|LOG|LOGGER|winston|pino|output|channel|outputChannel|console)\.(log|info|warn|error|debug|trace|warning|exception|critical|fatal|verbose|success|append|appendLine)|(.*\.)?_?log(Error|Warning|Info|Debug|_error|_warning|_info|_debug|_exception)?)$/;
const SLEEP_CALL = /^((.*\.)?(sleep|delay|setTimeout|sleepSync|msleep|usleep)|new Promise)$/i;
const HARMLESS_CALL =
  /^(Promise(\.resolve)?|resolve|Date(\.now)?|JSON\.(stringify|parse)|Math\.\w+|String|Number|Boolean|Object\.(freeze|keys|entries|values|assign)|crypto\.randomUUID|randomUUID|uuid(v4|\.uuid4)?|nanoid|str|int|float|len|round|dict|list|json\.dumps|f?format|time\.time|datetime\.(\w+\.)?(now|utcnow|today)|random\.\w+|(.*\.)?(toISOString|toString|toFixed|isoformat|join|slice|substr|substring|upper|lower|toUpperCase|toLowerCase|hex))(\(\))?$/;

export function isLogCall(call: CallFact): boolean {
  return LOG_CALL.test(call.path);
}

export function isSleepCall(call: CallFact): boolean {
  return SLEEP_CALL.test(call.isNew ? `new ${call.path}` : call.path);
}

/** A call without effect on the world and without knowledge of it: logs, waits, clocks, formatting. */
export function isInertCall(call: CallFact): boolean {
  return (
    isLogCall(call) ||
    isSleepCall(call) ||
    HARMLESS_CALL.test(call.path) ||
    (/\(\)\.\w+$/.test(call.path) && /^(new )?Date\(\)/.test(call.path))
  );
}

/** All calls of a function, those in callbacks within it too. */
export function callsWithin(root: SyntaxNode, calls: readonly CallFact[]): CallFact[] {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calls[middle]?.node.index ?? Infinity) < root.index) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < calls.length && (calls[end]?.node.index ?? Infinity) <= root.last) end++;
  return calls.slice(low, end);
}

/** Nothing in the function reaches outside of it: inert calls only, no stores, no throws, no yields. */
export function doesNoWork(fact: FunctionFact, calls: readonly CallFact[]): boolean {
  if (fact.isGenerator || fact.throws.length > 0) return false;
  if (!callsWithin(fact.body, calls).every(isInertCall)) return false;
  for (const node of fact.node.tree.below(fact.body)) {
    if (node.kind === 'augmentedAssign' || node.kind === 'with' || node.kind === 'yield') return false;
    if (node.kind === 'assign' && storesOutside(node)) return false;
    if (node.kind === 'unary' && (node.hasToken('delete') || node.text.startsWith('delete'))) return false;
    if (node.type === 'delete_statement' || node.type === 'global_statement' || node.kind === 'jsx')
      return false;
  }
  return true;
}

/** Assignments to members, and in JavaScript to anything that is not declared on the spot, outlive the function. */
function storesOutside(assignment: SyntaxNode): boolean {
  const target = assignment.child('left');
  return target?.kind !== 'identifier' || assignment.type === 'assignment_expression';
}

/** The values a function returns, with `Promise.resolve(x)` and local constants looked through. */
export function returnedValues(fact: FunctionFact): (SyntaxNode | undefined)[] {
  return fact.returns.map((returned) => returnedValue(returned, fact));
}

function returnedValue(returned: ReturnFact, fact: FunctionFact): SyntaxNode | undefined {
  if (!returned.value) return undefined;
  const value = unwrapAwait(returned.value);
  if (value.kind === 'call' && value.child('function')?.text === 'Promise.resolve') {
    const argument = value.child('arguments')?.children[0];
    return argument && unwrap(argument);
  }
  return value.kind === 'identifier' ? (localConstant(value, fact) ?? value) : value;
}

/** Some parameter is read, other than by writing it to a log. */
export function readsParameters(fact: FunctionFact, calls: readonly CallFact[]): boolean {
  const names = fact.parameters.flatMap((parameter) => [parameter.name ?? [], parameter.destructured].flat());
  const logs = callsWithin(fact.body, calls).filter(isLogCall);
  for (const root of [fact.body, fact.parameterList]) {
    if (!root) continue;
    for (const node of root.tree.below(root)) {
      if (node.kind !== 'identifier') continue;
      if (root === fact.body && node.text === 'arguments') return true;
      if (!names.includes(node.text) || logs.some((log) => log.node.contains(node))) continue;
      if (root === fact.body && isRead(node)) return true;
    }
    if (root === fact.body && root.kind === 'identifier' && names.includes(root.text)) return true;
  }
  return false;
}

function isRead(node: SyntaxNode): boolean {
  if (node.parent?.kind === 'member' && (node.field === 'property' || node.field === 'attribute'))
    return false;
  return (
    (!(node.parent?.kind === 'pair' && node.field === 'key') && node.parent?.kind !== 'keywordArgument') ||
    node.field === 'value'
  );
}

/** Parameters the author did not mark as unused. */
export function promisedParameters(fact: FunctionFact): number {
  return fact.parameters.filter(
    (parameter) => parameter.name === undefined || !parameter.name.startsWith('_'),
  ).length;
}

const SUCCESS_KEYS =
  /^["']?(success|succeeded|ok|status|valid|is_?valid|sent|delivered|passed|verified|authorized|approved|completed|state|code|statusCode|status_code|healthy)["']?$/i;
const SUCCESS_TEXT =
  /^(ok|success(ful)?|succeeded|completed?|done|sent|delivered|passed|valid|approved|paid|charged|confirmed|healthy|active|processed|published|created|queued|accepted)$/i;

/** `true`, a success word, or an object that says success. */
export function isSuccessValue(node: SyntaxNode): boolean {
  const value = unwrap(node);
  if (value.kind === 'true') return true;
  if (value.kind === 'string') return SUCCESS_TEXT.test(value.text.slice(1, -1));
  return value.kind === 'object' && saysSuccess(value);
}

/** The object literal has a member such as `success: true`, `status: 'sent'` or `code: 200`. */
export function saysSuccess(object: SyntaxNode): boolean {
  return object.children.some((pair) => {
    const key = pair.child('key');
    const value = pair.child('value');
    if (pair.kind !== 'pair' || !key || !value || !SUCCESS_KEYS.test(key.text)) return false;
    if (value.kind === 'true') return true;
    if (value.kind === 'number') return /^20\d$/.test(value.text);
    return value.kind === 'string' && SUCCESS_TEXT.test(value.text.slice(1, -1));
  });
}
