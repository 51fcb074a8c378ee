import type { CodeFile } from '../../loop1/facts/projectFacts';
import { closingOf } from './definitions';
import type { Definition } from './definitions';

const CONSTANT =
  '(?:undefined|null|None|[tT]rue|[fF]alse|\\[\\s*\\]|\\{\\s*\\}|\\(\\s*\\)|-?\\d[\\d_.]*|"[^"\\n]*"|\'[^\'\\n]*\'|`[^`$\\n]*`|dict\\(\\)|list\\(\\)|set\\(\\))';
const RETURNED = new RegExp(
  `^(?:return\\b\\s*)?(?:\\(?\\s*(?:Promise\\.resolve\\(\\s*)?${CONSTANT}?\\s*\\)?\\s*\\)?)\\s*;?$`,
);
const REFUSED =
  /^(?:throw\s+new\s+\w*Error\(|raise\s+\w*(?:Error|Exception)\(|return\s+Promise\.reject\(new\s+\w*Error\()[^]{0,200}(?:not\s+(?:yet\s+)?implement|unimplement|todo|to\s+be\s+implement|coming\s+soon)[^]*$|^raise\s+NotImplementedError\b[^\n]*$|^throw\s+new\s+NotImplemented\w*\([^]*$/i;
const EMPTY_MARKUP =
  /^return\s*\(?\s*(?:<>\s*<\/>|<(\w+)[^>]*>\s*(?:todo|tbd|placeholder|coming soon|not implemented|work in progress|wip)?[.!…]*\s*<\/\1>|<\w+\s*\/>)\s*\)?\s*;?$/i;
const TELLING = /^(?:console\.\w+|print|log(?:ger|ging)?\.\w+)\([^\n]*\)\s*;?\s*$/gm;

/** Why a function does nothing of what its name says; undefined where it does something. */
export function emptiness(file: CodeFile, definition: Definition): string | undefined {
  const body = bodyOf(file, definition);
  if (body === undefined) return undefined;
  const text = body.text.trim();
  if (text === '' || text === 'pass' || text === '...') return 'its body is empty';
  const doing = text.replace(TELLING, '').trim();
  if (doing === '') return 'it prints a message and does nothing else';
  if (REFUSED.test(doing)) return 'it only says that it is not implemented';
  if (EMPTY_MARKUP.test(doing)) return 'it shows a placeholder';
  const isPlain = RETURNED.test(doing) && !doing.includes('\n');
  if (isPlain && body.hasParameters) return `it returns ${shown(doing)} whatever it is given`;
  if (isPlain && doing !== text) return `it prints a message and returns ${shown(doing)}`;
  return undefined;
}

function shown(statement: string): string {
  const value = statement
    .replace(/^return\b\s*/, '')
    .replace(/;$/, '')
    .trim();
  return value === '' ? 'nothing' : value.slice(0, 60);
}

/** The code of a function without its head and docstring. */
function bodyOf(
  file: CodeFile,
  { startLine, endLine, name }: Definition,
): { text: string; hasParameters: boolean } | undefined {
  const text = file.plain
    .split('\n')
    .slice(startLine - 1, endLine)
    .join('\n');
  const bare = file.bare
    .split('\n')
    .slice(startLine - 1, endLine)
    .join('\n');
  const head = bare.indexOf(name) + name.length;
  const open = bare.indexOf('(', head);
  // `const double = n => n * 2`
  const arrow = bare.indexOf('=>', head);
  if (open < 0 || (arrow >= 0 && arrow < open)) return undefined;
  const close = closingOf(bare, open);
  if (close === undefined) return undefined;
  const parameters = bare
    .slice(open + 1, close)
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && !/^(?:self|cls|_\w*)$/.test(each));
  const hasParameters = parameters.length > 0;
  if (file.language === 'python') {
    const colon = bare.indexOf(':', bare.indexOf('->', close) === close + 2 ? close + 3 : close);
    if (colon < 0) return undefined;
    return { text: withoutDocstring(text.slice(colon + 1)), hasParameters };
  }
  const rest = /^\)\s*(?::[^={]*(?:\{[^{}]*\}[^={]*)?)?(=>)?\s*(\{)?/.exec(bare.slice(close));
  if (!rest || (rest[1] === undefined && rest[2] === undefined)) return undefined;
  const start = close + rest[0].length;
  if (rest[2] === undefined) return { text: text.slice(start), hasParameters };
  const end = closingOf(bare, start - 1) ?? text.length;
  return { text: text.slice(start, end), hasParameters };
}

function withoutDocstring(body: string): string {
  return body.replace(/^\s*[rRuU]?("""[^]*?"""|'''[^]*?'''|"[^"\n]*"\s*\n|'[^'\n]*'\s*\n)/, '');
}
