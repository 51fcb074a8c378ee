import type { CallFact, FileFacts, FunctionFact } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';
import { bindingTarget, dottedPath, unwrap } from '../syntax/values';
import { callsWithin, isInertCall } from './effects';

/** Same-file calls are followed this deep. */
const CALL_DEPTH = 3;

/** Methods that give a value and change nothing, called on what is at hand. */
const PURE_METHODS = new Set(
  (
    'map filter reduce reduceRight some every find findIndex findLast flat flatMap slice concat join split trim trimStart trimEnd ' +
    'replace replaceAll includes startsWith endsWith indexOf lastIndexOf charAt charCodeAt codePointAt padStart padEnd repeat ' +
    'toLowerCase toUpperCase toFixed toString toISOString toLocaleString toLocaleDateString getTime getFullYear keys values entries ' +
    'at has get format lower upper strip lstrip rstrip title encode decode startswith endswith count items isoformat strftime ' +
    'timestamp hex toArray valueOf sort toSorted reverse safeParse safeParseAsync flatten treeifyError'
  ).split(/\s+/),
);

/** Functions that give a value and change nothing, by their whole path. */
const PURE_FUNCTIONS =
  /^(Number|String|Boolean|Array|BigInt|Date|URL|URLSearchParams|(new )?URL\(\)\.searchParams\.\w+|Map|Set|WeakMap|Error|TypeError|RangeError|parseInt|parseFloat|isNaN|structuredClone|nanoid|randomUUID|uuid(v4|4|1)?|len|str|int|float|bool|bytes|list|dict|tuple|set|frozenset|sorted|reversed|sum|min|max|abs|round|range|enumerate|zip|any|all|isinstance|issubclass|hasattr|getattr|type|repr|format|Decimal|timedelta|Buffer\.(from|alloc)|(Array|Object|Number|String|Math|JSON|Date|crypto|uuid|random|np\.random|json|time|math|datetime|datetime\.datetime|date|copy)\.\w+|(\w*Error|\w*Exception|\w*Exception\.\w+))$/;

/** Looking things up is no deed for whoever was to change something. */
const READING = /^(find|get|load|fetch|read|list|count|has|is|exists|lookup|select|query|retrieve)(?![a-z])/;

/** Answering a request is no deed: it is what the deed is reported with. */
const ANSWERING =
  /^(res|response|reply|ctx)(\.(status|code|type|set|header|setHeader|json|send|end|sendStatus|writeHead|render)(\(\))?)+$|^(jsonify|JsonResponse|JSONResponse|Response|HttpResponse|make_response|NextResponse|(Next)?Response\.json|(req|request|c\.req)\.(json|get_json|text|form|formData|param|query|body)|c\.json|json_response|web\.json_response|next)$/;

/** Telling the user is no deed either. */
const TELLING =
  /^(toast|alert|Alert\.alert|enqueueSnackbar|swal|Swal\.fire|notify|(toast|message|notification|notifications|snackbar|messages)\.(success|info|error|warning|warn|open|show))$/;

/** Names that are declared in a function, so that changing them changes nothing outside of it. */
function localNames(fact: FunctionFact): Set<string> {
  const names = new Set<string>();
  for (const node of fact.node.tree.below(fact.body)) {
    const isLocal = node.kind === 'declarator' || (node.kind === 'assign' && node.type === 'assignment');
    const target = isLocal ? bindingTarget(node) : undefined;
    if (target?.kind === 'identifier') names.add(target.text);
    if (node.kind === 'forIn') {
      const left = node.child('left');
      if (left) names.add(left.text);
    }
  }
  for (const node of fact.node.tree.below(fact.body))
    if (node.type === 'global_statement' || node.type === 'nonlocal_statement')
      for (const name of node.children) names.delete(name.text);
  return names;
}

/** Local names whose value was made on the spot: an array, an object, a collection. */
function ownCollections(fact: FunctionFact): Set<string> {
  const names = new Set<string>();
  for (const node of fact.node.tree.below(fact.body)) {
    const target = bindingTarget(node);
    const value = node.child('value') ?? node.child('right');
    if (target?.kind !== 'identifier' || !value) continue;
    const made = unwrap(value);
    const isMade =
      made.kind === 'array' ||
      made.kind === 'object' ||
      made.kind === 'comprehension' ||
      (made.kind === 'new' && /^(Map|Set|Array|Date)$/.test(made.child('constructor')?.text ?? '')) ||
      (made.kind === 'call' &&
        /^(list|dict|set|defaultdict|Counter|OrderedDict|deque)$/.test(made.child('function')?.text ?? ''));
    if (isMade) names.add(target.text);
  }
  return names;
}

/**
 * Nothing that the function does can be noticed by anyone but the reader of its log or its answer: every call is inert,
 * pure, an answer to a request, or leads to a function of this file that does nothing either. Throwing is no deed, and with
 * `mayRead` looking things up is none.
 */
export function doesNothing(fact: FunctionFact, facts: FileFacts, depth = 0, mayRead = false): boolean {
  if (fact.isGenerator) return false;
  const locals = localNames(fact);
  for (const node of fact.node.tree.below(fact.body)) {
    if (node.kind === 'with' || node.kind === 'yield' || node.kind === 'jsx') return false;
    if (node.type === 'delete_statement' || node.hasToken('delete')) return false;
    if (node.kind === 'import') return false;
    const target =
      node.kind === 'assign' || node.kind === 'augmentedAssign'
        ? (node.child('left') ?? node.child('argument') ?? node.child('name'))
        : undefined;
    if (target && !locals.has(rootName(target)) && !isConnectedFlag(node, fact)) return false;
    // What was looked up may be stored by whoever keeps it.
    if (mayRead && target && target.kind !== 'identifier') return false;
  }
  const own = ownCollections(fact);
  const parameters = callbackParameters(fact);
  return callsWithin(fact.body, facts.calls).every(
    (call) =>
      isHarmless(call, own, parameters) ||
      isPure(call, facts) ||
      (mayRead && READING.test(call.name)) ||
      leadsNowhere(call, fact, facts, depth, mayRead),
  );
}

/** `this.connected = true` is all that such a connection consists of. */
function isConnectedFlag(assignment: SyntaxNode, fact: FunctionFact): boolean {
  const value = assignment.child('right');
  return /^(connect|login|authenticate)/i.test(fact.name ?? '') && value?.kind === 'true';
}

function rootName(target: SyntaxNode): string {
  return dottedPath(target).split(/[.[(]/)[0] ?? '';
}

/** Parameters of callbacks within the function, such as the `resolve` of a promise. */
function callbackParameters(fact: FunctionFact): Set<string> {
  const names = new Set<string>();
  for (const node of fact.node.tree.below(fact.body)) {
    if (node.kind !== 'function') continue;
    const list = node.child('parameters') ?? node.child('parameter');
    const isPromise = node.parent?.parent?.child('constructor')?.text === 'Promise';
    if (list && isPromise) for (const name of list.text.match(/\w+/g) ?? []) names.add(name);
  }
  return names;
}

function isHarmless(call: CallFact, own: ReadonlySet<string>, callbacks: ReadonlySet<string>): boolean {
  if (isInertCall(call) || ANSWERING.test(call.path) || TELLING.test(call.path)) return true;
  return callbacks.has(call.path) || own.has(call.root);
}

/** An object of a class of this file that has no constructor of its own to do anything. */
export function isPlainRecord(call: CallFact, facts: FileFacts): boolean {
  const made = facts.classes.find((fact) => fact.name === call.path);
  return (
    made !== undefined && !facts.functions.some((fact) => fact.enclosingClass === made && fact.isConstructor)
  );
}

/** What an import or the object itself leads to may reach anywhere, whatever its method is called. */
function isPure(call: CallFact, facts: FileFacts): boolean {
  if (PURE_FUNCTIONS.test(call.path) || isPlainRecord(call, facts)) return true;
  if (!PURE_METHODS.has(call.name) || call.path === call.name) return false;
  if (/^(this|self|cls|super|[A-Z]\w*)$/.test(call.root)) return false;
  return !facts.imports.some((fact) => fact.names.includes(call.root));
}

/** The function of this file that a call goes to, where its name tells. */
export function calledFunction(
  call: CallFact,
  caller: FunctionFact,
  facts: FileFacts,
): FunctionFact | undefined {
  const [root, name, more] = call.path.split('.');
  if (more !== undefined) return undefined;
  if (name === undefined) return facts.functions.find((fact) => fact.name === root && !fact.enclosingClass);
  if (root !== 'this' && root !== 'self' && root !== 'cls') return undefined;
  const owner = owningClass(caller);
  return facts.functions.find(
    (fact) => fact.name === name && fact.enclosingClass === owner && owner !== undefined,
  );
}

function owningClass(fact: FunctionFact): FunctionFact['enclosingClass'] {
  let current: FunctionFact | undefined = fact;
  while (current && !current.enclosingClass) current = current.enclosing;
  return current?.enclosingClass;
}

function leadsNowhere(
  call: CallFact,
  caller: FunctionFact,
  facts: FileFacts,
  depth: number,
  mayRead: boolean,
): boolean {
  if (depth >= CALL_DEPTH) return false;
  const target = calledFunction(call, caller, facts);
  return target !== undefined && target !== caller && doesNothing(target, facts, depth + 1, mayRead);
}
