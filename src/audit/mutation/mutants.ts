/** A function whose tests are put to the proof. Lines are 1-based, both included. */
export interface MutatedFunction {
  name: string;
  startLine: number;
  endLine: number;
  /** Reasons, by rule, of comments that set aside what mutants may find here. */
  ignored?: Record<string, string>;
}

/** `removed` and `value` take the place of a whole body; the others change one spot of it. */
type MutantKind = 'removed' | 'value' | 'return' | 'condition' | 'boundary' | 'call';

/** One change to one function. */
export interface Mutant {
  id: number;
  /** Index of the function it belongs to. */
  function: number;
  kind: MutantKind;
  line: number;
  /** What is different, as a phrase: `the body returns an empty string`. */
  change: string;
  /** 0 for the first mutant of a function, 1 for its second: functions take turns. */
  round: number;
}

/** A file with every mutant of it built in, all of them asleep. */
export interface MutatedSource {
  text: string;
  functions: MutatedFunction[];
  /** In the order in which they are to be tried. */
  mutants: Mutant[];
}

/** Kinds that replace the whole body. */
export function isExtreme({ kind }: Pick<Mutant, 'kind'>): boolean {
  return kind === 'removed' || kind === 'value';
}
