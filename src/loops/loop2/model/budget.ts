/** How much one task may take of a model in one attempt. */
export interface Budget {
  rounds: number;
  /** Estimated: four characters each, of questions and answers. */
  tokens: number;
  minutes: number;
}

export const DEFAULT_BUDGET: Budget = { rounds: 30, tokens: 300_000, minutes: 10 };
