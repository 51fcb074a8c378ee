import { createRequire, syncBuiltinESMExports } from 'node:module';

/** What of `process` is no longer documented, and still there. */
interface Bindings {
  binding(name: string): unknown;
}

function refuse(): never {
  throw new Error('Code that is being tested by Seaworthy can not be debugged');
}

/** What code finds in the place of an inspector session. */
class Session {
  constructor() {
    refuse();
  }
}

/**
 * Takes the debugger away from all code that comes after this: it looks into closures, and with them into those of the
 * harness. A program without a key of its own does not need this.
 */
export function closeInspector(): void {
  const require = createRequire(import.meta.url);
  // Both first: the second is made of the parts of the first.
  const modules = ['node:inspector', 'node:inspector/promises'].map(
    (name) => require(name) as Record<string, unknown>,
  );
  for (const module of modules) {
    for (const [part, value] of Object.entries({ Session, open: refuse, waitForDebugger: refuse })) {
      if (part in module)
        Object.defineProperty(module, part, { value, writable: false, configurable: false });
    }
  }
  syncBuiltinESMExports();
  const bindings = process as unknown as Bindings;
  const binding = bindings.binding.bind(process);
  const value = (name: unknown): unknown => {
    const wanted = String(name);
    return wanted === 'inspector' ? refuse() : binding(wanted);
  };
  Object.defineProperty(process, 'binding', { value, writable: false, configurable: false });
  // Without a listener this signal starts a debugger that anybody can connect to; without this one it ends the process.
  process.on('SIGUSR1', () => undefined);
}
