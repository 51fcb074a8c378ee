import { performance } from 'node:perf_hooks';
import { App } from './app';
import { activateFeatures, createHost } from './vscode/features';
import type { ExtensionContext } from './vscode/features';

let app: App | undefined;

/** What other extensions, and our own tests, get from activation. */
export interface SeaworthyApi {
  /** How long registering took; everything heavy waits for its first use. */
  activationMilliseconds: number;
}

export function activate(context: ExtensionContext): SeaworthyApi {
  const started = performance.now();
  const host = createHost(context);
  app = new App(host.appOptions);
  activateFeatures(context, host, app);
  return { activationMilliseconds: performance.now() - started };
}

/** Waits until every sandbox of this window is gone and what was being saved is saved. */
export async function deactivate(): Promise<void> {
  await app?.dispose();
}
