import { resolve } from 'node:path';
import { TARGET_VARIABLE } from './environment';
import * as coverage from './coverage';
import type { ExecutedScript } from './coverage';

/** Vitest loads this more than once in a worker, and what one copy has started another has to take. No secret is in a worker. */
const COVERAGE = Symbol.for('seaworthy.coverage');
const holder = globalThis as { [COVERAGE]?: typeof coverage };
const { startCoverage, takeCoverage, writeCoverage } = (holder[COVERAGE] ??= coverage);

/** A vitest coverage provider: half of it runs in the workers, half in the process that started them. */
const coverageModule = {
  startCoverage,
  stopCoverage: (): void => undefined,
  takeCoverage: (): ExecutedScript[] => takeCoverage(process.env[TARGET_VARIABLE] ?? ''),
  getProvider: (): Provider => new Provider(),
};

interface Vitest {
  config: { root: string; coverage: object };
  projects: { vite?: { environments?: Record<string, { moduleGraph?: ModuleGraph } | undefined> } }[];
}

interface ModuleGraph {
  getModulesByFile(
    file: string,
  ): Iterable<{ transformResult?: { code: string; map?: { mappings?: unknown } | null } | null }> | undefined;
}

/** Spelt so that nobody takes this file itself for one with a map. */
const MAPPING = ['source', 'MappingURL'].join('');
const MAPPED = new RegExp(`${MAPPING}=data:`);

class Provider {
  readonly name = 'custom';
  private context: Vitest | undefined;
  private options: object = {};

  initialize(context: Vitest): void {
    this.context = context;
    this.options = context.config.coverage;
  }

  resolveOptions(): object {
    return this.options;
  }

  clean(): void {
    // Nothing lies anywhere.
  }

  onAfterSuiteRun(run: { coverage: ExecutedScript[]; testFiles: string[] }): void {
    // Files that share a worker are told apart only while there is one.
    const [file] = run.testFiles;
    const by =
      run.testFiles.length === 1 && file !== undefined ? resolve(this.context?.config.root ?? '', file) : '';
    writeCoverage(
      run.coverage.map(({ file, code, ranges }) => ({ file, code: this.withMap(file, code), ranges })),
      by,
    );
  }

  /** From version 5 on, vitest does not send the source map to its workers. */
  private withMap(file: string, code: string): string {
    if (MAPPED.test(code)) return code;
    for (const { vite } of this.context?.projects ?? []) {
      for (const environment of Object.values(vite?.environments ?? {})) {
        for (const { transformResult } of environment?.moduleGraph?.getModulesByFile(file) ?? []) {
          if (
            !transformResult?.map?.mappings ||
            !code.startsWith(transformResult.code.trimEnd().slice(0, 2000))
          )
            continue;
          const map = Buffer.from(JSON.stringify(transformResult.map)).toString('base64');
          return `${code}\n//# ${MAPPING}=data:application/json;base64,${map}`;
        }
      }
    }
    return code;
  }

  generateCoverage(): object {
    return {};
  }

  reportCoverage(): void {
    // Written as it came.
  }
}

export default coverageModule;
