import { crc32 } from 'node:zlib';

/*
 * A log is a header and records. Every checksum is seeded with the name of the log, which is random, so that bytes of
 * another file never count as a record, and a record can be judged without the header or its neighbours.
 */

/** magic 8, format u32, crc32 u32 */
export const HEADER_BYTES = 16;
const MAGIC = Buffer.from('SEAWLOG\n', 'latin1');
const LOG_FORMAT = 1;

/** marker u32, payload length u32, sequence u32, crc32 u32 of length, sequence and payload */
const PREFIX_BYTES = 16;
const MARKER = Buffer.from([0xf1, 0x5e, 0xa0, 0xc5]);

/** Longest payload of a record in bytes. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

interface LogRecord {
  /** Counts from 0 in each log. */
  sequence: number;
  payload: Buffer;
}

export interface LogScan {
  records: LogRecord[];
  /** Position after the last valid record; what follows is a write under way, or one that a crash cut short. */
  end: number;
  /** Bytes that are no record although records follow them. */
  damagedBytes: number;
}

export function encodeHeader(): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(LOG_FORMAT, 8);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
}

/** `damaged` says nothing about the records, which do not depend on the header. */
export function judgeHeader(bytes: Buffer): 'valid' | 'newer' | 'short' | 'damaged' {
  if (bytes.length < HEADER_BYTES) return 'short';
  const intact =
    bytes.subarray(0, 8).equals(MAGIC) && bytes.readUInt32LE(12) === crc32(bytes.subarray(0, 12));
  if (!intact) return 'damaged';
  return bytes.readUInt32LE(8) > LOG_FORMAT ? 'newer' : 'valid';
}

export function encodeRecord(logName: string, sequence: number, payload: Buffer): Buffer {
  const record = Buffer.allocUnsafe(PREFIX_BYTES + payload.length);
  MARKER.copy(record);
  record.writeUInt32LE(payload.length, 4);
  record.writeUInt32LE(sequence, 8);
  payload.copy(record, PREFIX_BYTES);
  record.writeUInt32LE(checksum(record, 0, record.length, crc32(logName)), 12);
  return record;
}

/**
 * Finds the valid records of a log.
 * @param bytes the file, or what lies behind a position at which an earlier scan ended
 * @param start position of `bytes` in the file
 */
export function scanLog(logName: string, bytes: Buffer, start: number): LogScan {
  const salt = crc32(logName);
  const scan: LogScan = { records: [], end: Math.max(start, HEADER_BYTES), damagedBytes: 0 };
  let at: number | undefined = scan.end - start;
  while ((at = nextRecord(bytes, at, salt)) !== undefined) {
    const end = at + PREFIX_BYTES + bytes.readUInt32LE(at + 4);
    scan.records.push({
      sequence: bytes.readUInt32LE(at + 8),
      payload: bytes.subarray(at + PREFIX_BYTES, end),
    });
    scan.damagedBytes += start + at - scan.end;
    scan.end = start + end;
    at = end;
  }
  return scan;
}

/** Where the first valid record at or after `from` begins. */
function nextRecord(bytes: Buffer, from: number, salt: number): number | undefined {
  for (let at = bytes.indexOf(MARKER, from); at !== -1; at = bytes.indexOf(MARKER, at + 1)) {
    if (at + PREFIX_BYTES > bytes.length) return undefined;
    const end = at + PREFIX_BYTES + bytes.readUInt32LE(at + 4);
    if (end <= bytes.length && bytes.readUInt32LE(at + 12) === checksum(bytes, at, end, salt)) return at;
  }
  return undefined;
}

function checksum(bytes: Buffer, at: number, end: number, salt: number): number {
  return crc32(bytes.subarray(at + PREFIX_BYTES, end), crc32(bytes.subarray(at + 4, at + 12), salt));
}
