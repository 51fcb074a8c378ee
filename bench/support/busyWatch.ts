import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';

interface ProcessWithThreads {
  threadCpuUsage(): { user: number; system: number };
}

/** Processor time of this thread so far, in ms. In Node.js from 23.9 on, which the types do not know yet. */
export function spent(): number {
  const { user, system } = (process as unknown as ProcessWithThreads).threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * The longest time for which the thread of the caller was busy at a stretch, in ms of processor time. Several short
 * tasks between two looks count as one, and so does what the system charges to whoever happens to run: interrupts, and
 * the time a virtual machine was not given. `busyFloor` measures that part.
 */
export class BusyWatch {
  private longest = 0;
  private before = spent();
  private readonly begun = performance.now();
  private readonly timer = setInterval(() => this.look(), 1);

  stop(): { longest: number; lasted: number } {
    clearInterval(this.timer);
    this.look();
    return { longest: this.longest, lasted: performance.now() - this.begun };
  }

  private look(): void {
    const now = spent();
    this.longest = Math.max(this.longest, now - this.before);
    this.before = now;
  }
}

/** What the watch shows in ms while this thread does nothing for `milliseconds`, beside a thread that allocates and computes. */
export async function busyFloor(milliseconds: number): Promise<number> {
  const work = `const end = Date.now() + ${Math.ceil(milliseconds)};
    while (Date.now() < end) Buffer.alloc(8 * 1024 * 1024, 1);`;
  const watch = new BusyWatch();
  await new Promise((resolve) => new Worker(work, { eval: true }).once('exit', resolve));
  return watch.stop().longest;
}
