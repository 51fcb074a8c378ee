import { count, oneLine } from '../../../base/text';
import type { ClaimVerdict } from './checkClaim';
import type { VerifiedList } from './verifyList';

const VERDICTS: readonly ClaimVerdict[] = ['missing', 'stub', 'partial', 'orphaned', 'untested', 'verified'];

/** `3 of 5 tasks verified; 1 missing, 1 stub` */
export function summaryOf({ tasks }: VerifiedList): string {
  const numbers = VERDICTS.filter((verdict) => verdict !== 'verified').flatMap((verdict) => {
    const number = tasks.filter((task) => task.verdict === verdict).length;
    return number === 0 ? [] : [`${number} ${verdict}`];
  });
  const good = tasks.filter(({ verdict }) => verdict === 'verified').length;
  const rest = numbers.length === 0 ? '' : `; ${numbers.join(', ')}`;
  return `${good} of ${count(tasks.length, 'ticked task')} verified${rest}`;
}

/** For a terminal: what does not hold first, each with its evidence. */
export function verifiedText(verified: VerifiedList): string {
  const lines = [`${verified.list}: ${summaryOf(verified)}`];
  for (const verdict of VERDICTS) {
    for (const { id, text, reason, evidence } of verified.tasks.filter((task) => task.verdict === verdict)) {
      lines.push(
        '',
        `${verdict.toUpperCase().padEnd(9)} ${id}  ${oneLine(text, 100)}`,
        `          ${reason}`,
      );
      const shown = verdict === 'verified' ? [] : evidence.slice(0, 4);
      for (const { file, line, shows } of shown)
        lines.push(`          ${file}:${line}  ${oneLine(shows, 90)}`);
    }
  }
  if (verified.open > 0)
    lines.push(
      '',
      `${count(verified.open, 'task')} without a tick ${verified.open === 1 ? 'was' : 'were'} not looked at.`,
    );
  return [...lines, ...verified.notes.flatMap((note) => ['', note])].join('\n');
}
