import type { FileFacts } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';
import { dottedPath, meaningful, unwrap } from '../syntax/values';

/** A literal that a name is compared with. The line is 1-based. */
export interface ComparedValue {
  /** Last name of what is compared. */
  subject: string;
  /** The literal as written. */
  value: string;
  line: number;
}

/** The same with where it stands. */
interface FoundValue extends ComparedValue {
  node: SyntaxNode;
}

const MAX_VALUES = 500;
const MAX_LITERAL = 20;
const EQUALITY = ['==', '===', '!=', '!=='];
/** Numbers that mean themselves: counts, powers, parts of time, angles and colours, states of HTTP. */
const PLAIN_NUMBERS = new Set(
  '0 1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 23 24 28 29 30 31 32 36 48 50 59 60 63 64 80 90 99 100 127 128 180 192 250 255 256 270 300 360 365 366 443 500 512 1000 1023 1024 2048 3600 4096 8192 10000 16384 32768 32767 65535 65536 86400 100000 1000000'.split(
    ' ',
  ),
);
const SIZE_NAME =
  /len|length|size|count|index|width|height|depth|level|version|major|minor|port|year|month|day|hour|code(point)?$|char|byte|^[a-z]$/i;

/** Numbers that decide something here, by the name of what they are compared with: `status === 17`. */
export function comparedValues({ tree }: FileFacts): FoundValue[] {
  const found: FoundValue[] = [];
  for (const node of tree.nodes) {
    if (node.kind !== 'binary' || node.children.length > 4) continue;
    if (!EQUALITY.some((operator) => node.hasToken(operator))) continue;
    const [left, right] = meaningful(node).map(unwrap);
    if (!left || !right) continue;
    const value = magicValue(left) ?? magicValue(right);
    const subject = lastName(magicValue(left) === undefined ? left : right);
    if (value === undefined || subject === '' || SIZE_NAME.test(subject)) continue;
    found.push({ subject, value, line: tree.lineAt(node.start), node });
    if (found.length === MAX_VALUES) break;
  }
  return found;
}

function magicValue({ kind, text }: SyntaxNode): string | undefined {
  if (kind !== 'number' || text.length > MAX_LITERAL) return undefined;
  return PLAIN_NUMBERS.has(text) || /^[1-5]\d\d$/.test(text) ? undefined : text;
}

function lastName(node: SyntaxNode): string {
  const path = dottedPath(node);
  return /\(\)|\[\]$/.test(path) ? '' : (path.split('.').pop() ?? '');
}
