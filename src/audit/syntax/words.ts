/** The words of an identifier in lower case: `calculateHTTPScore_v2` gives calculate, http, score, v2. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

const COMPUTING_VERBS = set(
  'calculate calc compute analyze analyse assess evaluate estimate predict measure score detect classify rank ' +
    'validate verify authenticate authorize authorise check scan search translate summarize summarise optimize optimise ' +
    'fetch query lookup aggregate benchmark profile audit diagnose forecast recommend hash encrypt decrypt sanitize sanitise ' +
    'sign compress parse count average determine inspect review monitor',
);

const METRIC_NOUNS = set(
  'score scores coverage accuracy latency cpu throughput confidence uptime precision recall efficiency ' +
    'similarity sentiment quality performance utilization utilisation reliability availability severity complexity ' +
    'maintainability roi conversion satisfaction',
);

/** Pairs of words that name a metric only together. */
const METRIC_PAIRS =
  /(^| )(hit|miss|error|success|failure|pass|defect|completion|cache|churn|growth|retention|fail|response|execution) (rate|ratio|time|percentage|percent)s?( |$)|(^| )(memory|disk|cpu|network|resource) (usage|load|percent|used)( |$)|(^| )(compliance|health|risk|trust|credit|fraud) (score|level|index|rating)( |$)/;

const EFFECT_VERBS = set(
  'save write send update delete insert commit charge pay refund publish post put patch create persist store upload ' +
    'sync transfer submit process execute deploy apply notify enqueue record register migrate import dispatch emit remove add ' +
    'set start run handle validate verify authenticate authorize encrypt sign fetch load query request download',
);

const IO_VERBS = set(
  'send charge pay refund publish upload download notify post deploy sync persist store submit transfer book ship ' +
    'login authenticate fetch save email invoice subscribe broadcast provision withdraw deposit purchase checkout ' +
    'connect query request push pull backup',
);

const VALIDATING_VERBS = set('validate verify check authenticate authorize authorise ensure');

const PRETENDING_WORDS = set(
  'mock mocks mocked fake fakes dummy stub stubs stubbed sample samples demo example noop null default defaults seed ' +
    'placeholder fixture fixtures always never dry console simulator simulation simulated',
);

/** A store that keeps things in memory is what it says. */
const IN_MEMORY =
  /\bin memory\b|\bmemory (store|storage|cache|repository|adapter|transport|queue|bus|backend|database|db|sink)\b/;

/** Names under which chance or a constant is the purpose, not a pretence. */
const PURPOSE_WORDS = set(
  'generate generator seed seeds seeder demo sample samples sampling sampler benchmark bench jitter backoff shuffle id uuid nonce random ' +
    'randomize randomise rand faker fake mock dummy noise simulate simulation simulator monte carlo game dice roll fuzz ' +
    'fuzzer mutate mutation crossover genetic synthetic bootstrap permutation perturb exploration epsilon anneal particle ' +
    'confetti animation example fixture stub',
);

/** The name promises a result that depends on the inputs. */
export function promisesComputation(name: string): boolean {
  const first = wordsOf(name)[0];
  return (first !== undefined && COMPUTING_VERBS.has(first)) || isMetricName(name);
}

/** The name is a measured quantity, such as `coverage`, `errorRate` or `cpu_usage`. */
export function isMetricName(name: string): boolean {
  const words = wordsOf(name);
  const last = words[words.length - 1];
  if (last === undefined) return false;
  return METRIC_NOUNS.has(last) || METRIC_PAIRS.test(words.join(' '));
}

export function startsWithIoVerb(name: string): boolean {
  const first = wordsOf(name)[0];
  return first !== undefined && IO_VERBS.has(first);
}

export function hasEffectVerb(name: string): boolean {
  const first = wordsOf(name)[0];
  return first !== undefined && EFFECT_VERBS.has(first);
}

/** `validateToken`, `is_valid`, `hasPermission`-like names that must be able to say no. */
export function promisesValidation(name: string): boolean {
  const words = wordsOf(name);
  if (words[0] !== undefined && VALIDATING_VERBS.has(words[0])) return true;
  return (
    words[0] === 'is' &&
    /^(valid|authorized|authorised|authenticated|allowed|verified|safe|secure)/.test(words[1] ?? '')
  );
}

export function isPretendingName(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => PRETENDING_WORDS.has(word)) || IN_MEMORY.test(words.join(' '));
}

export function isPurposefullyRandom(name: string): boolean {
  return wordsOf(name).some((word) => PURPOSE_WORDS.has(word));
}
