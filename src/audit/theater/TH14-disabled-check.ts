import type { CommentFact, FileFacts } from '../syntax/facts';
import { replaceWith } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';

const GUARD =
  '\\w*(verify|validate|authori[sz]e|authenticate|ensure|assert|require(Auth|Admin|Login|Permission|Role|Owner)|check(Auth|Permission|Access|Rate|Owner|Signature|Csrf|Token|Limit|_)|sanitize|escape)\\w*';

/** A call of a guard, alone on its line. */
const GUARD_CALL = new RegExp(
  `^(await |return )?([\\w$]+\\.)*${GUARD}\\([^\\n]*\\)(\\.\\w+\\([^\\n]*\\))*;?$`,
  'i',
);
const JAVASCRIPT_GUARD =
  /^(if ?\([^\n]+\)\s*\{?\s*(throw\b|return\b[^\n]*(40[013]|false|null|forbidden|unauthori[sz]ed|next\()|process\.exit)|throw new \w+)/i;
const PYTHON_GUARD =
  /^(assert [\w(.[]+[^\n]*|if [^\n]+:\s*(raise|return (False|None))\b[^\n]*|raise \w+(\(|$)[^\n]*)$/;
const GUARDING_CONDITION =
  /auth|admin|permi|allow|valid|verif|token|role|owner|access|signature|secure|limit|login|csrf|sanit|expired|banned|scope/i;

export const disabledCheck: Rule = {
  id: 'TH14',
  name: 'disabled-check',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'A check is commented out beside the code that it guarded.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export function readSecret(user: User, name: string) {
»  // if (!user.isAdmin) throw new ForbiddenError('admins only');
  return vault.read(name);
}
export async function transfer(request: Request) {
»  // await verifySignature(request);
  return ledger.move(request.body);
}`,
    },
    {
      grammar: 'python',
      code: `
def read_secret(user, name):
»    # assert user.is_admin
    return vault.read(name)

def read_other(user, name):
»    # if not user.is_admin:
    #     raise Forbidden()
    return vault.read(name)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
// if the signature can't be verified we throw, see verifySignature(request)
export async function receive(request: Request) {
  // validate(input) is called by the router
  await verifySignature(request);
  // console.log(request.body);
  return ledger.book(request.body);
}`,
    },
    {
      grammar: 'python',
      code: `
def read_secret(user, name):
    # assert that the user is an admin before this
    # return vault.read(name)
    return vault.get(name)
`,
    },
  ],
  *check(facts) {
    const owned = new Set(
      facts.functions.flatMap((fact) => fact.comments.filter((it) => fact.node.contains(it.node))),
    );
    for (const [index, comment] of facts.comments.entries()) {
      if (!comment.ownLine || comment.docstring || !owned.has(comment)) continue;
      const next = facts.comments[index + 1];
      const text =
        next?.line === comment.endLine + 1 && next.ownLine
          ? `${comment.text} ${next.text.trim()}`
          : comment.text;
      if (!isDisabledGuard(comment, text, facts)) continue;
      const shown = comment.text.replace(/\s+/g, ' ').slice(0, 80);
      yield {
        range: comment.node,
        message: `The check "${shown}" is commented out, and the code below it runs without it.`,
        ...(/[:{]$/.test(comment.text)
          ? {}
          : { fix: replaceWith('Put the check back', comment.node, comment.text) }),
      };
    }
  },
};

function isDisabledGuard(comment: CommentFact, withNext: string, facts: FileFacts): boolean {
  if (comment.text.includes('\n') || comment.text.length > 200) return false;
  if (GUARD_CALL.test(comment.text)) return true;
  const text = comment.text.endsWith(':') || comment.text.endsWith('{') ? withNext : comment.text;
  const guard = facts.family === 'python' ? PYTHON_GUARD : JAVASCRIPT_GUARD;
  return guard.test(text) && GUARDING_CONDITION.test(text) && !isProse(text);
}

/** Code has no run of four plain words. */
function isProse(text: string): boolean {
  return /\b[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}\b/i.test(text.replace(/(["'`]).*?\1/g, ''));
}
