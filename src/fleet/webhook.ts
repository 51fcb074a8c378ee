import { messageOf, UserError } from '../base/errors';
import { t } from '../base/texts';
import type { Alert } from './alerts';
import { alertTexts } from './alertText';

/** How long the other side may take, in milliseconds. */
const LIMIT = 10_000;

/** The body of the request. `text` is what chat services show. */
interface WebhookMessage {
  text: string;
  source: 'seaworthy';
  alerts: {
    kind: Alert['kind'];
    container: string;
    project: string | null;
    service: string | null;
    image: string;
    exitCode: number | null;
    outOfMemory: boolean;
    /** ISO 8601. */
    at: string;
    times: number;
  }[];
}

/** The address if it may be one; otherwise a `UserError`. It is a secret itself: no message holds it. */
export function webhookAddress(text: string): URL {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new UserError(t('This is no address'), t('Give one that begins with https://.'));
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new UserError(
      t('{0}// can not be posted to', url.protocol),
      t('Give an address that begins with https://.'),
    );
  return url;
}

/** What is sent about alerts: what happened and to which container, and nothing else. */
export function webhookMessage(alerts: readonly Alert[]): WebhookMessage {
  return {
    text: alertTexts(alerts).join('\n'),
    source: 'seaworthy',
    alerts: alerts.map(({ name, isOutOfMemory, at, ...alert }) => ({
      kind: alert.kind,
      container: name,
      project: alert.project ?? null,
      service: alert.service ?? null,
      image: alert.image,
      exitCode: alert.exitCode ?? null,
      outOfMemory: isOutOfMemory,
      at: new Date(at).toISOString(),
      times: alert.times,
    })),
  };
}

/** Posts the message. Rejects with a `UserError` that says what was wrong and does not hold the address. */
export async function postToWebhook(address: URL, message: WebhookMessage, limit = LIMIT): Promise<void> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(message),
      // The message would go where nobody has agreed to.
      redirect: 'manual',
      credentials: 'omit',
      signal: AbortSignal.timeout(limit),
    });
  } catch (error) {
    throw new UserError(
      t('The webhook at {0} could not be reached: {1}.', address.host, reason(error, limit)),
    );
  }
  // Nobody reads what it says.
  await response.body?.cancel().catch(() => undefined);
  if (response.status >= 300 && response.status < 400)
    throw new UserError(
      t(
        'The webhook at {0} leads elsewhere (HTTP {1}), which is not followed.',
        address.host,
        response.status,
      ),
      t('Set the address it leads to.'),
    );
  if (!response.ok)
    throw new UserError(t('The webhook at {0} answered with HTTP {1}.', address.host, response.status));
}

function reason(error: unknown, limit: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return t('no answer within {0} s', limit / 1000);
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string'
    ? cause.code
    : (messageOf(error).split('\n', 1)[0]?.slice(0, 100) ?? '');
}
