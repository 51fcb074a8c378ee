import * as fs from 'node:fs';
import * as path from 'node:path';

/** A line that a rule family has to report. */
interface Label {
  line: number;
  family: string;
  /** Worth an information only: no failing finding is wanted, though one is not wrong. */
  weak: boolean;
}

export interface Specimen {
  path: string;
  text: string;
  labels: Label[];
}

const HEADING = /^=== (\S+)$/;
const MARK = /^»([A-Za-z]{2})\d*/;

/**
 * Reads the specimens of a folder. Each of its `.txt` files holds many of them: a heading `=== PATH`, then source in
 * which `»TH ` at the beginning of a line (with or without the number of a rule) says that the family must report it, and
 * `»th ` that an information is enough.
 */
export function readSpecimens(folder: string): Specimen[] {
  const specimens: Specimen[] = [];
  for (const file of fs.readdirSync(folder).sort()) {
    let current: { path: string; lines: string[]; labels: Label[] } | undefined;
    const finish = (): void => {
      if (current)
        specimens.push({ path: current.path, text: current.lines.join('\n'), labels: current.labels });
    };
    for (const line of fs.readFileSync(path.join(folder, file), 'utf8').split('\n')) {
      const heading = HEADING.exec(line);
      if (heading?.[1] !== undefined) {
        finish();
        current = { path: heading[1], lines: [], labels: [] };
        continue;
      }
      const mark = MARK.exec(line);
      current?.lines.push(mark ? line.slice(mark[0].length) : line);
      if (mark?.[1] === undefined || !current) continue;
      const family = mark[1].toUpperCase();
      current.labels.push({ line: current.lines.length, family, weak: mark[1] !== family });
    }
    finish();
  }
  return specimens;
}
