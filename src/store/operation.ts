import { MAX_PAYLOAD_BYTES } from './record';
import { UserError } from '../base/errors';
import { t } from '../base/texts';

/** What a column can hold; JSON columns are text. */
export type Value = string | number | null;

/** One row put (whole, never a part of it) or removed. Of two for the same row the later version counts. */
export interface Operation {
  table: string;
  id: string;
  version: string;
  /** Undefined for a removal. */
  row: Record<string, Value> | undefined;
}

/** The payload of one record: all of it counts or nothing. */
export interface Transaction {
  operations: Operation[];
  /** The last word of a log: nothing will be appended to it. */
  closes: boolean;
  /** True when the operations remove everything that was there, so that other writers should leave their logs too. */
  clears: boolean;
}

/** Raised whenever an older reader would misunderstand what a newer writer writes. */
const PAYLOAD_FORMAT = 1;

interface WireOperation {
  t: string;
  k: string;
  v: string;
  b?: Record<string, Value>;
}

export function encodeTransaction({ operations, closes, clears }: Transaction): Buffer {
  const ops = operations.map(({ table, id, version, row }): WireOperation => {
    return row ? { t: table, k: id, v: version, b: row } : { t: table, k: id, v: version };
  });
  // JSON.stringify escapes lone surrogates, which UTF-8 can't carry.
  const flags = { ...(closes && { close: true }), ...(clears && { clear: true }) };
  const payload = Buffer.from(JSON.stringify({ f: PAYLOAD_FORMAT, ops, ...flags }));
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new UserError(t('Seaworthy could not save its state: one record is larger than 64 MB'));
  }
  return payload;
}

/** Undefined for what a newer version has written. */
export function decodeTransaction(payload: Buffer): Transaction | undefined {
  const wire = parse(payload);
  if (!isObject(wire) || wire['f'] !== PAYLOAD_FORMAT || !Array.isArray(wire['ops'])) return undefined;
  const operations: Operation[] = [];
  for (const op of wire['ops'] as unknown[]) {
    if (!isOperation(op)) return undefined;
    operations.push({ table: op.t, id: op.k, version: op.v, row: op.b });
  }
  return { operations, closes: wire['close'] === true, clears: wire['clear'] === true };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isOperation(op: unknown): op is WireOperation {
  if (!isObject(op)) return false;
  if (![op['t'], op['k'], op['v']].every((part) => typeof part === 'string')) return false;
  const row = op['b'];
  return row === undefined || (isObject(row) && Object.values(row).every(isValue));
}

function isValue(value: unknown): value is Value {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
