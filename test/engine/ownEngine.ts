import * as path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A daemon that a test may kill and restart. */
export interface OwnEngine {
  client: {
    address: string;
    importImage(image: { name: string; changes: string[]; tar: NodeJS.ReadableStream }): Promise<void>;
  };
  folder: string;
  /** Ends the daemon alone, by force unless another signal is given. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  /** Sends it a signal: SIGSTOP freezes it until SIGCONT. */
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** Why no daemon of one's own can be started here, for the tests that need one; undefined where it can. */
export const noOwnEngine =
  process.getuid?.() === 0 && process.platform === 'linux'
    ? undefined
    : 'starting a daemon of its own takes root on Linux';

export async function startOwnEngine(daemonArguments: string[] = []): Promise<OwnEngine> {
  const script = pathToFileURL(path.join(__dirname, '../../scripts/lib/privateEngine.mjs')).href;
  const module = (await import(script)) as {
    startPrivateEngine(options: { daemonArguments: string[] }): Promise<OwnEngine>;
  };
  return module.startPrivateEngine({ daemonArguments });
}
