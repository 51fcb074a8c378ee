import type { AnalysisInput, StaticAnalysis } from '../stage';

export interface AnalysisRequest {
  id: number;
  file: AnalysisInput;
}

/** `expected` tells a message for the user from a defect of ours. */
export type AnalysisReply =
  { id: number; analysis: StaticAnalysis } | { id: number; error: string; expected: boolean };
