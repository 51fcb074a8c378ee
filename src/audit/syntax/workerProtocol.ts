import type { AnalysisInput, StaticAnalysis } from '../stage';

export interface AnalysisRequest {
  id: number;
  file: AnalysisInput;
}

/**
 * `expected` tells a message for the user from a defect of ours; `parserBytes` is what the parser holds, and never gives back.
 */
export type AnalysisReply = { id: number; parserBytes: number } & (
  { analysis: StaticAnalysis } | { error: string; expected: boolean }
);
