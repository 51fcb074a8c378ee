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

/** With a capital first letter. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
