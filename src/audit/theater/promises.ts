import type { FunctionFact } from '../syntax/facts';
import { wordsOf } from '../../base/words';
import { isPretendingName } from '../syntax/words';

/** Classes by whose name something outside of the program is reached or kept. */
const INTEGRATION =
  /^(service|repository|repo|client|gateway|api|provider|dao|connector|mailer|sender|notifier|uploader|publisher|producer|deployer|controller|manager|processor|handler|storage|database|db|resource|viewset|integration|importer|exporter|pipeline|trainer|model|engine|agent|worker)$/;

/** Classes by whose name something is remembered or held back between calls. */
const MECHANISM =
  /^(limiter|throttle|throttler|cache|queue|lock|mutex|semaphore|breaker|pool|store|repository|registry|bus|index|scheduler|bucket|session|sessions|ledger|inventory|journal|storage|database)$/;

const LIMITER = /^(limiter|throttle|throttler|bucket|guard|lock|mutex|semaphore|breaker)$/;

function lastWord(fact: FunctionFact): string {
  const words = wordsOf(fact.enclosingClass?.name ?? '');
  return words[words.length - 1] ?? '';
}

export function isIntegration(fact: FunctionFact): boolean {
  return INTEGRATION.test(lastWord(fact)) || isMechanism(fact);
}

export function isMechanism(fact: FunctionFact): boolean {
  return MECHANISM.test(lastWord(fact));
}

export function isLimiter(fact: FunctionFact): boolean {
  return LIMITER.test(lastWord(fact));
}

/** Decorators by which a framework calls a function; what it does is still up to its author. */
const ENTRY_POINT =
  /(^|\.)(route|get|post|put|patch|delete|command|task|shared_task|api_view|tool|job|action|websocket|on_event|event|cron|celery_task)\b|^(login_required|require_\w+|csrf_exempt|permission_classes|click\.(argument|option|pass_\w+)|option|argument)\b/;

/**
 * Nothing but its author decides what the function does: no base class, interface, override, decorator or type asks for
 * its form, and neither it nor its class is a stand-in by name.
 */
export function isFree(fact: FunctionFact): boolean {
  const { name, enclosingClass } = fact;
  if (name === undefined || fact.isConstructor || fact.isAccessor || isPretendingName(name)) return false;
  if (fact.constrained && !isEntryPoint(fact)) return false;
  for (let outer = fact.enclosing; outer; outer = outer.enclosing)
    if (outer.name !== undefined && isPretendingName(outer.name)) return false;
  if (!enclosingClass) return true;
  return (
    enclosingClass.bases.length === 0 && !enclosingClass.abstract && !isPretendingName(enclosingClass.name)
  );
}

export function isEntryPoint(fact: FunctionFact): boolean {
  return fact.decorators.length > 0 && fact.decorators.every((decorator) => ENTRY_POINT.test(decorator));
}
