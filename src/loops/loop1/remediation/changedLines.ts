/** The lines from `from` up to, but without, `to` (from 0) are replaced by `text`. */
export interface ChangedLines {
  from: number;
  to: number;
  text: string;
}

/** The least run of whole lines that makes `after` of `before`, so that all else stays as it is: marks, folds, the cursor. */
export function changedLines(before: string, after: string): ChangedLines {
  const old = before.split('\n');
  const made = after.split('\n');
  const most = Math.min(old.length, made.length);
  let start = 0;
  while (start < most && old[start] === made[start]) start += 1;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === made[made.length - 1 - end]) end += 1;
  // A last line has no end of its own: then the whole text is the safe piece.
  if (end === 0) return { from: 0, to: old.length, text: after };
  const lines = made.slice(start, made.length - end);
  return { from: start, to: old.length - end, text: lines.map((line) => `${line}\n`).join('') };
}
