import { wordsOf } from '../../base/words';

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

const COMPUTING_VERBS = set(
  'calculate calc compute analyze analyse assess evaluate estimate predict measure score detect classify rank ' +
    'validate verify authenticate authorize authorise check scan search translate summarize summarise optimize optimise ' +
    'fetch query lookup aggregate benchmark profile audit diagnose forecast recommend hash encrypt decrypt sanitize sanitise ' +
    'sign compress parse count average determine inspect review monitor infer embed vectorize tokenize extract diff reconcile',
);

const METRIC_NOUNS = set(
  'score scores coverage accuracy latency cpu throughput confidence uptime precision recall efficiency ' +
    'similarity sentiment quality performance utilization utilisation reliability availability severity complexity ' +
    'maintainability roi conversion satisfaction metrics statistics probability likelihood loss visitors revenue engagement',
);

/** Pairs of words that name a metric only together. */
const METRIC_PAIRS =
  /(^| )(hit|miss|error|success|failure|pass|defect|completion|cache|churn|growth|retention|fail|response|execution|conversion|click|bounce|win|open|approval|utilization|engagement) (rate|ratio|time|percentage|percent)s?( |$)|(^| )(memory|disk|cpu|network|resource) (usage|load|percent|used)( |$)|(^| )(compliance|health|risk|trust|credit|fraud) (score|level|index|rating)( |$)/;

const EFFECT_VERBS = set(
  'save write send update delete insert commit charge pay refund publish post put patch create persist store upload ' +
    'sync transfer submit process execute deploy apply notify enqueue record register migrate import dispatch emit remove add ' +
    'set start run handle validate verify authenticate authorize encrypt sign fetch load query request download',
);

const VALIDATING_VERBS = set('validate verify check authenticate authorize authorise ensure');

const PRETENDING_WORDS = set(
  'mock mocks mocked fake fakes dummy stub stubs stubbed sample samples demo example noop null default defaults seed ' +
    'placeholder fixture fixtures always never dry console simulator simulation simulated initial empty threshold thresholds preset presets template boilerplate skeleton',
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

/** Verbs that are kept only by a change somewhere outside of the function. */
const DEED_VERBS = set(
  'save send delete persist insert upload publish deploy charge refund pay backup migrate enqueue notify sync synchronize ' +
    'synchronise commit dispatch train install provision archive transfer withdraw deposit invoice broadcast subscribe push ' +
    'email mail sms ship book purchase checkout rollback replicate revoke ban purge flush drain download acquire',
);

/** Verbs that are as often kept by the value that is returned. */
const MAYBE_DEED_VERBS = set(
  'create update remove register process execute run record write put post patch add set start stop import export index ' +
    'handle submit store restore schedule cancel complete confirm connect disconnect initialize setup reset apply bulk cleanup ' +
    'build order reserve authenticate login logout encrypt log track clear rotate emit release fulfill seed reindex scan ' +
    'generate trigger invite unsubscribe close open perform launch retry replay ingest load extract do',
);

/** `sure`: the name promises a deed; `maybe`: it does where the circumstances speak for it. */
export function promisesDeed(name: string): 'sure' | 'maybe' | undefined {
  const [verb, object] = wordsOf(name);
  const first = verb === 'handle' || verb === 'on' || verb === 'do' ? (object ?? verb) : verb;
  if (first === undefined) return undefined;
  return DEED_VERBS.has(first) ? 'sure' : MAYBE_DEED_VERBS.has(first) ? 'maybe' : undefined;
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
