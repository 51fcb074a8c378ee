import type { App } from '../app';
import type { StageName } from '../audit/finding';
import type { AuditReport } from '../audit/report';
import type { Loop1 } from '../loops/loop1/loop1';
import type { Loop2 } from '../loops/loop2/loop2';

/** A folder that tools may look at. */
export interface ToolFolder {
  name: string;
  /** Absolute. */
  root: string;
  uri: string;
}

/** One call of a tool. */
export interface ToolCall {
  signal: AbortSignal;
  onProgress: (message: string) => void;
  /** Who calls, such as the name of an agent. */
  caller: string;
  /** A person reads the answer, and no model. */
  isForPerson?: boolean;
}

/** What a tool has around it: the editor's window, or the command line. */
export interface ToolHost {
  app: App;
  folders: () => readonly ToolFolder[];
  /** Nothing is done in a workspace that is not. */
  isTrusted: () => boolean;
  /** `files` are relative to the folder; without `stages`, all. The reports come in the order of the files. */
  audit: (
    folder: ToolFolder,
    files: readonly string[],
    options: { stages?: readonly StageName[]; call: ToolCall },
  ) => Promise<AuditReport[]>;
  loop1Of: (folder: ToolFolder) => Promise<Loop1>;
  loop2Of: (folder: ToolFolder) => Promise<Loop2>;
}

/** The part of JSON Schema that the inputs of tools are written in. */
export interface InputSchema {
  type: 'object';
  properties: Readonly<Record<string, PropertySchema>>;
  required?: readonly string[];
  additionalProperties: false;
}

export type PropertySchema = { description: string } & (
  | { type: 'string'; maxLength: number; enum?: readonly string[] }
  | { type: 'integer'; minimum: number; maximum: number }
  | {
      type: 'array';
      items: { type: 'string'; maxLength: number; enum?: readonly string[] };
      maxItems: number;
    }
);

/** What a model or an agent can ask for. */
export interface Tool<Input = unknown> {
  /** As models know it: `audit_file`. */
  name: string;
  title: () => string;
  /** For the model: what it does, when to use it and when not. */
  description: string;
  inputSchema: InputSchema;
  /** It leaves everything as it is, but for what is kept of an audit. */
  isReadOnly: boolean;
  /** For a person: what it changes, as the question before it; for tools that change something. */
  summary?: () => string;
  /** A person has to say yes to this first; undefined where the input needs no yes. Rejects with `UserError`. */
  question?: (input: Input, host: ToolHost, call: ToolCall) => Promise<string | undefined>;
  /** What the model is told. Rejects with `UserError` for what it can do something about. */
  run: (input: Input, host: ToolHost, call: ToolCall) => Promise<string>;
}

/** Longer answers are cut: a model pays for each word. In characters. */
export const MAX_ANSWER = 24_000;
