export interface Measure {
  measure: string;
  unit: string;
  ours: number;
  peer: number;
  /** What `ours` should stay under. */
  goal?: number;
}

/** The value that `share` (0 to 1) of the samples lie under. */
export function quantile(samples: number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(samples: number[]): number {
  return quantile(samples, 0.5);
}

/** Collects what a benchmark measured: a line each as it comes, or with --json one array at the end. */
export class Measures {
  private readonly all: Measure[] = [];
  private readonly asJson = process.argv.includes('--json');

  constructor(private readonly bench: string) {}

  add(...measures: Measure[]): void {
    this.all.push(...measures);
    if (!this.asJson) for (const measure of measures) process.stdout.write(`${this.line(measure)}\n`);
  }

  /** Says what the figures mean; left out with --json. */
  note(text: string): void {
    if (!this.asJson) process.stdout.write(`${this.bench}: ${text}\n`);
  }

  /** What was measured of ours under that name; NaN when it was not. */
  ours(name: string): number {
    return this.all.find(({ measure }) => measure === name)?.ours ?? NaN;
  }

  end(): void {
    if (this.asJson) process.stdout.write(`${JSON.stringify(this.all, undefined, 2)}\n`);
  }

  private line({ measure, unit, ours, peer, goal }: Measure): string {
    const value = (number: number): string => `${number.toFixed(2)} ${unit}`;
    const wanted = goal === undefined ? '' : `; goal ${value(goal)}`;
    return `${this.bench}/${measure}: ratio ${(ours / peer).toFixed(2)} (ours ${value(ours)}, peer ${value(peer)})${wanted}`;
  }
}
