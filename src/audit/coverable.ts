/** A stretch of source: UTF-16 offsets, half open, with the 1-based line it begins on. */
export interface Place {
  line: number;
  start: number;
  end: number;
}

/** A decision, and the ways on from it. */
export interface Branch extends Place {
  /** Last line of what is decided on. */
  conditionLine: number;
  /** Null stands for the way past it that nothing is written on: the `else` that is left out, the end of a loop. */
  paths: (Place | null)[];
}

/** What of a file can run, by its text alone. */
export interface Coverable {
  statements: Place[];
  branches: Branch[];
}
