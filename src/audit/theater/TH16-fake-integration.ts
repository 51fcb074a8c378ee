import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { isConstant, stringValue } from '../syntax/values';
import { wordsOf } from '../../base/words';
import { promisesDeed } from '../syntax/words';
import { claimsCompletion, isEcho, isReply, resolvedLocal, sleeps } from './claims';
import { doesNothing, isPlainRecord } from './deeds';
import { isSuccessValue, promisedParameters, saysSuccess } from './effects';
import { isEntryPoint, isFree, isIntegration } from './promises';
import { routesOf } from './routes';

export const fakeIntegration: Rule = {
  id: 'TH16',
  name: 'fake-integration',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function that should reach another system reports success without calling anything.',
  yieldsTo: ['TH03', 'TH05'],
  bad: [
    {
      grammar: 'typescript',
      code: `
export class Payments {
»  async charge(amount: number) {
    const id = 'ch_' + Date.now();
    return { status: 'succeeded', id, amount };
  }
}
»router.post('/users', async (request, res) => {
  console.log('creating', request.body);
  res.status(201).json({ success: true, message: 'User created' });
});
»router.delete('/newsletter', (request, res) => {
  const token = new URL(request.url).searchParams.get('token');
  if (!token) return res.status(400).json({ error: 'no token' });
  res.json({ unsubscribed: true });
});
export class Locks {
»  async acquire(name: string) { return true; }
}
export class OrderRepository {
»  async save(order: Order) {
    console.log('Order saved', order.id);
    return order;
  }
»  create(order: Order) { return { id: Date.now(), ...order }; }
}
export class Refunds {
»  async refund(id: string, amount: number) {
    const payment = await this.payments.findById(id);
    if (payment.amount < amount) return { id, status: 'rejected' };
    return { id: randomUUID(), status: 'succeeded', amount };
  }
}
»export async function backupDatabase(name: string) {
  announce(name);
  console.log('Backup completed');
}
function announce(name: string) { console.log(name); }`,
    },
    {
      grammar: 'python',
      code: `
»def send_email(to, subject):
    print(f"Sending {subject} to {to}")
    return True

@dataclass
class Payment:
    id: str
    status: str

»def charge(customer, amount):
    logger.info("charging %s", customer)
    return Payment(uuid.uuid4().hex, "succeeded")

@cli.command()
»def migrate(path):
    click.echo("Migration completed")
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export class MemoryStore { save(item: Item) { return { ok: true, item }; } }
export class Mailer implements Transport { send(mail: Mail) { return { status: 'sent' }; } }
export async function charge(amount: number) {
  const reply = await client.post('/charges', { amount });
  return { status: 'succeeded', id: reply.id };
}
export class Accounts {
  async save(account: Account) {
    const known = await this.find(account.id);
    known.name = account.name;
    return true;
  }
  async ban(id: string) {
    const account = await this.find(id);
    await account.close();
    return true;
  }
}
export function publishable(state: State) { return { status: 'ok' }; }
export function createState(name: string) { return { name, status: 'active' }; }
router.delete('/session', (req, res) => { res.clearCookie('session'); res.json({ success: true }); });
router.get('/health', (req, res) => { res.json({ status: 'ok' }); });
export class Orders {
  private readonly orders: Order[] = [];
  save(order: Order) { this.orders.push(order); return true; }
  remove(order: Order) { this.forget(order); return true; }
  private forget(order: Order) { this.orders.splice(this.orders.indexOf(order), 1); }
}`,
    },
    {
      grammar: 'python',
      code: `
@cli.command()
def hello(name):
    click.echo(f"Hello {name}")

class ConsoleMailer:
    def send(self, to):
        print(to)
        return True

def send_email(to, subject):
    smtp.sendmail(to, subject)
    return True
`,
    },
  ],
  *check(facts) {
    const handlers = new Set<FunctionFact>();
    for (const { handler, method, path } of routesOf(facts)) {
      handlers.add(handler);
      const answer = method === 'GET' ? undefined : hollowAnswer(handler, facts);
      if (!answer) continue;
      const message = `${method} ${path} answers ${shorten(answer)} and calls nothing that could do it.`;
      yield { range: handler.node, message };
    }
    for (const fact of facts.functions) {
      const what = handlers.has(fact) ? undefined : fakeDeed(fact, facts);
      if (what !== undefined) yield { range: fact.node, message: `${fact.name ?? ''} ${what}.` };
    }
  },
};

const shorten = (node: SyntaxNode): string => node.text.replace(/\s+/g, ' ').slice(0, 60);

/** The success a request is answered with although its handler does nothing else. */
function hollowAnswer(handler: FunctionFact, facts: FileFacts): SyntaxNode | undefined {
  if (!doesNothing(handler, facts) || handler.handlers.length > 0) return undefined;
  const { tree } = handler.node;
  for (const node of tree.below(handler.body))
    if (node.kind === 'object' && (saysSuccess(node) || saysDone(node))) return node;
  return undefined;
}

/** `{ message: 'User created' }` */
function saysDone(object: SyntaxNode): boolean {
  const participle =
    /^["']?(un)?(subscribed|deleted|created|updated|saved|cancell?ed|removed|registered|refunded|processed|published|uploaded|revoked|confirmed)["']?$/i;
  return object.children.some(
    (pair) =>
      (participle.test(pair.child('key')?.text ?? '') && pair.child('value')?.kind === 'true') ||
      (/^["']?(message|msg|detail|result)["']?$/.test(pair.child('key')?.text ?? '') &&
        /\b(success(fully)?|created|updated|deleted|saved|sent|queued|processed|registered|completed)\b/i.test(
          stringValue(pair.child('value')) ?? '',
        )),
  );
}

/** How a function that promises a deed does without it, in words; undefined where it may keep its promise. */
function fakeDeed(fact: FunctionFact, facts: FileFacts): string | undefined {
  const name = fact.name ?? '';
  const promise = promisesDeed(name) ?? (fact.isAsync && ASKING.test(name) ? 'maybe' : undefined);
  if (!promise || !isCandidate(fact)) return undefined;
  if (!doesNothing(fact, facts)) return onlyLooks(fact, facts);
  const values = fact.returns.map(({ value }) => value && resolvedLocal(value, fact));
  const claims = claimsCompletion(fact, facts);
  const waits = sleeps(fact, facts);
  const isOutward = isIntegration(fact) || isEntryPoint(fact) || waits;
  const first = values[0];
  if (isHollowRequest(fact, values)) return `returns ${shorten(first ?? fact.body)} and asks nobody for it`;
  const replies = first !== undefined && values.every((value) => value && saysItIsDone(value, facts));
  if (replies && (promise === 'sure' || isOutward || claims || saysSuccessOutright(first)))
    return `returns ${shorten(first)} and calls nothing that could do it`;
  const isEmptyHanded = values.every(
    (value) => !value || isConstant(value) || isEcho(value, fact) || isOwnRecord(value, facts),
  );
  if (
    (claims || (waits && promise === 'sure')) &&
    isEmptyHanded &&
    (promise === 'sure' || isOutward || fact.isAsync)
  )
    return `${claims ? 'writes to a log that it is done' : 'only waits'}, and calls nothing that could do it`;
  if (
    first &&
    isIntegration(fact) &&
    values.every((value) => value && isEcho(value, fact)) &&
    hasMadeUpId(first)
  )
    return `hands its argument back as if it had been stored, and stores nothing`;
  return undefined;
}

/** Deeds that are done somewhere else, and never by looking something up. */
const ELSEWHERE =
  /^(refund|charge|pay|withdraw|deposit|transfer|save|delete|persist|insert|send|email|notify|publish|deploy|ship|book|purchase|revoke|ban|invoice|broadcast)$/;

/** It looks at what there is, and then says that it has done what it is called. */
function onlyLooks(fact: FunctionFact, facts: FileFacts): string | undefined {
  const last = fact.returns.at(-1)?.value;
  if (!last || !ELSEWHERE.test(wordsOf(fact.name ?? '')[0] ?? '')) return undefined;
  const value = resolvedLocal(last, fact);
  if (!saysItIsDone(value, facts) || !doesNothing(fact, facts, 0, true)) return undefined;
  return `returns ${shorten(value)} and only looks things up`;
}

/** A reply, or a record of this file that is made with the word for success. */
function saysItIsDone(value: SyntaxNode, facts: FileFacts): boolean {
  if (isReply(value)) return true;
  if (!isOwnRecord(value, facts)) return false;
  const given = value.child('arguments')?.children ?? [];
  return given.some((argument) => isSuccessValue(argument.child('value') ?? argument));
}

const ASKING =
  /^(get|fetch|find|load|search|query|lookup|read|generate|translate|transcribe|summari[sz]e|analy[sz]e|complete|ask|chat|convert|resize|render|call|invoke|compile|scrape|crawl)/i;

/** An asynchronous function that waits for nothing and gives back its own arguments with made-up members or words. */
function isHollowRequest(fact: FunctionFact, values: readonly (SyntaxNode | undefined)[]): boolean {
  if (!fact.isAsync || !ASKING.test(fact.name ?? '') || promisedParameters(fact) === 0) return false;
  return values.length > 0 && values.every((value) => value && isEcho(value, fact) && madeUpMembers(value));
}

function madeUpMembers(value: SyntaxNode): boolean {
  if (value.kind !== 'object') return value.kind === 'template' || value.kind === 'string';
  const constants = value.children.filter((pair) => {
    const member = pair.child('value');
    return (
      member !== undefined && isConstant(member) && !/^(true|false|null|0|''|""|\[\]|\{\})$/.test(member.text)
    );
  });
  return constants.length > 1;
}

function isOwnRecord(value: SyntaxNode, facts: FileFacts): boolean {
  const call = facts.calls.find(({ node }) => node === value);
  return call !== undefined && isPlainRecord(call, facts);
}

function isCandidate(fact: FunctionFact): boolean {
  if (!isFree(fact) || fact.place === 'callback') return false;
  if (fact.statements.length === 0 && !fact.expressionBody) return false;
  return promisedParameters(fact) > 0 || fact.enclosingClass !== undefined || fact.statements.length > 1;
}

/** `success: true` is said of a deed; `status: 'active'` may be a state like any other. */
function saysSuccessOutright(value: SyntaxNode): boolean {
  return value.children.some(
    (pair) =>
      /^["']?(success|succeeded|ok|sent|delivered)["']?$/i.test(pair.child('key')?.text ?? '') &&
      pair.child('value')?.kind === 'true',
  );
}

function hasMadeUpId(value: SyntaxNode): boolean {
  return value.children.some(
    (pair) =>
      /^["']?_?(id|\w+Id|\w+_id|uuid|key)["']?$/.test(pair.child('key')?.text ?? '') &&
      /^["'`\d]|now|uuid|random|nanoid/i.test(pair.child('value')?.text ?? ''),
  );
}
