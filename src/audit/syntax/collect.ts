import type { Language } from '../language';
import type { RuleSettings } from '../ruleSettings';
import { defaultRuleSettings } from '../ruleSettings';
import type { Exports, LanguageAdapter } from './adapter';
import { nameAssertions } from './assertionNames';
import { assignComments } from './commentOwners';
import { CommentAttachment } from './comments';
import { isDocstring } from './docstring';
import { familyOfLanguage } from './facts';
import type { CallFact, ClassFact, CommentFact, FileFacts, FunctionFact, HandlerFact } from './facts';
import type { WorkspaceView } from '../workspace/view';
import { javascriptAdapter } from './javascript';
import type { Kind } from './kinds';
import { LOOP_KINDS } from './kinds';
import { pythonAdapter } from './python';
import { roleOf } from './role';
import type { SyntaxNode, SyntaxTree } from './tree';
import { dottedPath, meaningful, stringValue, unwrap } from './values';

/** Functions nested deeper than this are seen as part of the one around them. */
const NESTING_LIMIT = 64;

/** The bulk of the nodes: no facts of their own, and nothing for a comment to be attached to. */
const PASSED_OVER: ReadonlySet<Kind> = new Set<Kind>([
  'identifier', 'token', 'member', 'arguments', 'string', 'number', 'other', 'type', 'block', 'parameters', 'binary', 'wrapper', 'declarator',
]); // prettier-ignore

/** Finds the facts of a file in one pass over its tree. `path` is relative, with forward slashes. */
export function collectFacts(
  tree: SyntaxTree,
  path: string,
  language: Language,
  settings: RuleSettings = defaultRuleSettings,
  workspace?: WorkspaceView,
): FileFacts {
  const facts = new Collector(tree, path, language, settings).collect();
  facts.workspace = workspace;
  return facts;
}

const NO_KEYWORDS: ReadonlyMap<string, SyntaxNode> = new Map();

class Collector {
  private readonly adapter: LanguageAdapter;
  private readonly exports: Exports;
  private readonly attachment: CommentAttachment;
  private readonly facts: FileFacts;
  private readonly functions: FunctionFact[] = [];
  private readonly classes: ClassFact[] = [];
  private readonly testCalls: { call: CallFact; title: string }[] = [];

  private readonly visitors: Partial<Record<Kind, (node: SyntaxNode) => void>> = {
    function: (node) => this.visitFunction(node),
    class: (node) => this.visitClass(node),
    call: (node) => this.visitCall(node),
    new: (node) => this.visitCall(node),
    handler: (node) => this.visitHandler(node),
    return: (node) => this.function?.returns.push({ node, value: meaningful(node)[0] }),
    throw: (node) => this.function?.throws.push(node),
    yield: () => this.noteYield(),
    import: (node) => this.visitImport(node),
  };

  constructor(
    private readonly tree: SyntaxTree,
    path: string,
    language: Language,
    private readonly settings: RuleSettings,
  ) {
    const family = familyOfLanguage(language);
    this.adapter = family === 'python' ? pythonAdapter : javascriptAdapter;
    this.exports = this.adapter.exports(tree);
    this.attachment = new CommentAttachment(tree);
    this.facts = {
      path, language, family, tree, role: 'production', functions: [], classes: [], calls: [], handlers: [], loops: [],
      comments: [], tests: [], imports: [], hasExports: this.exports.explicit,
      assertFunctions: settings.assertFunctions, domainWords: settings.domainWords, workspace: undefined,
    }; // prettier-ignore
  }

  collect(): FileFacts {
    for (const node of this.tree.nodes) {
      if (PASSED_OVER.has(node.kind)) continue;
      while (isPast(this.functions, node)) this.functions.pop();
      while (isPast(this.classes, node)) this.classes.pop();
      this.attachment.visit(node);
      this.visit(node);
    }
    this.facts.comments.push(
      ...this.attachment.comments().map((comment) => this.withoutDomainWords(comment)),
    );
    assignComments(this.facts);
    this.markBaseClasses();
    this.findTests();
    if (this.facts.tests.length > 0) nameAssertions(this.facts);
    const { path, tree } = this.facts;
    this.facts.role = roleOf({
      path,
      text: tree.text,
      modules: this.facts.imports.map((fact) => fact.module),
      testCount: this.facts.tests.length,
    });
    return this.facts;
  }

  private get function(): FunctionFact | undefined {
    return this.functions[this.functions.length - 1];
  }

  private visit(node: SyntaxNode): void {
    if (LOOP_KINDS.has(node.kind)) {
      this.facts.loops.push({ node, condition: node.child('condition'), function: this.function });
      return;
    }
    this.visitors[node.kind]?.(node);
  }

  private noteYield(): void {
    if (this.function) this.function.isGenerator = true;
  }

  private visitImport(node: SyntaxNode): void {
    const fact = this.adapter.importFact(node);
    if (fact) this.facts.imports.push(fact);
  }

  private visitClass(node: SyntaxNode): void {
    const fact = this.adapter.classFact(node, this.exports);
    this.facts.classes.push(fact);
    this.classes.push(fact);
  }

  private visitFunction(node: SyntaxNode): void {
    if (this.functions.length >= NESTING_LIMIT) return;
    const enclosing = this.function;
    const innermost = this.classes[this.classes.length - 1];
    const enclosingClass =
      innermost && (!enclosing || innermost.node.index > enclosing.node.index) ? innermost : undefined;
    const shape = this.adapter.functionShape(node, enclosingClass, this.exports);
    if (!shape) return;
    const expressionBody = shape.body.kind !== 'block';
    const fact: FunctionFact = {
      ...shape, node, enclosing, enclosingClass, expressionBody,
      statements: expressionBody ? [] : statementsOf(shape.body),
      returns: expressionBody ? [{ node: shape.body, value: shape.body }] : [],
      throws: [], calls: [], handlers: [], comments: [],
    }; // prettier-ignore
    this.facts.functions.push(fact);
    this.functions.push(fact);
  }

  private visitCall(node: SyntaxNode): void {
    const callee = node.child('function') ?? node.child('constructor');
    if (!callee) return;
    const list = node.child('arguments');
    const all = list ? (list.kind === 'arguments' ? meaningful(list) : [list]) : [];
    const hasKeywords = all.some(({ kind }) => kind === 'keywordArgument');
    const path = dottedPath(callee);
    const names = path.replaceAll('()', '').split('.');
    const call: CallFact = {
      node,
      callee,
      path,
      name: names[names.length - 1] ?? '',
      root: names[0] ?? '',
      arguments: hasKeywords ? all.filter((argument) => argument.kind !== 'keywordArgument') : all,
      keywords: hasKeywords ? keywordsOf(all) : NO_KEYWORDS,
      isNew: node.kind === 'new',
      function: this.function,
    };
    this.facts.calls.push(call);
    this.function?.calls.push(call);
    this.noteRequire(call);
    const title = this.adapter.testTitleOfCall(call);
    if (title !== undefined) this.testCalls.push({ call, title });
  }

  private noteRequire(call: CallFact): void {
    if (call.path !== 'require' && call.path !== 'import') return;
    const module = stringValue(call.arguments[0]);
    if (module === undefined) return;
    const target = call.node.parent?.child('name');
    const names = target ? target.text.replace(/[{}\s]/g, '').split(',') : [];
    this.facts.imports.push({ node: call.node, module, names });
  }

  private visitHandler(node: SyntaxNode): void {
    const shape = this.adapter.handlerShape(node);
    const tryNode = node.parent;
    const tryBody = tryNode?.child('body');
    if (!shape || !tryNode || !tryBody) return;
    const fact: HandlerFact = {
      ...shape, node, tryNode, tryBody, statements: statementsOf(shape.body), comments: [], function: this.function,
    }; // prettier-ignore
    this.facts.handlers.push(fact);
    this.function?.handlers.push(fact);
  }

  /** What a word of the project's field says in a comment admits nothing. */
  private withoutDomainWords(comment: CommentFact): CommentFact {
    for (const word of this.settings.domainWords) {
      const at = new RegExp(`\\b${word.replace(/\W/g, '\\$&')}\\w*`, 'gi');
      comment.text = comment.text.replace(at, '');
    }
    return comment;
  }

  private markBaseClasses(): void {
    const bases = new Set(this.facts.classes.flatMap((fact) => fact.bases));
    for (const fact of this.facts.classes) if (bases.has(fact.name)) fact.abstract = true;
  }

  private findTests(): void {
    const { functions, tests, path } = this.facts;
    const byNode = new Map<SyntaxNode, FunctionFact>(functions.map((fact) => [fact.node, fact]));
    for (const { call, title } of this.testCalls) {
      const callback = call.arguments
        .map((argument) => byNode.get(unwrap(argument)))
        .find((fact) => fact !== undefined);
      if (callback) tests.push({ node: call.node, title, body: callback });
    }
    for (const fact of functions) {
      const title = this.adapter.testTitleOfFunction(fact, path);
      if (title !== undefined) tests.push({ node: fact.node, title, body: fact });
    }
  }
}

function keywordsOf(all: readonly SyntaxNode[]): ReadonlyMap<string, SyntaxNode> {
  const keywords = new Map<string, SyntaxNode>();
  for (const argument of all) {
    const value = argument.kind === 'keywordArgument' ? argument.child('value') : undefined;
    if (value) keywords.set(argument.child('name')?.text ?? '', value);
  }
  return keywords;
}

function isPast(stack: { node: SyntaxNode }[], node: SyntaxNode): boolean {
  const top = stack[stack.length - 1];
  return top !== undefined && node.index > top.node.last;
}

/** Statements that do something: no comments, `pass`, `...`, stray `;` or docstring. */
function statementsOf(block: SyntaxNode): SyntaxNode[] {
  return meaningful(block).filter(
    (statement) =>
      statement.kind !== 'pass' &&
      !isDocstring(statement) &&
      !(statement.kind === 'expressionStatement' && statement.children[0]?.kind === 'ellipsis'),
  );
}
