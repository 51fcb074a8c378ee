import { count } from '../../../base/text';
import type { Finding } from '../../../audit/finding';
import { emptiness } from './bodies';
import type { ClaimContext } from './claimContext';
import type { Definition } from './definitions';
import { soundTests } from './hollowTests';

/** Rules whose findings say that code only pretends to do its work. */
const PRETENDING = new Set([
  ...['TH01', 'TH02', 'TH03', 'TH04', 'TH05', 'TH06', 'TH07', 'TH12', 'TH15', 'TH16'],
]);

/** What is not really there, and where. */
export interface Hollow {
  /** All of it, or a part. */
  isWhole: boolean;
  why: string;
  line: number;
  shows: string;
}

const DOCUMENT = /\.(md|mdx|rst|txt|adoc)$|(^|\/)(README|LICENSE|CHANGELOG|CONTRIBUTING)$/i;
const MIN_WORDS = 12;
const PLACEHOLDER =
  /\b(todo|tbd|fixme|lorem ipsum|coming soon|to be (?:written|done|added|documented)|placeholder|work in progress)\b/i;
const HASH_COMMENTS =
  /\.(ya?ml|toml|ini|cfg|conf|sh|bash|rb|ex|exs|tf|env|properties)$|(^|\/)(Dockerfile|Makefile|\.env[\w.]*|\.gitignore|\.dockerignore)$/i;
const PRETENDED_TEXT =
  /\b(?:todo!\(|unimplemented!\(|panic\("(?:todo|not implemented)|not implemented|NotImplemented|UnsupportedOperationException)/i;
const MIN_LINES = 3;

/** Whether a file is more than a shell; undefined where it is. */
export async function hollowFile(context: ClaimContext, file: string): Promise<Hollow | undefined> {
  const { texts, files, code } = context.workspace;
  const text = texts.get(file);
  const whole = (why: string, line = 1, shows = why): Hollow => ({ isWhole: true, why, line, shows });
  if (files.get(file) === 0 || text?.trim() === '') {
    return /(^|\/)(__init__\.py|py\.typed|\.gitkeep|\.keep|\.nojekyll)$/.test(file)
      ? undefined
      : whole('the file is empty');
  }
  if (text === undefined) return undefined;
  if (DOCUMENT.test(file)) return hollowDocument(text, whole);
  if (!code.has(file)) return hollowText(file, text, whole);
  if (!/\w/.test(code.get(file)?.bare ?? '')) return whole('the file holds nothing but comments');
  if (context.workspace.code.get(file)?.role === 'test') return hollowTestFile(context, file, whole);
  return hollowCode(context, file);
}

/** Whether a function, class or value only pretends; undefined where it does not. */
export async function hollowDefinition(
  context: ClaimContext,
  file: string,
  definition: Definition,
): Promise<Hollow | undefined> {
  const { startLine, endLine, kind, name } = definition;
  const within = (one: { startLine: number }): boolean =>
    one.startLine >= startLine && one.startLine <= endLine;
  if (kind === 'class') {
    const members = context
      .definitions(file)
      .filter((one) => one !== definition && within(one) && one.kind === 'function');
    const found = (await Promise.all(members.map((one) => hollowDefinition(context, file, one)))).flatMap(
      (one) => one ?? [],
    );
    const working = members.filter((one) => !/^(constructor|__init__)$/.test(one.name)).length;
    const [first] = found;
    if (!first) return undefined;
    return { ...first, isWhole: found.length * 2 >= working, why: `in ${name}, ${first.why}` };
  }
  if (kind !== 'function' || /^(constructor|__init__)$/.test(name)) return undefined;
  const code = context.workspace.code.get(file);
  const why = code && !isAbstract(definition) ? emptiness(code, definition) : undefined;
  if (why !== undefined)
    return {
      isWhole: true,
      why: `${name} is a shell: ${why}`,
      line: startLine,
      shows: code?.lineText(startLine) ?? '',
    };
  const finding = (await pretending(context, file)).find(within);
  return finding && fromFinding(finding, name);
}

async function pretending(context: ClaimContext, file: string): Promise<Finding[]> {
  return (await context.findings(file)).filter(({ ruleId }) => PRETENDING.has(ruleId));
}

function fromFinding({ ruleId, message, startLine, evidence }: Finding, name: string): Hollow {
  return {
    isWhole: true,
    why: `${name} only pretends (${ruleId}): ${message}`,
    line: startLine,
    shows: evidence,
  };
}

function isAbstract({ decorators }: Definition): boolean {
  return /abstract|overload/.test(decorators);
}

async function hollowCode(context: ClaimContext, file: string): Promise<Hollow | undefined> {
  const functions = context
    .definitions(file)
    .filter(
      ({ kind, name, indent, within }) =>
        kind === 'function' && name !== 'constructor' && (indent === 0 || within !== undefined),
    );
  const found: Hollow[] = [];
  for (const one of functions) {
    const hollow = await hollowDefinition(context, file, one);
    if (hollow) found.push(hollow);
  }
  const [first] = found;
  if (!first) return undefined;
  const isWhole = found.length * 2 >= functions.length;
  if (isWhole) return first;
  // One constant among much that works is a decision more often than a pretence; what a rule found is not.
  const ruled = (await pretending(context, file)).find(({ confidence }) => confidence !== 'low');
  return ruled && { ...fromFinding(ruled, ruled.inFunction ?? 'a part of it'), isWhole: false };
}

async function hollowTestFile(
  context: ClaimContext,
  file: string,
  whole: (why: string) => Hollow,
): Promise<Hollow | undefined> {
  const { sound, hollow } = await soundTests(context, file);
  if (sound.length > 0) return undefined;
  if (hollow === 0) return whole('there is no test in it');
  return whole(`of its ${count(hollow, 'test')} none can fail: they assert nothing, or are skipped`);
}

function hollowDocument(
  text: string,
  whole: (why: string, line?: number, shows?: string) => Hollow,
): Hollow | undefined {
  const said = text.replace(/^#.*$|<!--[^]*?-->|!?\[[^\]]*\]\([^)]*\)|[|=*_`#>-]+/gm, ' ');
  const words = said.match(/[\p{L}\d]{2,}/gu)?.length ?? 0;
  const place = text.split('\n').findIndex((line) => PLACEHOLDER.test(line));
  if (words < MIN_WORDS) return whole(`it says next to nothing (${count(words, 'word')} beside headings)`);
  if (place >= 0 && words < 3 * MIN_WORDS)
    return whole('it is a placeholder', place + 1, text.split('\n')[place]?.trim().slice(0, 200));
  return undefined;
}

function hollowText(
  file: string,
  text: string,
  whole: (why: string, line?: number, shows?: string) => Hollow,
): Hollow | undefined {
  if (/\.json$/i.test(file)) {
    if (/^\s*(\{\s*\}|\[\s*\]|null)\s*$/.test(text)) return whole('it holds an empty value');
    return undefined;
  }
  const bare = text
    .replace(/\/\*[^]*?\*\/|<!--[^]*?-->/g, '')
    .replace(HASH_COMMENTS.test(file) ? /^\s*#.*$/gm : /^\s*(?:\/\/|--\s).*$/gm, '');
  if (bare.trim() === '') return whole('it holds nothing but comments');
  const lines = bare.split('\n').filter((line) => /\w/.test(line));
  const admitted = text.split('\n').findIndex((line) => PRETENDED_TEXT.test(line));
  if (admitted >= 0 && lines.length <= 4 * MIN_LINES)
    return whole(
      'it says that it is not implemented',
      admitted + 1,
      text.split('\n')[admitted]?.trim().slice(0, 200),
    );
  return undefined;
}
