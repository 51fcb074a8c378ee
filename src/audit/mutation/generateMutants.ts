import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';
import { meaningful, unwrap } from '../syntax/values';
import { callsWithin, isLogCall } from '../theater/effects';
import type { Mutant, MutatedFunction, MutatedSource } from './mutants';
import { otherValues, shapeOf } from './resultShape';
import { SourceEdits } from './sourceEdits';

/** More would not fit into any budget. */
const MAX_MUTANTS = 600;
/** Mutants of one spot that one function gets. */
const MAX_SPOTS = 12;
const BOUNDARIES: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const MAX_QUOTE = 60;

/**
 * Builds mutants into a file, each behind a call of `switchName` with its number, which the file's text must not hold. Code
 * outside of named functions stays as it is, and so does what can't be changed without changing something else.
 */
export function generateMutants(facts: FileFacts, switchName: string): MutatedSource {
  return new Generator(facts, switchName).generate();
}

class Generator {
  private readonly edits = new SourceEdits();
  private readonly functions: MutatedFunction[] = [];
  private readonly mutants: Mutant[] = [];
  private readonly isPython: boolean;

  constructor(
    private readonly facts: FileFacts,
    private readonly switchName: string,
  ) {
    this.isPython = facts.family === 'python';
  }

  generate(): MutatedSource {
    const judged = this.facts.functions.filter((fact) => this.isWorthProof(fact));
    const owners = new Map(judged.map((fact) => [fact.node.index, fact]));
    for (const fact of judged) {
      if (this.mutants.length >= MAX_MUTANTS) break;
      const before = this.mutants.length;
      this.functions.push(placeOf(fact));
      this.mutateBody(fact);
      this.mutateSpots(fact, owners);
      // A function that nothing can be done to is none of ours.
      if (this.mutants.length === before) this.functions.pop();
    }
    this.mutants.sort((a, b) => a.round - b.round || a.id - b.id);
    return { text: this.edits.apply(this.facts.tree.text), functions: this.functions, mutants: this.mutants };
  }

  private isWorthProof(fact: FunctionFact): boolean {
    const { tree, calls } = this.facts;
    if (fact.place === 'callback' && !this.isDefaultExport(fact)) return false;
    if (!fact.expressionBody && fact.statements.length === 0) return false;
    if (fact.name === '__repr__' || tree.overlapsError(fact.node)) return false;
    // What only writes to a log is nothing that a test has to notice.
    const isLogging = (statement: SyntaxNode): boolean => {
      const inside = callsWithin(statement, calls);
      return statement.kind === 'expressionStatement' && inside.length > 0 && inside.every(isLogCall);
    };
    return fact.expressionBody || !fact.statements.every(isLogging);
  }

  private isDefaultExport({ node }: FunctionFact): boolean {
    return node.parent?.kind === 'export';
  }

  private add(fact: { node: SyntaxNode }, kind: Mutant['kind'], change: string): number {
    const index = this.functions.length - 1;
    const id = this.mutants.length + 1;
    const round = this.mutants.filter((mutant) => mutant.function === index).length;
    const line = this.facts.tree.lineAt(fact.node.start);
    this.mutants.push({ id, function: index, kind, line, change, round });
    return id;
  }

  private on(id: number): string {
    return `${this.switchName}(${id})`;
  }

  private mutateBody(fact: FunctionFact): void {
    // An object that was never set up breaks whatever its tests check.
    if (fact.isConstructor) return;
    const returnsValue =
      !fact.isGenerator && fact.returns.some(({ value }) => value !== undefined && value.kind !== 'null');
    if (!returnsValue) {
      const place = fact.expressionBody ? undefined : this.bodyStart(fact);
      if (place)
        this.edits.insert(
          place.at,
          this.earlyReturn(this.add(fact, 'removed', 'its body is removed'), '', place),
        );
      return;
    }
    const values = otherValues(fact, this.facts.family, this.switchName);
    const place = fact.expressionBody ? undefined : this.bodyStart(fact);
    const [only] = fact.returns;
    const result =
      fact.expressionBody || (fact.statements.length === 1 && fact.statements[0] === only?.node)
        ? only?.value
        : undefined;
    for (const { source, words } of values) {
      if (!place && !result) return;
      const id = this.add(fact, 'value', `it ${words}`);
      if (place) this.edits.insert(place.at, this.earlyReturn(id, source, place));
      else if (result) this.wrapValue(result, id, source);
    }
  }

  /** Where a statement can be put that runs before all others; undefined where the layout of Python leaves no room. */
  private bodyStart({ statements, body }: FunctionFact): { at: number; indent: string } | undefined {
    const { tree } = this.facts;
    const first = statements.find((statement) => !isDirective(statement)) ?? statements[0];
    if (!first || first.start < body.start) return undefined;
    const indent = tree.text.slice(first.start - tree.columnAt(first.start) + 1, first.start);
    if (this.isPython && /\S/.test(indent)) return undefined;
    return { at: first.start, indent };
  }

  private earlyReturn(id: number, value: string, { indent }: { indent: string }): string {
    const result = value === '' ? 'return' : `return ${value}`;
    return this.isPython ? `if ${this.on(id)}: ${result}\n${indent}` : `if(${this.on(id)})${result};`;
  }

  private wrapValue(node: SyntaxNode, id: number, value: string): void {
    if (this.isPython) this.edits.wrap(node, `(${value} if ${this.on(id)} else (`, '))');
    else this.edits.wrap(node, `(${this.on(id)}?${value}:(`, '))');
  }

  private mutateSpots(fact: FunctionFact, owners: ReadonlyMap<number, FunctionFact>): void {
    const { tree } = this.facts;
    const first = this.mutants.length;
    for (const node of tree.below(fact.node, (inner) => owners.has(inner.index))) {
      if (owners.has(node.index)) continue;
      if (this.mutants.length - first >= MAX_SPOTS) return;
      if (node.kind === 'if' || node.kind === 'elseIf' || node.kind === 'ternary') this.negate(node);
      else if (node.kind === 'binary') this.shiftBoundary(node);
      else if (node.kind === 'expressionStatement') this.dropCall(node);
    }
    if (fact.returns.length > 1) this.changeReturns(fact, first);
  }

  private negate(node: SyntaxNode): void {
    const condition = node.child('condition');
    if (!condition) return;
    const id = this.add(
      { node: condition },
      'condition',
      `the condition ${quote(unwrap(condition))} is negated`,
    );
    if (this.isPython) this.edits.wrap(condition, `(${this.on(id)} == (not (`, ')))');
    else this.edits.wrap(condition, `(${this.on(id)}===!(`, '))');
  }

  private shiftBoundary(node: SyntaxNode): void {
    const tokens = node.children.filter(({ kind }) => kind === 'token');
    const [token] = tokens;
    const other = token && BOUNDARIES[token.type];
    if (!token || tokens.length > 1 || other === undefined || meaningful(node).length !== 2) return;
    const id = this.add({ node }, 'boundary', `${quote(node)} is decided with ${other}`);
    this.edits.wrap(node, `${this.switchName}.compare(${id},"${token.type}",`, ')');
    this.edits.replace(token, ',');
  }

  private dropCall(node: SyntaxNode): void {
    const [statement, more] = meaningful(node);
    if (!statement || more) return;
    const call = statement.kind === 'await' ? meaningful(statement)[0] : statement;
    if (call?.kind !== 'call' || call.child('function')?.text === 'super') return;
    const inside = callsWithin(node, this.facts.calls);
    if (inside.length > 0 && inside.every(isLogCall)) return;
    const id = this.add({ node }, 'call', `the call ${quote(call)} is left out`);
    if (this.isPython) this.edits.wrap(statement, `None if ${this.on(id)} else (`, ')');
    else this.edits.insert(statement.start, `${this.on(id)}||`);
  }

  private changeReturns({ returns }: FunctionFact, first: number): void {
    for (const { value } of returns) {
      if (!value || this.mutants.length - first >= MAX_SPOTS) return;
      if (value.kind === 'null') continue;
      const isBoolean = shapeOf(value) === 'boolean';
      const what = isBoolean ? 'is returned negated' : 'is not returned';
      const id = this.add({ node: value }, 'return', `${quote(value)} ${what}`);
      const negated = this.isPython ? `(${this.on(id)} == (not (` : `(${this.on(id)}===!(`;
      if (isBoolean) this.edits.wrap(value, negated, this.isPython ? ')))' : '))');
      else this.wrapValue(value, id, this.isPython ? 'None' : 'void 0');
    }
  }
}

function isDirective(statement: SyntaxNode): boolean {
  const [only, more] = statement.children;
  return statement.kind === 'expressionStatement' && only?.kind === 'string' && more === undefined;
}

function quote(node: SyntaxNode): string {
  const text = node.text.replace(/\s+/g, ' ');
  return `\`${text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE - 1)}…` : text}\``;
}

function placeOf({ node, name, enclosingClass }: FunctionFact): MutatedFunction {
  const { tree } = node;
  const own = name ?? 'the default export';
  return {
    name: enclosingClass && name !== undefined ? `${enclosingClass.name}.${own}` : own,
    startLine: tree.lineAt(node.start),
    endLine: tree.lineAt(Math.max(node.start, node.end - 1)),
  };
}
