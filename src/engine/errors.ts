import { UserError } from '../base/errors';
import { t } from '../base/texts';

/** A candidate that did not answer, and why, in words. */
export interface FailedAttempt {
  address: string;
  source: string;
  why: string;
  /** True when something is there and said nothing, as a busy engine does. */
  isSilent: boolean;
}

/** No engine answered, or what names the engine can't be read. `attempts` holds what was tried, in order. */
export class NoEngine extends UserError {
  constructor(
    message: string,
    nextStep: string,
    readonly attempts: readonly FailedAttempt[] = [],
  ) {
    super(message, nextStep);
    this.name = 'NoEngine';
  }
}

/** The engine answered with an error. `statusCode` is the HTTP status, `message` the engine's own words. */
export class EngineError extends Error {
  constructor(
    message: string,
    readonly statusCode: number,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'EngineError';
  }
}

/** The connection to the engine broke, or the engine did not answer in time. */
export class EngineLost extends UserError {
  constructor(why: string, options?: { cause?: unknown }) {
    super(
      t('The container engine stopped answering: {0}.', why),
      t('Check that the engine runs and try again.'),
      options,
    );
    this.name = 'EngineLost';
  }
}

function byCode(code: string): string | undefined {
  const words: Record<string, string> = {
    ENOENT: t('nothing is there (not installed, or not started)'),
    ECONNREFUSED: t('nobody listens there'),
    EACCES: t('your user may not use it'),
    EPERM: t('your user may not use it'),
    ENOTFOUND: t('the host name is not known'),
    EAI_AGAIN: t('the host name could not be looked up'),
    ECONNRESET: t('the connection was cut'),
    EPIPE: t('the connection was cut'),
    ETIMEDOUT: t('no answer'),
    ABORT_ERR: t('no answer'),
    EHOSTUNREACH: t('the host can not be reached'),
    ENETUNREACH: t('the network can not be reached'),
    ENOTSOCK: t('it is not a socket'),
    ENOTDIR: t('nothing is there'),
  };
  return words[code];
}

/** A connection failure in words, without the engine's or Node's jargon where there is a plain way to say it. */
export function describeConnectionFailure(error: unknown): string {
  const { code, message, statusCode } = error as { code?: unknown; message?: unknown; statusCode?: unknown };
  if (typeof statusCode === 'number')
    return t('it answers with HTTP {0}, not as a container engine does', statusCode);
  const known = typeof code === 'string' ? byCode(code) : undefined;
  if (known !== undefined) return known;
  return typeof message === 'string' && message !== '' ? message.trim() : t('unknown failure');
}
