import type { AuditReport } from './report';
import { isCancelled, throwIfCancelled } from '../base/errors';

/** Files judged at the same time; sandboxes have a limit of their own. */
const AT_ONCE = 4;

/**
 * Audits many files, a few at a time. `onReport` is told each report as it is done, with how many are done by then; the
 * reports come back in the order of the files. Rejects when one audit does, with the others given up.
 */
export async function auditMany<File>(
  files: readonly File[],
  audit: (file: File, signal: AbortSignal) => Promise<AuditReport>,
  options: { signal: AbortSignal; onReport?: (report: AuditReport, done: number) => Promise<void> | void },
): Promise<AuditReport[]> {
  const reports: AuditReport[] = [];
  const giveUp = new AbortController();
  const signal = AbortSignal.any([options.signal, giveUp.signal]);
  const queue = files.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [index, file] of queue) {
      throwIfCancelled(signal);
      const report = await audit(file, signal);
      reports[index] = report;
      done += 1;
      await options.onReport?.(report, done);
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, files.length) }, async () => {
    try {
      await work();
    } catch (error) {
      giveUp.abort();
      throw error;
    }
  });
  const failures = (await Promise.allSettled(workers)).flatMap((one) =>
    one.status === 'rejected' ? [one.reason as Error] : [],
  );
  throwIfCancelled(options.signal);
  // The others were given up because of the one that broke.
  const failure = failures.find((error) => !isCancelled(error)) ?? failures[0];
  if (failure) throw failure;
  return reports;
}
