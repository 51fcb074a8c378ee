import type * as vscode from 'vscode';
import type { Logger } from '../base/logger';

/** The one output channel as the core's logger. */
export function channelLogger(channel: vscode.LogOutputChannel): Logger {
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
  };
}
