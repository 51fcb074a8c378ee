/** What Markdown, or HTML in it, would take for more than a character. */
const MARKUP = /[\\`*_{}[\]()#+\-.!~<>|&$:@]/g;

/**
 * Text of whatever origin as Markdown that shows it as text: nothing in it is markup or a link, lines stay lines, and wrap where a narrow
 * view wants it. Lines that are indented become lists, and columns that spaces made are parted by dots.
 */
export function asMarkdown(text: string): string {
  let markdown = '\n';
  let depth = 0;
  for (const line of text.trimEnd().split('\n')) {
    const indent = Math.floor((line.length - line.trimStart().length) / 2);
    const words = line
      .trim()
      .replace(/(\S) {2,}/g, parted)
      .replace(MARKUP, escaped);
    // A list ends with an empty line, and has no item that is deeper by two.
    if (indent === 0 && depth > 0) markdown += '\n';
    depth = Math.min(indent, depth + 1);
    markdown += depth === 0 ? `${words}  \n` : `${'  '.repeat(depth - 1)}- ${words}\n`;
  }
  return `${markdown}\n`;
}

const parted = (_gap: string, last: string): string => (/[:–-]/.test(last) ? `${last} ` : `${last} · `);

// As a reference: a backslash does not keep a bare address from being made a link.
const escaped = (character: string): string => `&#${character.charCodeAt(0)};`;

/** The same in letters of one width, in a fence that nothing in it can close. */
export function asCodeBlock(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `\n${fence}text\n${text}\n${fence}\n`;
}
