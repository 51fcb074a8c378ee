import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import type { Debugger, Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { COVERAGE_VARIABLE, LOADED_VARIABLE } from './environment';
import type { LoadedRecord, ScriptCoverageRecord, ScriptRecord } from './records';

/** What ran of a counted file since the last time somebody asked, once for each copy of it in the process. */
export interface ExecutedScript {
  /** Absolute path. */
  file: string;
  code: string;
  ranges: ScriptCoverageRecord['ranges'];
}

/** Runners put a module into a function before they run it; its source map does not know about that. */
const WRAPPER =
  /^(?:'use strict';async \([^)]*\)=>\{\{|\(\{"Object\.<anonymous>":function\([^)]*\)\{|\(function \(exports, require, module, __filename, __dirname\) \{ ?)/;
const MAX_CODE = 2_000_000;
/** Taken now: the harness may take it away from those who come later. */
const Inspector = Session;
let session: Session | undefined;

/** Begins to count; what was compiled before is counted by function only. */
export function startCoverage(): void {
  if (session) return;
  session = new Inspector();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
}

/** What of `target` ran since the start or the last call, which it forgets. Empty when nothing of it did. */
export function takeCoverage(target: string): ExecutedScript[] {
  if (!session) return [];
  let scripts: Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (!error)
      scripts = result.filter(
        ({ url, functions }) => targetOf(url, target) !== undefined && hasRun(functions),
      );
  });
  return scripts.length === 0 ? [] : withCode(session, scripts, target);
}

function withCode(session: Session, scripts: Profiler.ScriptCoverage[], target: string): ExecutedScript[] {
  // Only now: a debugger that listens all along costs time.
  const known = new Set<string>();
  const remember = ({ params }: { params: Debugger.ScriptParsedEventDataType }): void => {
    known.add(params.scriptId);
  };
  session.on('Debugger.scriptParsed', remember);
  session.post('Debugger.enable');
  const executed = scripts.flatMap(({ url, scriptId, functions }): ExecutedScript[] => {
    let source = '';
    if (known.has(scriptId)) {
      session.post('Debugger.getScriptSource', { scriptId }, (error, answer) => {
        if (!error) source = answer.scriptSource;
      });
    }
    const prefix = WRAPPER.exec(source)?.[0].length ?? 0;
    const ranges = functions
      .flatMap((entry) => entry.ranges)
      .map(({ startOffset, endOffset, count }): [number, number, number] => [
        Math.max(0, startOffset - prefix),
        endOffset - prefix,
        count,
      ])
      .filter(([, end]) => end > 0);
    const file = targetOf(url, target);
    if (file === undefined || source === '' || source.length > MAX_CODE) return [];
    return [{ file, code: source.slice(prefix), ranges }];
  });
  session.post('Debugger.disable');
  session.off('Debugger.scriptParsed', remember);
  return executed;
}

/** Whether what runs of a file is counted: the target itself, or the project's own code in a target that is a folder. */
export function isCounted(path: string, target: string): boolean {
  return target.endsWith('/')
    ? path.startsWith(target) && !path.includes('/node_modules/')
    : path === target && target !== '';
}

/** The path of a counted script; undefined for any other. */
function targetOf(url: string, target: string): string | undefined {
  const path = pathOf(url);
  return path !== undefined && isCounted(path, target) ? path : undefined;
}

function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return url.replace(/\?.*$/, '');
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
}

function hasRun(functions: readonly Profiler.FunctionCoverage[]): boolean {
  return functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
}

const written = new Set<string>();

/** Writes down which counted files ran under the test file `by`, and what of them. */
export function writeCoverage(executed: readonly ExecutedScript[], by: string): void {
  const report = process.env[COVERAGE_VARIABLE];
  const loaded = process.env[LOADED_VARIABLE];
  if (executed.length === 0) return;
  if (loaded !== undefined)
    for (const file of new Set(executed.map((one) => one.file))) append(loaded, { type: 'loaded', file, by });
  if (report === undefined) return;
  for (const { file, code, ranges } of executed) {
    const script = code === readText(file) ? '' : createHash('sha256').update(code).digest('hex');
    if (script !== '' && !written.has(script)) append(report, { type: 'script', id: script, code });
    written.add(script);
    append(report, { type: 'coverage', file, by, script, ranges });
  }
}

function append(report: string, record: LoadedRecord | ScriptRecord | ScriptCoverageRecord): void {
  try {
    appendFileSync(report, `${JSON.stringify(record)}\n`);
  } catch {
    // A report that can't be written counts as missing; the audited code must not see the difference.
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
