import type { AuditReport } from './report';
import { isCancelled, throwIfCancelled } from '../base/errors';

/** Files judged at the same time; sandboxes have a limit of their own. */
const AT_ONCE = 4;

/**
 * Audits many files, a few at a time. `keep` is given each report as it is done, with how many are done by then, and what it
 * makes of them comes back in the order of the files: all reports together can be larger than the sources. Rejects when one
 * audit does, with the others given up.
 */
export async function auditMany<File, Kept>(
  files: readonly File[],
  audit: (file: File, signal: AbortSignal) => Promise<AuditReport>,
  options: { signal: AbortSignal; keep: (report: AuditReport, file: File, done: number) => Promise<Kept> },
): Promise<Kept[]> {
  const kept: Kept[] = [];
  const giveUp = new AbortController();
  const signal = AbortSignal.any([options.signal, giveUp.signal]);
  const queue = files.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [index, file] of queue) {
      throwIfCancelled(signal);
      const report = await audit(file, signal);
      done += 1;
      kept[index] = await options.keep(report, file, done);
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
  return kept;
}
