import type { Language } from '../language';
import type { WorkspaceView } from '../workspace/view';
import type { Role } from './role';
import type { SyntaxNode, SyntaxTree } from './tree';

/** Languages that share their rules' examples and vocabulary: JavaScript with TypeScript, and Python. */
export type Family = 'javascript' | 'python';

export function familyOfLanguage(language: Language): Family {
  return language === 'python' ? 'python' : 'javascript';
}

export interface Parameter {
  /** Undefined for a destructured parameter. */
  name: string | undefined;
  node: SyntaxNode;
  /** Names that are bound when the parameter is destructured. */
  destructured: string[];
  rest: boolean;
}

export interface ReturnFact {
  /** The return statement, or the expression body of an arrow function or lambda. */
  node: SyntaxNode;
  value: SyntaxNode | undefined;
}

export interface ClassFact {
  node: SyntaxNode;
  name: string;
  /** Names of base classes and implemented interfaces as written, without Python's `object`. */
  bases: string[];
  /** Declared abstract, a protocol, or the base of another class of this file. */
  abstract: boolean;
  exported: boolean;
}

/** Where a function stands: this decides what its name promises and who may call it. */
export type FunctionPlace = 'declaration' | 'variable' | 'method' | 'objectMember' | 'callback';

export interface FunctionFact {
  node: SyntaxNode;
  name: string | undefined;
  place: FunctionPlace;
  /** Python's `self` and `cls` and TypeScript's `this` are left out. */
  parameters: Parameter[];
  parameterList: SyntaxNode | undefined;
  body: SyntaxNode;
  expressionBody: boolean;
  /** Top-level statements, without comments, docstring, `pass`, `...` and `;`. */
  statements: SyntaxNode[];
  isAsync: boolean;
  isGenerator: boolean;
  isConstructor: boolean;
  isAccessor: boolean;
  /** Overrides something, is abstract or an overload, or its type is given by what it is assigned to. */
  constrained: boolean;
  decorators: string[];
  exported: boolean;
  enclosingClass: ClassFact | undefined;
  enclosing: FunctionFact | undefined;
  returns: ReturnFact[];
  throws: SyntaxNode[];
  calls: CallFact[];
  handlers: HandlerFact[];
  comments: CommentFact[];
}

export interface CallFact {
  node: SyntaxNode;
  callee: SyntaxNode;
  /** The callee as written without arguments: `self.client.post`, `expect().not.toBe`. */
  path: string;
  /** The last name of the path. */
  name: string;
  /** The first name of the path. */
  root: string;
  arguments: SyntaxNode[];
  keywords: ReadonlyMap<string, SyntaxNode>;
  isNew: boolean;
  function: FunctionFact | undefined;
}

export interface HandlerFact {
  node: SyntaxNode;
  tryNode: SyntaxNode;
  tryBody: SyntaxNode;
  body: SyntaxNode;
  /** Types as written; empty when everything is caught. */
  types: string[];
  /** Catches everything, or everything a program would raise by itself. */
  broad: boolean;
  /** Without comments, `pass` and `...`. */
  statements: SyntaxNode[];
  comments: CommentFact[];
  function: FunctionFact | undefined;
}

export interface LoopFact {
  node: SyntaxNode;
  condition: SyntaxNode | undefined;
  function: FunctionFact | undefined;
}

export interface CommentFact {
  node: SyntaxNode;
  /** Without comment markers. */
  text: string;
  line: number;
  endLine: number;
  /** Nothing but space stands before it on its line. */
  ownLine: boolean;
  /** The statement, member or element the comment is about: on the same line, or directly below. */
  attachedTo: SyntaxNode | undefined;
  /** A Python docstring rather than a comment. */
  docstring: boolean;
}

export interface TestFact {
  node: SyntaxNode;
  title: string;
  body: FunctionFact;
}

export interface ImportFact {
  node: SyntaxNode;
  module: string;
  names: string[];
}

/** What the rules see of a file: its tree, and what was found in one pass over it. */
export interface FileFacts {
  path: string;
  language: Language;
  family: Family;
  role: Role;
  tree: SyntaxTree;
  functions: FunctionFact[];
  classes: ClassFact[];
  calls: CallFact[];
  handlers: HandlerFact[];
  loops: LoopFact[];
  comments: CommentFact[];
  tests: TestFact[];
  imports: ImportFact[];
  /** The file says what it exports; otherwise everything in it counts as reachable. */
  hasExports: boolean;
  /** Patterns of functions that assert by the project's settings. */
  assertFunctions: readonly string[];
  /** Words of the project's field. */
  domainWords: readonly string[];
  /** Undefined where the file is looked at alone. */
  workspace: WorkspaceView | undefined;
}
