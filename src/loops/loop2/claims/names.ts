/** What a task does with a thing it names. */
type Deed = 'make' | 'remove' | 'leave' | 'mention';

/** A thing that a task names, as it is written there. */
export interface NamedThing {
  kind: 'path' | 'symbol' | 'route' | 'command' | 'word';
  name: string;
  deed: Deed;
  /** Marked as code, so that it is no word of the language by chance. */
  isCode: boolean;
  /** Of a route: `GET`; empty for none. */
  method: string;
}

const EXTENSION =
  '(?:[cm]?[jt]sx?|d\\.ts|pyi?|sql|go|rs|java|kt|rb|php|cs|c|cc|cpp|h|hpp|swift|scala|ex|exs|dart|lua|sh|bash|ps1|ya?ml|toml|ini|cfg|conf|env|json[5c]?|css|scss|sass|less|html?|vue|svelte|astro|md|mdx|rst|txt|proto|graphql|gql|prisma|xml|svg|png|csv|tf|ejs|hbs|pug|jinja2?|j2|lock|example)';
const PLAIN_NAMES =
  'Dockerfile|Makefile|Procfile|Jenkinsfile|LICENSE|README|CHANGELOG|CONTRIBUTING|\\.gitignore|\\.dockerignore|\\.env(?:\\.\\w+)?|\\.editorconfig|\\.prettierrc|\\.eslintrc|\\.nvmrc';
const PATH = new RegExp(
  `(?<![\\w/.@:-])((?:\\.{0,2}/)?(?:[\\w.@{}(),*\\[\\]+-]+/)+(?:[\\w.@*\\[\\]{},+-]+)?|[\\w.@-]+\\.${EXTENSION}|(?:${PLAIN_NAMES}))(?![\\w/])`,
  'g',
);
const PRODUCT =
  /^(?:node|next|vue|nuxt|express|three|d3|react|chart|alpine|socket|backbone|ember|discord|asp|[A-Z]\w+)\.(?:js|io|net)$/i;
const URL_TEXT = /\b[a-z][a-z0-9+.-]*:\/\/\S+/gi;
const ROUTE =
  /(?<![\w.}-])(?:(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+)?(\/[\w{}:<>[\].*$-]+(?:\/[\w{}:<>[\].*$-]*)*|\/(?=$|[\s`,;)]))/g;
const DISK = /^\/(?:etc|usr|tmp|var|home|opt|bin|dev|proc|root|mnt|Users)\b/;
const COMMAND =
  /^(?:npm|pnpm|yarn|npx|bun|make|just|python3?|pytest|docker|docker-compose|cargo|go|pip3?|uv|poetry|tox|nox|git|node|bash|sh)\s+\S/;
const CALL = /(?<![\w.])((?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*)\(\)/g;
const CAMEL =
  /(?<![\w./@-])([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+|[a-z]+[a-z0-9]*(?:[A-Z][a-z0-9]*)+)(?![\w/@-]|\.\w)/g;
const SNAKE = /(?<![\w./@-])(_?[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?![\w/@-]|\.\w)/g;
/** Written like a name of code, and none: products, standards and kinds of them. */
const WORDS_OF_THE_TRADE =
  /^(?:GitHub|GitLab|TypeScript|JavaScript|CoffeeScript|PostgreSQL|MySQL|SQLite|NoSQL|MongoDB|DynamoDB|MariaDB|CockroachDB|GraphQL|OpenAPI|OAuth2?|OpenID|WebSockets?|WebRTC|WebAuthn|FastAPI|SQLAlchemy|NodeJS|NextJS|NestJS|VueJS|DevOps|DevTools|ESLint|TSLint|YouTube|PayPal|LinkedIn|RabbitMQ|ElasticSearch|OpenSearch|CloudFront|CloudWatch|CloudFlare|CircleCI|PyTest|PyPI|PyTorch|TensorFlow|NumPy|SciPy|MacOS|macOS|iOS|iPhone|iPad|iPadOS|eCommerce|DataDog|SendGrid|LaTeX|IntelliJ|PyCharm|VSCode|JetBrains|StackOverflow|TailwindCSS|PostCSS|JavaDoc|JSDoc|TypeDoc|DocString|HuggingFace|OpenTelemetry|LangChain|OpenAI|ChatGPT|TestContainers|SonarQube|PlayWright|CI_CD|MVPs?|APIs|URLs|UUIDs|IDs|PDFs|PRs)$/;

const CODE_SPAN = /`([^`\n]{1,200})`/g;
/** Stands in the place of code in backticks while verbs are looked for: it has verbs of its own. */
const CODE = '\u0001';
const REMOVING =
  'remov(?:e|ed|es|ing)|delet(?:e|ed|es|ing)|drop(?:ped|s)?|get rid of|eliminat(?:e|ed)|uninstall(?:ed)?';
const MOVING = 'renam(?:e|ed|es)|mov(?:e|ed|es)';
const REPLACING = 'extract(?:ed)?|replac(?:e|ed)|migrat(?:e|ed)|convert(?:ed)?|split|port(?:ed)?';
const MAKING =
  '(?:add|creat|implement|writ|build|set ?up|configur|mak|defin|introduc|wir|expos|register|updat|extend|document|handl|support|us|test|return|export|import|install|initiali[sz]|generat|ensur|enabl|connect|integrat|call|render|show|valid|keep)[a-z]*';
const VERB = new RegExp(`\\b(?:(${REMOVING})|(${MOVING})|(${REPLACING})|${MAKING})(?![\\w-])`, 'gi');
const ARRIVING = /(?:\b(?:to|into|with|as|by|onto)\b|→|->|=>)/i;
const MENTIONING =
  /\b(?:per|see|according to|based on|as described in|described in|following|like|similar to|matching|against|depends on|after|instead of|requires?|such as|e\.g\.|from)\s+(?:the\s+)?\u0001*$/i;
/** `delete` is a noun as often as a verb: what follows at once, or stands at the start, is removed. */
const REMOVED =
  /^\s*(?:(?:the|all|any|old|legacy|unused|deprecated|obsolete|dead|now-unused)\s+){0,3}(?:\u0001|\.?[\w-]+\/|\w+\.\w{1,4}\b)/i;

/** The files, names, routes and commands that a task names, each once. */
export function thingsIn(text: string): NamedThing[] {
  const found = new Map<string, NamedThing>();
  const clean = text.replace(URL_TEXT, (url) => ' '.repeat(url.length)).replace(/(?<!\/)\*\*(?!\/)/g, '  ');
  const rest = clean.replace(CODE_SPAN, (whole) => CODE.repeat(whole.length));
  const add: Add = (kind, name, at, isCode, method = '') => {
    const key = `${kind} ${method}${name}`;
    if (name !== '' && !found.has(key))
      found.set(key, { kind, name, deed: deedAt(rest, at, kind), isCode, method });
  };
  for (const { 1: code = '', index } of clean.matchAll(CODE_SPAN))
    takeCode(code.trim(), (kind, name, method) => add(kind, name, index, true, method));
  takeWords(rest, add);
  return [...found.values()];
}

type Add = (kind: NamedThing['kind'], name: string, at: number, isCode: boolean, method?: string) => void;

/** Things in plain words; what is taken once is blanked for those that follow. */
function takeWords(text: string, add: Add): void {
  let rest = text;
  const take = (pattern: RegExp, read: (match: RegExpExecArray) => boolean): void => {
    for (const match of rest.matchAll(pattern)) {
      if (!read(match)) continue;
      const { index } = match;
      rest = rest.slice(0, index) + CODE.repeat(match[0].length) + rest.slice(index + match[0].length);
    }
  };
  take(ROUTE, ({ 1: method = '', 2: path = '', index }) => {
    if (DISK.test(path) || (path === '/' && method === '') || /\.\w{1,4}$/.test(path)) return false;
    add('route', trimEnd(path), index, method !== '', method);
    return true;
  });
  take(PATH, ({ 1: written = '', index }) => {
    const path = trimEnd(written.replace(/^\((?![^/]*\))/, ''));
    if (!isPath(path)) return false;
    for (const each of expandBraces(path)) add('path', each, index, false);
    return true;
  });
  take(CALL, ({ 1: name = '', index }) => {
    add('symbol', name, index, true);
    return true;
  });
  for (const pattern of [CAMEL, SNAKE])
    take(pattern, ({ 1: name = '', index }) => {
      if (WORDS_OF_THE_TRADE.test(name)) return false;
      add('symbol', name, index, false);
      return true;
    });
}

/** What stands between backticks. */
function takeCode(
  code: string,
  add: (kind: NamedThing['kind'], name: string, method?: string) => void,
): void {
  const route = /^(?:(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+)?(\/[^\s]*)$/.exec(code);
  if (COMMAND.test(code)) return add('command', code);
  if (route && !DISK.test(code) && !new RegExp(`\\.${EXTENSION}$`).test(code))
    return add('route', route[2] ?? '', route[1] ?? '');
  const isFile = new RegExp(`^(?:[^\\s]*/[^\\s]*|[\\w.@-]*\\.${EXTENSION}|${PLAIN_NAMES})$`).test(code);
  if (isFile && !PRODUCT.test(code) && !/^@[\w.-]+\/[\w.-]+$/.test(code) && !/[()=<>"']/.test(code)) {
    for (const each of expandBraces(code.replace(/:\d+(?:[-:]\d+)*$/, ''))) add('path', each);
    return;
  }
  const call =
    /^(?:new\s+|await\s+|async\s+|function\s+|def\s+|class\s+|interface\s+|type\s+|const\s+|enum\s+)*((?:[A-Za-z_$][\w$]*(?:\.|::|#))*[A-Za-z_$][\w$]*)\s*(\(.*\).*)?(?:<.*>)?$/s.exec(
      code,
    );
  const name = call?.[1]?.replace(/::|#/g, '.');
  if (name !== undefined && (call?.[2] !== undefined || /[A-Z_.]/.test(name.slice(1)) || /^[A-Z]/.test(name)))
    return add(/^[A-Z][A-Z0-9_]+$/.test(name) ? 'word' : 'symbol', name);
  if (/^[\w@./#:-]{2,80}$/.test(code)) add('word', code);
}

function isPath(path: string): boolean {
  if (PRODUCT.test(path) || !/\w/.test(path)) return false;
  // `and/or`, `read/write`: two plain words without an ending are words.
  const parts = path.split('/');
  if (parts.length === 1) return true;
  const last = parts[parts.length - 1] ?? '';
  if (last === '' && parts.length >= 2)
    return /^[\w.@[\]-]+$/.test(parts[0] ?? '') && !/^\d+$/.test(parts[0] ?? '');
  if (new RegExp(`\\.${EXTENSION}$`).test(last) || /[*\]}]/.test(last)) return true;
  return (
    /^\.{0,2}$|^(?:src|app|lib|tests?|docs?|packages|apps|server|client|backend|frontend|scripts|config|specs|api|public|components|pages)$/.test(
      parts[0] ?? '',
    ) && parts.length > 2
  );
}

const trimEnd = (path: string): string => path.replace(/[.,;:)]+$/, '');

/** `src/{a,b}.ts` names two files. */
function expandBraces(path: string): string[] {
  const [whole, list] = /\{([\w.,-]*,[\w.,-]*)\}/.exec(path) ?? [];
  if (whole === undefined || list === undefined) return [path];
  return list
    .split(',')
    .slice(0, 20)
    .map((each) => path.replace(whole, each));
}

/** What the words before a place say is done with the thing there. `text` is without the code in it. */
function deedAt(text: string, at: number, kind: NamedThing['kind']): Deed {
  const before = text.slice(Math.max(0, at - 300), at);
  if (MENTIONING.test(before)) return 'mention';
  const sentence = before.slice(Math.max(before.lastIndexOf('. '), before.lastIndexOf('; ')) + 1);
  const verbs = [...sentence.matchAll(VERB)].filter(([verb]) => !/^[A-Z]+$/.test(verb));
  const last = verbs.at(-1);
  if (!last) return 'make';
  const end = last.index + last[0].length;
  const between = sentence.slice(end);
  if (last[1] !== undefined) {
    const isVerb =
      /^\W*$/.test(sentence.slice(0, last.index)) || REMOVED.test(text.slice(at - between.length));
    // What is removed from a place leaves the place.
    if (isVerb) return /\b(?:from|in|of|for)\b/i.test(between) ? 'mention' : 'remove';
  }
  if (ARRIVING.test(between)) return 'make';
  if (last[2] !== undefined) return 'leave';
  // A function that is extracted is made elsewhere; the file it is taken from stays.
  const isTakenFrom = last[3] !== undefined && (kind !== 'symbol' || /^repl/i.test(last[3]));
  return isTakenFrom ? 'mention' : 'make';
}
