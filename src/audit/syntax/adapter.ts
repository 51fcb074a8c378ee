import type { CallFact, ClassFact, FunctionFact, HandlerFact, ImportFact, Parameter } from './facts';
import type { SyntaxNode, SyntaxTree } from './tree';

/** What a language knows of a function; the rest of `FunctionFact` is found by the pass over the tree. */
export type FunctionShape = Pick<
  FunctionFact,
  | 'name'
  | 'place'
  | 'parameterList'
  | 'body'
  | 'isAsync'
  | 'isGenerator'
  | 'isConstructor'
  | 'isAccessor'
  | 'constrained'
  | 'decorators'
> & { parameters: Parameter[]; exported: boolean };

/** The differences between the languages, behind which the pass over the tree is the same for all. */
export interface LanguageAdapter {
  functionShape(
    node: SyntaxNode,
    enclosingClass: ClassFact | undefined,
    exports: Exports,
  ): FunctionShape | undefined;
  classFact(node: SyntaxNode, exports: Exports): ClassFact;
  handlerShape(node: SyntaxNode): Pick<HandlerFact, 'body' | 'types' | 'broad'> | undefined;
  importFact(node: SyntaxNode): ImportFact | undefined;
  exports(tree: SyntaxTree): Exports;
  /** Title of the test that a call or a function declares; undefined when it declares none. */
  testTitleOfCall(call: CallFact): string | undefined;
  testTitleOfFunction(fact: FunctionFact, path: string): string | undefined;
}

/** Names a file exports. `explicit` is false where it exports nothing, and so everything counts as reachable. */
export interface Exports {
  explicit: boolean;
  has(name: string): boolean;
}
