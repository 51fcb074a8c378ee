import { UserError } from '../base/errors';

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
      `The container engine stopped answering: ${why}.`,
      'Check that the engine runs and try again.',
      options,
    );
    this.name = 'EngineLost';
  }
}

const BY_CODE: Record<string, string> = {
  ENOENT: 'nothing is there (not installed, or not started)',
  ECONNREFUSED: 'nobody listens there',
  EACCES: 'your user may not use it',
  EPERM: 'your user may not use it',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  ABORT_ERR: 'no answer',
  EHOSTUNREACH: 'the host can not be reached',
  ENETUNREACH: 'the network can not be reached',
  ENOTSOCK: 'it is not a socket',
  ENOTDIR: 'nothing is there',
};

/** A connection failure in words, without the engine's or Node's jargon where there is a plain way to say it. */
export function describeConnectionFailure(error: unknown): string {
  const { code, message, statusCode } = error as { code?: unknown; message?: unknown; statusCode?: unknown };
  if (typeof statusCode === 'number')
    return `it answers with HTTP ${statusCode}, not as a container engine does`;
  if (typeof code === 'string' && BY_CODE[code] !== undefined) return BY_CODE[code];
  return typeof message === 'string' && message !== '' ? message.trim() : 'unknown failure';
}
