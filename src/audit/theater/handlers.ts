import { explains } from '../syntax/comments';
import type { CallFact, FileFacts, HandlerFact } from '../syntax/facts';
import { wordsOf } from '../../base/words';
import { hasEffectVerb } from '../syntax/words';
import { callsWithin, isInertCall } from './effects';

const PROBE_WORDS = new Set(
  (
    'parse decode access stat lstat exists unlink rm rmdir remove rmtree close kill terminate destroy dispose cleanup clean clear stop abort cancel ' +
    'require resolve import load detect probe test try has is can supports get find lookup match focus blur release detach unref ' +
    'disconnect shutdown end quit log debug print flush join wait readlink realpath killpg deinit teardown del delattr setattr getattr ' +
    'hasattr mkdir chmod chown utime symlink unsubscribe off removeListener removeEventListener logout restore reset ' +
    'revoke once on excepthook unregister unlock decref free drop setraw setrawmode ping telemetry track report capture'
  ).split(' '),
);

const DELIBERATE =
  /\b(intentional|deliberate|ignor|expected|best[- ]effort|optional|no-?op|harmless|continue|fall ?through|not fatal)/i;

/** Somebody wrote down why the error does not matter. */
export function isExplained(handler: HandlerFact, facts: FileFacts): boolean {
  if (
    handler.comments.some(
      (comment) =>
        explains(comment) || (DELIBERATE.test(comment.text) && !comment.text.startsWith('seaworthy-')),
    )
  )
    return true;
  const tryLine = facts.tree.lineAt(handler.tryNode.start);
  const reason =
    /\b(ignore|ignoring|best[- ]effort|optional|fail(s|ed|ure)?|error|may|might|not critical|non-critical|fallback|fall back|throws?|raises?|if|already)\b/i;
  return facts.comments.some(
    (comment) =>
      comment.ownLine && comment.endLine === tryLine - 1 && explains(comment) && reason.test(comment.text),
  );
}

/** Calls in the guarded block that change something: by their name, or because nobody looks at what they return. */
export function effectfulCalls(handler: HandlerFact, facts: FileFacts): CallFact[] {
  return callsWithin(handler.tryBody, facts.calls).filter((call) => {
    if (isInertCall(call) || call.isNew || wordsOf(call.name).some((word) => PROBE_WORDS.has(word)))
      return false;
    return hasEffectVerb(call.name) || isStatement(call);
  });
}

function isStatement({ node }: CallFact): boolean {
  const holder = node.parent?.kind === 'await' ? node.parent.parent : node.parent;
  return holder?.kind === 'expressionStatement';
}

/** The guarded block is a single probe or clean-up, whose failure is an answer. */
export function isProbe(handler: HandlerFact, facts: FileFacts): boolean {
  const calls = callsWithin(handler.tryBody, facts.calls).filter((call) => !isInertCall(call));
  if (calls.length === 0) return true;
  return calls.some(
    (call) => wordsOf(call.name).some((word) => PROBE_WORDS.has(word)) || PROBE_WORDS.has(call.name),
  );
}

const TOLERANT_WORDS = new Set(
  (
    'try safe safely maybe quiet quietly silent silently attempt probe detect ignore suppress best close cleanup clean ' +
    'dispose teardown tear shutdown exit del deactivate is has can supports exists'
  ).split(' '),
);
const TOLERANT_NAME =
  /(OrNull|OrNone|OrUndefined|OrDefault|_or_none|_or_null|_or_default|IfExists|_if_exists|Safe|_safe|Safely|_safely|Quietly|Silently)$/;

/** The function around the handler says by its name that failing is allowed. */
export function isTolerant(handler: HandlerFact): boolean {
  return isTolerantName(handler.function?.name);
}

export function isTolerantName(name: string | undefined): boolean {
  return name !== undefined && (TOLERANT_WORDS.has(wordsOf(name)[0] ?? '') || TOLERANT_NAME.test(name));
}

/** Clean-up and probes may fail: that they did is an answer, or leaves nothing to do. */
export function isToleratedCallee(name: string): boolean {
  return PROBE_WORDS.has(name) || wordsOf(name).some((word) => PROBE_WORDS.has(word));
}
