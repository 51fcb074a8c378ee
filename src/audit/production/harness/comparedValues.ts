import { inspect } from 'node:util';

const MAX_TEXT = 1500;
const OPTIONS = { depth: 4, sorted: true, breakLength: 60, maxArrayLength: 100, maxStringLength: MAX_TEXT };

/** What an assertion's error says it compared, as text; empty where it says nothing. The code may throw anything. */
export function comparedValues(error: unknown): { expected?: string; actual?: string } {
  try {
    if (typeof error !== 'object' || error === null || !('expected' in error) || !('actual' in error))
      return {};
    const { expected, actual } = error;
    // A predicate or a kind of error is no value that the other one could be.
    if (typeof expected === 'function' || expected === actual) return {};
    if (expected === undefined && actual === undefined) return {};
    return { expected: shown(expected), actual: shown(actual) };
  } catch {
    return {};
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : inspect(value, { ...OPTIONS, customInspect: false });
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** A time in milliseconds as a record has it. */
export function durationOf(milliseconds: unknown): { durationMs?: number } {
  return typeof milliseconds === 'number' && milliseconds >= 0 && Number.isFinite(milliseconds)
    ? { durationMs: Math.round(milliseconds) }
    : {};
}
