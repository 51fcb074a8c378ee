import { isDocstring } from './docstring';
import type { FileFacts, FunctionFact, HandlerFact } from './facts';
import type { SyntaxNode, SyntaxTree } from './tree';
import { meaningful, stringValue } from './values';

/** Gives every comment to the innermost function and to the handlers it stands in; docstrings are comments too. */
export function assignComments(facts: FileFacts): void {
  const { functions, handlers, comments, family, tree } = facts;
  if (family === 'python') for (const fact of functions) addDocstring(fact, facts);
  const byNode = new Map<SyntaxNode, FunctionFact>(functions.map((fact) => [fact.node, fact]));
  for (const comment of comments) {
    const described =
      comment.attachedTo && comment.ownLine ? byNode.get(declaredFunction(comment.attachedTo)) : undefined;
    const innermost = described ?? innermostAround(functions, comment.node, tree);
    if (innermost && !comment.docstring) innermost.comments.push(comment);
  }
  const inOrder = comments.filter((comment) => !comment.docstring);
  for (const handler of handlers) {
    const endLine = tree.lineAt(handler.node.end);
    for (let at = firstAfter(inOrder, handler.node.start); at < inOrder.length; at++) {
      const comment = inOrder[at];
      if (!comment || comment.line > endLine + 1) break;
      if (standsIn(comment.node, comment.line, comment.ownLine, handler, tree))
        handler.comments.push(comment);
    }
  }
}

/** Index of the first fact whose node starts after an offset. */
function firstAfter(facts: readonly { node: SyntaxNode }[], offset: number): number {
  let low = 0;
  let high = facts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((facts[middle]?.node.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addDocstring(fact: FunctionFact, { tree, comments }: FileFacts): void {
  const first = fact.body.kind === 'block' ? meaningful(fact.body)[0] : undefined;
  if (!first || !isDocstring(first)) return;
  const node = first.children[0] as SyntaxNode;
  const comment = {
    node,
    text: stringValue(node) ?? '',
    line: tree.lineAt(node.start),
    endLine: tree.lineAt(node.end),
    ownLine: true,
    attachedTo: fact.node,
    docstring: true,
  };
  comments.push(comment);
  fact.comments.push(comment);
}

/** The function a statement declares, where it is one: through `export`, `const f =` and decorators. */
function declaredFunction(statement: SyntaxNode): SyntaxNode {
  let current = statement;
  for (let depth = 0; depth < 6 && current.kind !== 'function'; depth++) {
    const inner: SyntaxNode | undefined =
      current.child('declaration') ?? current.child('definition') ?? current.child('value') ?? current.child('right') ??
      current.childOfKind('declarator') ?? current.childOfKind('assign'); // prettier-ignore
    if (!inner) break;
    current = inner;
  }
  return current;
}

function innermostAround(
  functions: FunctionFact[],
  node: SyntaxNode,
  tree: SyntaxTree,
): FunctionFact | undefined {
  const line = tree.lineAt(node.start);
  let candidate = functions[firstAfter(functions, node.start) - 1];
  while (candidate && node.start >= candidate.node.end && !trails(node, line, candidate.node, tree))
    candidate = candidate.enclosing;
  return candidate;
}

/** On the last line of a function, or below it and indented like its body, as Python's grammar leaves it outside. */
function trails(node: SyntaxNode, line: number, around: SyntaxNode, tree: SyntaxTree): boolean {
  const endLine = tree.lineAt(around.end);
  if (line === endLine) return true;
  const isBelow = around.type === 'function_definition' && line === endLine + 1;
  return isBelow && tree.columnAt(node.start) > tree.columnAt(around.start);
}

/** Python ends a block before the comment that follows its last statement, so indentation has the last word. */
function standsIn(
  node: SyntaxNode,
  line: number,
  ownLine: boolean,
  handler: HandlerFact,
  tree: SyntaxTree,
): boolean {
  if (node.end <= handler.node.end) return true;
  if (handler.node.type === 'catch_clause') return false;
  const endLine = tree.lineAt(handler.node.end);
  if (line === endLine) return !ownLine || tree.columnAt(node.start) > tree.columnAt(handler.node.start);
  return line === endLine + 1 && ownLine && tree.columnAt(node.start) > tree.columnAt(handler.node.start);
}
