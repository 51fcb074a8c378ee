import type { TextRange } from '../syntax/tree';

/** Text to be put around ranges that lie inside one another or apart, and in the place of tokens between them. */
export class SourceEdits {
  private readonly opening: { at: number; end: number; text: string }[] = [];
  private readonly closing: { at: number; start: number; text: string }[] = [];
  private readonly replaced: { start: number; end: number; text: string }[] = [];

  wrap({ start, end }: TextRange, before: string, after: string): void {
    this.opening.push({ at: start, end, text: before });
    this.closing.push({ at: end, start, text: after });
  }

  insert(at: number, text: string): void {
    this.opening.push({ at, end: Infinity, text });
  }

  replace({ start, end }: TextRange, text: string): void {
    this.replaced.push({ start, end, text });
  }

  apply(source: string): string {
    const events = [
      ...this.closing.map(({ at, start, text }, order) => ({
        at,
        until: at,
        rank: 0,
        size: -start,
        order: -order,
        text,
      })),
      ...this.opening.map(({ at, end, text }, order) => ({
        at,
        until: at,
        rank: 1,
        size: -end,
        order,
        text,
      })),
      ...this.replaced.map(({ start, end, text }, order) => ({
        at: start,
        until: end,
        rank: 2,
        size: 0,
        order,
        text,
      })),
    ].sort((a, b) => a.at - b.at || a.rank - b.rank || compare(a.size, b.size) || a.order - b.order);
    let text = '';
    let done = 0;
    for (const event of events) {
      text += source.slice(done, event.at) + event.text;
      done = event.until;
    }
    return text + source.slice(done);
  }
}

/** Unlike a difference, right for two infinities. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
