/** Wakes one mutant of the audited file at a time, and notes which of them the running code passes by. */
export interface Switch {
  /** 0 wakes none. */
  wake(number: number): void;
  /** The mutants passed by since the last call, in no order. */
  take(): number[];
  /** Puts back what `take` has taken. */
  note(number: number): void;
}

type Operator = '<' | '<=' | '>' | '>=';
const OTHER: Record<Operator, Operator> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
/** What libraries ask values for to learn how to treat them, and an answer would mislead them. */
const UNKNOWN = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  '$$typeof',
  '$$asymmetricMatch',
  'nodeType',
  '__esModule',
  'inspect',
]);

/** Makes the switch known under `name` in the global object that the audited code sees. */
export function installSwitch(name: string, target: object = globalThis): Switch {
  let active = 0;
  let passed = new Set<number>();
  const isAwake = (number: number): boolean => {
    passed.add(number);
    return number === active;
  };
  const compare = (number: number, written: Operator, left: number, right: number): boolean => {
    const operator = isAwake(number) ? OTHER[written] : written;
    if (operator === '<') return left < right;
    if (operator === '<=') return left <= right;
    return operator === '>' ? left > right : left >= right;
  };
  const value = Object.freeze(Object.assign(isAwake, { compare, any: anything }));
  Object.defineProperty(target, name, { value });
  return {
    wake(number) {
      active = number;
    },
    take() {
      const numbers = [...passed];
      passed = new Set();
      return numbers;
    },
    note: (number) => void passed.add(number),
  };
}

/** Takes part in whatever is done to it and equals nothing, so that a test that fails on it has looked at it. */
function anything(): unknown {
  const self: unknown = new Proxy(function anything() {}, {
    get(_target, key) {
      if (key === Symbol.toPrimitive) return () => NaN;
      if (key === Symbol.iterator) return () => [].values();
      return typeof key === 'symbol' || UNKNOWN.has(key) ? undefined : self;
    },
    apply: () => self,
    construct: () => self as object,
    set: () => true,
  });
  return self;
}
