import type { ConfigurationRecord } from './records';

/**
 * Tells of settings of the project that would change what a run means: those in `ignored` would leave tests out, stop early or
 * make a pass of nothing, and are not followed; `retried` lets tests that fail be run again, and is.
 */
export function tellSettings(
  write: (record: ConfigurationRecord) => void,
  ignored: Record<string, unknown>,
  retried: Record<string, unknown>,
): void {
  const set = (settings: Record<string, unknown>): string =>
    Object.entries(settings)
      .filter(([, value]) => isSet(value))
      .map(([name, value]) => `${name} ${textOf(value)}`)
      .join(', ');
  const [left, again] = [set(ignored), set(retried)];
  if (left !== '')
    write({ type: 'configuration', message: `${left} not followed, so that no test is left out` });
  if (again !== '')
    write({
      type: 'configuration',
      message: `${again}: a test that fails is run again, and counts as flaky when it passes then`,
    });
}

function isSet(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== false && value !== 0 && value !== '' && !isEmpty(value)
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function textOf(value: unknown): string {
  if (value === true) return '';
  const text = value instanceof RegExp ? String(value) : (JSON.stringify(value) ?? '');
  return `(${text.slice(0, 80)})`;
}
