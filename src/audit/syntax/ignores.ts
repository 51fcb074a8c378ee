import type { Finding } from '../finding';
import type { CommentFact, FileFacts } from './facts';
import { codeLines } from '../quality/codeLines';

/** A finding that a comment in the source sets aside, with the reason the comment gives. */
export interface Suppressed {
  finding: Finding;
  reason: string;
}

/** Whether a rule could have found something at all. What mutants find is not known here: `ignoredAt` is asked for that. */
function isLookedFor(id: string, { workspace }: FileFacts): boolean {
  return !id.startsWith('MT') && (workspace?.complete === true || !OF_WORKSPACE.includes(id));
}

interface Directive {
  comment: CommentFact;
  ids: string[];
  reason: string;
  wholeFile: boolean;
  /** The line it speaks of. */
  line: number;
  used: Set<string>;
}

const DIRECTIVE =
  /^seaworthy-ignore(-file)?\s+([A-Z]{2}\d{2}(?:\s*,\s*[A-Z]{2}\d{2})*)\s*(?::\s*([\s\S]*))?$/;
/** Rules that look at more than the file. */
const OF_WORKSPACE = ['TH19', 'QC09', 'QC10', 'QC11'];
const ATTEMPT = /^seaworthy-ignore\b/;

/**
 * Sets aside what `seaworthy-ignore TH08: reason` on the line, or above it, and `seaworthy-ignore-file TH08: reason` speak
 * of. A directive without a reason sets nothing aside; that, and one that has nothing to set aside, are findings themselves.
 */
export function applyIgnores(
  findings: readonly Finding[],
  facts: FileFacts,
): { kept: Finding[]; suppressed: Suppressed[] } {
  const comments = attempts(facts);
  if (comments.length === 0) return { kept: [...findings], suppressed: [] };
  const directives: Directive[] = [];
  const kept: Finding[] = [];
  for (const comment of comments) {
    const directive = read(comment, facts);
    if (typeof directive === 'string') kept.push(aboutDirective('IG01', comment, facts, directive));
    else directives.push(directive);
  }
  const suppressed: Suppressed[] = [];
  for (const finding of findings) {
    const directive = directives.find((one) => speaksOf(one, finding.ruleId, finding.startLine));
    directive?.used.add(finding.ruleId);
    if (directive) suppressed.push({ finding, reason: directive.reason });
    else kept.push(finding);
  }
  for (const directive of directives) {
    const unused = directive.ids.filter((id) => !directive.used.has(id) && isLookedFor(id, facts));
    if (unused.length > 0)
      kept.push(
        aboutDirective(
          'IG02',
          directive.comment,
          facts,
          `Nothing here is found by ${unused.join(', ')}, so that this ignores nothing.`,
        ),
      );
  }
  return { kept, suppressed };
}

/** Why comments set findings of these rules aside that begin at a line; rules that none speaks of are left out. */
export function ignoredAt(
  line: number,
  ruleIds: readonly string[],
  facts: FileFacts,
): Record<string, string> {
  const directives = attempts(facts)
    .map((comment) => read(comment, facts))
    .filter((directive) => typeof directive !== 'string');
  return Object.fromEntries(
    ruleIds.flatMap((ruleId) => {
      const directive = directives.find((one) => speaksOf(one, ruleId, line));
      return directive ? [[ruleId, directive.reason]] : [];
    }),
  );
}

function attempts(facts: FileFacts): CommentFact[] {
  return facts.comments.filter(({ text, docstring }) => !docstring && ATTEMPT.test(text));
}

function read(comment: CommentFact, facts: FileFacts): Directive | string {
  const match = DIRECTIVE.exec(comment.text.trim());
  if (!match)
    return 'This is not understood; write "seaworthy-ignore TH08: reason", and it ignores nothing until then.';
  const reason = (match[3] ?? '').replace(/\s+/g, ' ').trim();
  if (!/\p{L}{2}/u.test(reason))
    return 'This gives no reason after a colon, and it ignores nothing until it does.';
  return {
    comment,
    ids: (match[2] ?? '').split(',').map((id) => id.trim()),
    reason,
    wholeFile: match[1] !== undefined,
    line: comment.ownLine ? nextCodeLine(comment, facts) : comment.line,
    used: new Set(),
  };
}

function nextCodeLine(comment: CommentFact, facts: FileFacts): number {
  const lines = codeLines(facts);
  for (let line = comment.endLine + 1; line <= facts.tree.lineCount; line++)
    if (lines.isCode(line)) return line;
  return comment.endLine;
}

function speaksOf(directive: Directive, ruleId: string, line: number): boolean {
  if (!directive.ids.includes(ruleId)) return false;
  if (directive.wholeFile) return true;
  // A finding about a comment begins between the directive and the code.
  return line >= directive.comment.line && line <= directive.line;
}

function aboutDirective(
  ruleId: 'IG01' | 'IG02',
  { node }: CommentFact,
  facts: FileFacts,
  message: string,
): Finding {
  const { tree } = facts;
  return {
    ruleId,
    stage: 'quality',
    severity: ruleId === 'IG01' ? 'warning' : 'info',
    message,
    file: facts.path,
    startLine: tree.lineAt(node.start),
    endLine: tree.lineAt(node.end),
    startColumn: tree.columnAt(node.start),
    endColumn: tree.columnAt(node.end),
    evidence: node.text.slice(0, 300),
    confidence: 'high',
  };
}
