import type { SandboxResult } from '../../sandbox/sandbox';

const MAX_MESSAGE = 300;
const MAX_EVIDENCE = 300;

/** The first paragraph of a text, with what it announces, as far as that fits a sentence. */
export function clip(text: string): string {
  const [first = '', second = ''] = text.trim().split(/\n\s*\n/);
  // The second is the legend of Node.js, which says nothing without the values below it.
  const announces = /(?::|\+ actual - expected)$/.test(first.trimEnd());
  const whole = announces ? `${first} ${second}` : first;
  const flat = whole.replace(/\s+/g, ' ').trim();
  return flat.length > MAX_MESSAGE ? `${flat.slice(0, MAX_MESSAGE)}…` : flat;
}

/** The source text of one line, to be shown beside a finding. */
export function lineEvidence(text: string | undefined, line: number): string {
  return (text?.split('\n')[line - 1] ?? '').trim().slice(0, MAX_EVIDENCE);
}

/** The last line that was printed, which often says what went wrong. */
export function lastLine(printed: string): string {
  return printed.trim().split('\n').at(-1)?.trim() ?? '';
}

/** The sandbox's own sentence on an early end, as part of one. */
export function endReason({ detail, end }: Pick<SandboxResult, 'detail' | 'end'>): string {
  return detail === ''
    ? `the sandbox ended early (${end})`
    : detail.charAt(0).toLowerCase() + detail.slice(1).replace(/\.$/, '');
}
