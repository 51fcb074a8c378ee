/*
 * What the harness uses of Node versions newer than the one the extension is compiled against. The harness runs inside
 * the sandbox, never in the editor.
 */

export interface ResolveContext {
  parentURL?: string;
  conditions: string[];
  importAttributes: Record<string, string>;
}

export interface ResolveResult {
  url: string;
  format?: string | null;
  shortCircuit?: boolean;
  importAttributes?: Record<string, string>;
}

export interface LoadContext {
  format?: string | null;
  conditions: string[];
  importAttributes: Record<string, string>;
}

export interface LoadResult {
  format: string;
  source?: string | Buffer | null;
  shortCircuit?: boolean;
}

export interface ModuleHooks {
  resolve: (
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context?: Partial<ResolveContext>) => ResolveResult,
  ) => ResolveResult;
  load: (
    url: string,
    context: LoadContext,
    next: (url: string, context?: Partial<LoadContext>) => LoadResult,
  ) => LoadResult;
}

export interface NewerModuleApi {
  registerHooks?: (hooks: ModuleHooks) => void;
  stripTypeScriptTypes?: (
    code: string,
    options: { mode: 'transform'; sourceMap: true; sourceUrl: string },
  ) => string;
}
