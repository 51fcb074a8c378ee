import { isRecord } from './tsconfig';

/**
 * Every path that `name` can lead to by a table of `exports` or `imports` in a package.json, whatever the condition, relative
 * to its folder. `name` is `.`, `./sub` or `#name`; empty where the table does not have it.
 */
export function tableTargets(table: unknown, name: string): string[] {
  if (!isRecord(table) || !Object.keys(table).some((key) => /^[.#]/.test(key)))
    return name === '.' ? targetStrings(table) : [];
  const found: string[] = [];
  for (const [pattern, value] of Object.entries(table)) {
    const [start = '', end] = pattern.split('*');
    const fits =
      end === undefined
        ? name === pattern
        : name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
    if (!fits) continue;
    const star = end === undefined ? '' : name.slice(start.length, name.length - end.length);
    found.push(...targetStrings(value).map((target) => target.replaceAll('*', () => star)));
  }
  return found;
}

function targetStrings(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (depth > 5) return [];
  if (Array.isArray(value)) return value.flatMap((item) => targetStrings(item, depth + 1));
  return isRecord(value) ? Object.values(value).flatMap((item) => targetStrings(item, depth + 1)) : [];
}
