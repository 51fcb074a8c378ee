import type { FileSystem } from './fileSystem';
import { decodeTransaction } from './operation';
import type { Transaction } from './operation';
import { judgeHeader, scanLog } from './record';

export interface LogRead {
  transactions: Transaction[];
  /** Where to read on; what lies behind it is no whole record yet. */
  end: number;
  /** Set when bytes before the end are no records. */
  damage: string | undefined;
  /** True when the log or a record in it is of a format that only a newer version knows. */
  newer: boolean;
}

/**
 * Reads the records of a log from a position on; undefined when not even its header is whole.
 * Rejects with ENOENT when the log was collected.
 */
export async function readLog(files: FileSystem, file: string, from: number): Promise<LogRead | undefined> {
  const open = await files.openForReading(file);
  let bytes: Buffer;
  try {
    bytes = await open.readFrom(from);
  } finally {
    await open.close();
  }
  const header = from === 0 ? judgeHeader(bytes) : 'valid';
  if (header === 'short') return undefined;
  if (header === 'newer') return { transactions: [], end: from, damage: undefined, newer: true };
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const scan = scanLog(name, bytes, from);
  const transactions = scan.records.map(({ payload }) => decodeTransaction(payload));
  const known = transactions.filter((transaction) => transaction !== undefined);
  const damage =
    scan.damagedBytes > 0
      ? `damaged: ${scan.damagedBytes} bytes can't be read`
      : header === 'damaged'
        ? 'damaged: its header'
        : undefined;
  return { transactions: known, end: scan.end, damage, newer: known.length < transactions.length };
}
