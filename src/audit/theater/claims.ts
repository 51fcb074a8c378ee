import type { CallFact, FileFacts, FunctionFact } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';
import { bindingTarget, isConstant, meaningful, stringValue, unwrapAwait } from '../syntax/values';
import { callsWithin, isLogCall, isSleepCall, saysSuccess } from './effects';

const COMPLETED =
  /[✓✔✅]|\b(OK|operational|healthy|loaded|generated|rendered|success(ful(ly)?)?|completed?|done|saved|sent|created|deleted|removed|updated|stored|deployed|finished|published|uploaded|downloaded|processed|registered|connected|enqueued|queued|inserted|refunded|charged|delivered|trained|synced|synchroni[sz]ed|backed up|imported|exported|applied|scheduled|archived|installed|migrated|notified|confirmed|cancell?ed|recorded|executed|initiali[sz]ed|restored|indexed|flushed|submitted|booked|shipped|invoiced|paid)\b/i;

/** A log message that reports something as done. */
export function claimsCompletion(fact: FunctionFact, facts: FileFacts): boolean {
  return callsWithin(fact.body, facts.calls).some(saysCompleted);
}

export function saysCompleted(call: CallFact): boolean {
  return (
    (isLogCall(call) ||
      /^(toast|message|notification|snackbar|messages)(\.success)?$|^alert$/.test(call.path)) &&
    call.arguments.some((argument) => COMPLETED.test(spokenText(argument)))
  );
}

/** The words of a string, without what is put into it. */
function spokenText(node: SyntaxNode): string {
  return (stringValue(node) ?? (node.kind === 'binary' ? node.text : '')).replace(/\$?\{[^}]*\}/g, ' ');
}

export function sleeps(fact: FunctionFact, facts: FileFacts): boolean {
  return callsWithin(fact.body, facts.calls).some(isSleepCall);
}

/** What a local name was given where it was declared, `await` and parentheses taken off; the node itself else. */
export function resolvedLocal(value: SyntaxNode, fact: FunctionFact): SyntaxNode {
  const inner = unwrapAwait(value);
  if (inner.kind !== 'identifier') return inner;
  for (const node of fact.node.tree.below(fact.body)) {
    if (bindingTarget(node)?.text === inner.text)
      return unwrapAwait(node.child('value') ?? node.child('right') ?? inner);
  }
  return inner;
}

/** `true`, or an object that says success. */
export function isReply(value: SyntaxNode): boolean {
  return value.kind === 'true' || (value.kind === 'object' && saysSuccess(value));
}

/** `pd.DataFrame({"id": [1, 2]})`: rows that are written into the source. */
export function isMadeUpTable(value: SyntaxNode): boolean {
  const data = value.kind === 'call' ? value.child('arguments')?.children[0] : undefined;
  const isTable = /(^|\.)DataFrame$/.test(value.child('function')?.text ?? '');
  return data !== undefined && isTable && /\d/.test(data.text) && isConstant(data);
}

/** A list of objects with members is data, not a default. */
export function holdsRecords(value: SyntaxNode): boolean {
  const items = value.kind === 'array' ? meaningful(value).map(unwrapAwait) : [];
  return items.length > 0 && items.every((item) => item.kind === 'object' && meaningful(item).length > 1);
}

/** `[Product('Cable', 9.99), ...]`: records that are made on the spot, with what is in them. */
export function holdsMade(value: SyntaxNode): boolean {
  const items = value.kind === 'array' ? meaningful(value).map(unwrapAwait) : [];
  return (
    items.length > 1 &&
    items.every((item) => {
      const given = meaningful(item.child('arguments') ?? item).map((each) => each.child('value') ?? each);
      const isMade = /^[A-Z]\w*$/.test((item.child('function') ?? item.child('constructor'))?.text ?? '');
      return isMade && given.filter(isConstant).length > 1;
    })
  );
}

/** A question about rights must be able to be answered by no. */
export const RIGHTS_QUESTION =
  /^(is_?(valid|authenticated|authori[sz]ed|admin|allowed|verified|permitted|trusted)|has_?(permission|access|role|scope|privilege|right)|can_?(access|edit|read|write|delete|view|manage))/i;

/** The value is a parameter, or an object put together from parameters, clocks, ids and constants. */
export function isEcho(value: SyntaxNode, fact: FunctionFact): boolean {
  const names = fact.parameters.flatMap((parameter) => [parameter.name ?? [], parameter.destructured].flat());
  if (value.kind === 'identifier') return names.includes(value.text);
  if (value.kind === 'template' || value.kind === 'string') return true;
  if (value.kind !== 'object' || !value.hasChildren) return false;
  return meaningful(value).every((member) => isEchoedMember(member, names));
}

const MADE_UP_ID =
  /^(Date\.now|Math\.\w+|crypto\.randomUUID|randomUUID|uuid\w*|uuid\.\w+|nanoid|new Date|str|String)\b/;

function isEchoedMember(member: SyntaxNode, names: readonly string[]): boolean {
  const value = unwrapAwait(member.kind === 'pair' ? (member.child('value') ?? member) : member);
  if (isConstant(value) || MADE_UP_ID.test(value.text)) return true;
  const read = value.kind === 'spread' ? value.text.replace(/^[.*]+/, '') : value.text;
  return names.includes(read.split(/[.[]/)[0] ?? '') || value.kind === 'template' || value.kind === 'string';
}

const COMPONENT =
  /^["']?(database|db|postgres|mysql|mongo(db)?|redis|cache|queue|broker|kafka|rabbitmq|storage|disk|s3|smtp|mail|elasticsearch|search|api|upstream|external\w*)(_?(status|connection|health|connected|ok))?["']?$/i;
const WELL =
  /^(ok|up|healthy|connected|online|available|operational|ready|running|active|reachable|pass(ed)?|green|good)$/i;

/** Members that say that a component is well, although the value is written into the source. */
export function claimsHealth(object: SyntaxNode): boolean {
  for (const pair of object.tree.below(object)) {
    const value = pair.kind === 'pair' ? pair.child('value') : undefined;
    const key = pair.child('key')?.text ?? '';
    if (!value || !COMPONENT.test(key)) continue;
    if (value.kind === 'true' || WELL.test(stringValue(value) ?? '')) return true;
    if (value.kind === 'object' && isConstant(value) && saysSuccess(value)) return true;
  }
  return false;
}

const FIGURE =
  /^["']?(processed|applied|imported|exported|inserted|updated|deleted|migrated|synced|sent|delivered|succeeded|total\w*|count|affected\w*|rows\w*|records\w*|passed\w*|(test_?|train_?|val_?)?accuracy|precision|recall|f1(_?score)?|(test_?|train_?|val_?)?loss|\w*_?score|\w*Score|coverage|(avg_?|average_?|p\d\d_?)?latency\w*|cpu\w*|mem(ory)?\w*|disk\w*|uptime|throughput|confidence|response_?time\w*|\w*(error|hit|success|conversion|growth|churn)_?rate|revenue|active_?users|requests\w*|improvement|savings?)["']?$/i;

/** How many members give a figure other than nothing that only a measurement could know. */
export function figuresIn(object: SyntaxNode): number {
  let count = 0;
  for (const pair of object.tree.below(object)) {
    const value = pair.kind === 'pair' ? pair.child('value') : undefined;
    if (!value || !FIGURE.test(pair.child('key')?.text ?? '')) continue;
    const text = stringValue(value) ?? value.text;
    if (/^-?\d+(\.\d+)?\s*(%|ms|s)?$/.test(text) && Number.parseFloat(text) !== 0) count++;
  }
  return count;
}
