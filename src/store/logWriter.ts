import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { messageOf, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { t } from '../base/texts';
import type { FileSystem, OpenFile } from './fileSystem';
import { writeAll } from './fileSystem';
import { logName } from './folder';
import { encodeHeader, encodeRecord, HEADER_BYTES } from './record';

export interface LogWriterOptions {
  folder: string;
  files: FileSystem;
  logger: Logger;
  now: () => number;
  /** Size from which on a log is followed by the next one. */
  segmentBytes?: number;
}

interface Segment {
  name: string;
  file: OpenFile;
  /** Where the next record goes. */
  size: number;
  records: number;
  usedAt: number;
}

interface Waiting {
  payload: Buffer;
  resolve: () => void;
  reject: (error: Error) => void;
}

const SEGMENT_BYTES = 1024 * 1024;
/** Half of the silence after which others may collect a log. */
const LONGEST_SILENCE_MS = 24 * 3_600_000;

/** Another process has taken all that was in it into a checkpoint, and removed it: nothing is wrong. */
class Collected extends Error {}

/**
 * Appends records to logs that no other process writes to. An append resolves once its record would survive a loss of
 * power; appends made while the disk is busy share the next write.
 */
export class LogWriter {
  readonly writer = randomBytes(16).toString('hex');
  private current: Segment | undefined;
  private prepared: Promise<Segment | undefined> | undefined;
  private segments = 0;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | undefined;

  constructor(private readonly options: LogWriterOptions) {}

  append(payload: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ payload, resolve, reject });
      this.flushing ??= this.flush().finally(() => (this.flushing = undefined));
    });
  }

  /** Ends the log in use with `lastWord`, which need not succeed, so that it can be collected. False when there is none. */
  async startNewLog(lastWord: Buffer): Promise<boolean> {
    await this.flushing;
    if (!this.current) return false;
    await this.append(lastWord).catch(() => undefined);
    await this.abandon();
    return true;
  }

  /** Waits for appends under way; `lastWord` is appended if anything was, and need not succeed. */
  async close(lastWord: Buffer): Promise<void> {
    await this.flushing;
    if (this.current) await this.append(lastWord).catch(() => undefined);
    const prepared = await this.prepared;
    if (prepared) {
      await this.release(prepared);
      await this.options.files.remove(this.pathOf(prepared.name)).catch(() => undefined);
    }
    if (this.current) await this.release(this.current);
    this.current = this.prepared = undefined;
  }

  private async flush(): Promise<void> {
    // Appends of the same tick should share the first write too.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.commit(batch.map(({ payload }) => payload));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const failure = cannotSave(this.options.folder, error);
        for (const { reject } of batch) reject(failure);
      }
    }
  }

  private async commit(payloads: Buffer[]): Promise<void> {
    try {
      await this.write(await this.segment(), payloads);
    } catch (error) {
      // After a failed sync the system may have dropped the pages and call the next sync a success, so nothing in
      // this file counts any more. What was written twice is the same version of the same row.
      const { logger } = this.options;
      if (error instanceof Collected) logger.debug(error.message);
      else logger.warn(`A state log is given up: ${messageOf(error)}`);
      await this.abandon();
      try {
        await this.write(await this.segment(), payloads);
      } catch (second) {
        await this.abandon();
        throw second;
      }
    }
    this.prepareNext();
  }

  private async write(segment: Segment, payloads: Buffer[]): Promise<void> {
    const records = payloads.map((payload, index) =>
      encodeRecord(segment.name, segment.records + index, payload),
    );
    const bytes = records.length === 1 && records[0] ? records[0] : Buffer.concat(records);
    await writeAll(segment.file, bytes, segment.size);
    await segment.file.sync();
    if (await segment.file.isUnlinked())
      throw new Collected(`${segment.name} was collected while it was written`);
    segment.size += bytes.length;
    segment.records += records.length;
    segment.usedAt = this.options.now();
  }

  private async segment(): Promise<Segment> {
    const { current } = this;
    if (current && !this.isFull(current)) {
      const silence = Math.abs(this.options.now() - current.usedAt);
      if (silence < LONGEST_SILENCE_MS) return current;
    }
    if (current) await this.abandon();
    const prepared = await this.prepared;
    this.prepared = undefined;
    this.current = prepared ?? (await this.create());
    return this.current;
  }

  private isFull(segment: Segment): boolean {
    return segment.size >= (this.options.segmentBytes ?? SEGMENT_BYTES);
  }

  /** Creating a file takes two syncs, which should not fall on a save. */
  private prepareNext(): void {
    if (this.prepared || !this.current) return;
    if (this.current.size < (this.options.segmentBytes ?? SEGMENT_BYTES) / 2) return;
    this.prepared = this.create().catch(() => undefined);
  }

  private async create(): Promise<Segment> {
    const { files, folder, now } = this.options;
    await files.makeFolder(folder);
    const name = logName(this.writer, ++this.segments);
    const file = await files.create(this.pathOf(name));
    try {
      await writeAll(file, encodeHeader(), 0);
      await file.sync();
      // Without this the records could be durable in a file that has no name.
      await files.syncFolder(folder);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    return { name, file, size: HEADER_BYTES, records: 0, usedAt: now() };
  }

  private async abandon(): Promise<void> {
    const { current } = this;
    this.current = undefined;
    if (current) await this.release(current);
  }

  private async release(segment: Segment): Promise<void> {
    await segment.file.close().catch((error: unknown) => this.options.logger.debug(messageOf(error)));
  }

  private pathOf(name: string): string {
    return path.join(this.options.folder, name);
  }
}

function cannotSave(folder: string, cause: unknown): UserError {
  return new UserError(
    t('Seaworthy could not save its state: {0}', messageOf(cause)),
    t('check that {0} can be written and its disk is not full', folder),
    { cause },
  );
}
