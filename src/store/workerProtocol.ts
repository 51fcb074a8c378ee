import type { IndexOptions, StateReader } from './indexService';

export interface WorkerStart {
  options: IndexOptions;
  /** Folder that holds `sql-wasm.wasm`. */
  distDirectory: string;
}

export type ServiceMethod = Exclude<keyof StateReader, 'close'>;

export interface ServiceRequest {
  id: number;
  method: ServiceMethod;
  parameters: readonly unknown[];
}

interface ServiceFailure {
  isForUser: boolean;
  message: string;
  nextStep: string | undefined;
  details: string;
}

export interface ServiceReply {
  id: number;
  outcome: { answer: unknown } | { failure: ServiceFailure };
}
