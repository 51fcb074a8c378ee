import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Node, Pair } from 'yaml';

/** A service as a Compose file writes it: variables are not replaced, other files not merged in. */
export interface WrittenService {
  name: string;
  /** Of its name, from 1. */
  line: number;
  value: Readonly<Record<string, unknown>>;
  /** The line on which something of it stands, by keys and indexes; its own line where there is no such thing. */
  lineOf(...path: (string | number)[]): number;
}

export interface ComposeFile {
  path: string;
  services: readonly WrittenService[];
  /** Of the whole file. */
  value: Readonly<Record<string, unknown>>;
}

const MAX_ALIASES = 1000;
const MAX_SERVICES = 200;

/** Undefined for what is no YAML or has no services. */
export function readComposeFile(path: string, text: string): ComposeFile | undefined {
  const counter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: counter, merge: true, logLevel: 'silent' });
    const whole = asRecord(document.toJS({ maxAliasCount: MAX_ALIASES }));
    const services = document.get('services');
    if (!isMap(services)) return undefined;
    const values = asRecord(whole['services']);
    const found = services.items.slice(0, MAX_SERVICES).flatMap((pair: Pair): WrittenService[] => {
      const name = isScalar(pair.key) ? String(pair.key.value) : undefined;
      if (name === undefined) return [];
      const line = lineAt(pair.key as Node, counter);
      return [
        {
          name,
          line,
          value: asRecord(values[name]),
          lineOf: (...keys) => lineAt(nodeAt(pair, keys), counter) || line,
        },
      ];
    });
    return { path, services: found, value: whole };
  } catch {
    // Hostile or broken: Compose would not take it either.
    return undefined;
  }
}

/** The key that stands at a path below a pair, or the item of a list. */
function nodeAt(pair: Pair, keys: readonly (string | number)[]): Node | undefined {
  let node = pair.value as Node | null | undefined;
  let shown: Node | undefined;
  for (const key of keys) {
    if (isMap(node)) {
      const inner: Pair | undefined = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (!inner) return shown;
      shown = inner.key as Node;
      node = inner.value as Node | null;
    } else {
      const items = (node as { items?: unknown[] } | null | undefined)?.items;
      const item = typeof key === 'number' ? (items?.[key] as Node | undefined) : undefined;
      if (!item) return shown;
      shown = item;
      node = item;
    }
  }
  return shown;
}

function lineAt(node: Node | undefined, counter: LineCounter): number {
  const start = node?.range?.[0];
  return start === undefined ? 0 : counter.linePos(start).line;
}

/** An object, or an empty one in place of anything else. */
export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A list, or an empty one in place of anything else. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A text, also of a number; empty in place of anything else. */
export function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** The environment of a service: a list of `NAME=value`, or an object. */
export function environmentOf(service: WrittenService): { name: string; value: string; line: number }[] {
  const { environment } = service.value;
  if (Array.isArray(environment)) {
    return environment.map((entry, index) => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(asText(entry)) ?? [];
      return { name, value, line: service.lineOf('environment', index) };
    });
  }
  return Object.entries(asRecord(environment)).map(([name, value]) => ({
    name,
    value: asText(value),
    line: service.lineOf('environment', name),
  }));
}
