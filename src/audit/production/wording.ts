const MAX_MESSAGE = 300;
const MAX_EVIDENCE = 300;

/** The first line of a text, or as much of it as fits a sentence. */
export function clip(text: string): string {
  const flat =
    text
      .trim()
      .split(/\n\s*\n/)[0]
      ?.replace(/\s+/g, ' ') ?? '';
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
