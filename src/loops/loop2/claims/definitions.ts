import type { CodeFile } from '../../loop1/facts/projectFacts';

/** A function, class, type or value that a file defines. Lines are 1-based, both included. */
export interface Definition {
  name: string;
  kind: 'function' | 'class' | 'type' | 'value';
  startLine: number;
  endLine: number;
  /** Of its first line. */
  indent: number;
  /** The class or object it stands in. */
  within: string | undefined;
  /** Lines of decorators above it, joined; empty for none. */
  decorators: string;
}

const JAVASCRIPT =
  /^([ \t]*)(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:(function\s*\*?|class|interface|type|enum|const|let|var)\s+([A-Za-z_$][\w$]*)|(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=(?!=))/gm;
const MEMBER =
  /^([ \t]+)(?:(?:public|private|protected|static|async|override|readonly|get|set|\*)\s+)*(#?[A-Za-z_$][\w$]*)\??\s*(?:(<[^<>()]*>)?\(|[=:]\s*(?:async\s*)?(?:function\b|\([^()]*\)\s*(?::[^=\n]+)?=>|[\w$]+\s*=>))/gm;
const NO_MEMBER =
  /^(?:if|for|while|switch|catch|return|function|await|typeof|new|throw|do|else|super|import|with|in|of|case)$/;
const PYTHON = /^([ \t]*)(?:async\s+)?(def|class)\s+(\w+)|^()()([A-Za-z_]\w*)\s*(?::[^=\n]+)?=(?!=)/gm;
const FUNCTION_VALUE =
  /^[^=\n]*=\s*(?:async\s*)?(?:function\b|(?:<[^>]*>\s*)?\([^]{0,300}?\)\s*(?::[^=]{0,120})?=>|[\w$]+\s*=>|(?:React\.)?(?:memo|forwardRef|useCallback)\b)/;
const MAX_DEFINITIONS = 3000;

/** All that a file of source code defines under a name, by its text. */
export function definitionsIn(file: CodeFile): Definition[] {
  const found = file.language === 'python' ? pythonDefinitions(file) : javascriptDefinitions(file);
  found.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  for (const one of found) {
    if (one.indent === 0) continue;
    const around = found.filter((other) => encloses(other, one)).at(-1);
    if (around && (around.kind === 'class' || around.kind === 'value')) one.within = around.name;
  }
  return found;
}

/** The innermost definition around a line that others can name: at the top level, or a member of a class. */
export function definitionAround(definitions: readonly Definition[], line: number): Definition | undefined {
  return definitions
    .filter((one) => isAround(one, line) && (one.indent === 0 || one.within !== undefined))
    .at(-1);
}

function encloses(outer: Definition, inner: Definition): boolean {
  return outer.indent < inner.indent && isAround(outer, inner.startLine);
}

function isAround({ startLine, endLine }: Definition, line: number): boolean {
  return startLine <= line && line <= endLine;
}

function javascriptDefinitions(file: CodeFile): Definition[] {
  const { bare, plain } = file;
  const found: Definition[] = [];
  const add = (at: number, indent: number, name: string, kind: Definition['kind']): void => {
    if (found.length >= MAX_DEFINITIONS) return;
    const startLine = file.lineAt(at + indent);
    const end = endOfStatement(bare, at);
    found.push({
      ...{ name, kind, startLine, indent, within: undefined },
      endLine: Math.max(startLine, file.lineAt(end)),
      decorators: decoratorsAbove(file, startLine),
    });
  };
  for (const match of bare.matchAll(JAVASCRIPT)) {
    const [, space = '', keyword = '', declared, exported] = match;
    const isFunction =
      keyword.startsWith('function') || FUNCTION_VALUE.test(plain.slice(match.index, match.index + 500));
    const kind = /^(?:interface|type|enum)$/.test(keyword) ? 'type' : isFunction ? 'function' : 'value';
    add(match.index, space.length, declared ?? exported ?? '', keyword === 'class' ? 'class' : kind);
  }
  for (const match of bare.matchAll(MEMBER)) {
    const [whole, space = '', name = ''] = match;
    if (NO_MEMBER.test(name)) continue;
    // A call and the head of a method begin alike; a method has a body.
    if (whole.endsWith('(') && !hasBody(bare, match.index + whole.length - 1)) continue;
    add(match.index, space.length, name, 'function');
  }
  return found;
}

/** Whether a block follows the parameters that open at a place. */
function hasBody(text: string, open: number): boolean {
  const close = closingOf(text, open);
  return (
    close !== undefined &&
    /^\)\s*(?::[^;={}]{1,200}(?:\{[^{}]*\}[^;={}]{0,50})?)?\{/.test(text.slice(close, close + 300))
  );
}

/** Where the bracket that opens at a place is closed. */
export function closingOf(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const character = text[at] ?? '';
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character) && --depth === 0) return at;
  }
  return undefined;
}

/** Where the statement that begins at a place ends: at its block, its semicolon, or a line on which nothing is open. */
function endOfStatement(text: string, start: number): number {
  let depth = 0;
  const isAssigned = /^[^\n{]*=(?!>)/.test(text.slice(start, start + 300));
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) {
      depth -= 1;
      if (depth < 0) return at;
      if (depth === 0 && character === '}' && !isAssigned && !/^\s*[{[|&>]/.test(text.slice(at + 1, at + 20)))
        return at;
    } else if (depth === 0 && character === ';') return at;
    else if (depth === 0 && character === '\n' && isAssigned && endsHere(text, start, at)) return at;
  }
  return text.length;
}

function endsHere(text: string, start: number, at: number): boolean {
  const before = text.slice(Math.max(start, at - 40), at).trimEnd();
  return (
    before !== '' &&
    !/(?:[=,([{+\-*/&|?:<]|=>)$/.test(before) &&
    !/^\s*(?:[.?:|&+]|=>)/.test(text.slice(at, at + 60))
  );
}

function pythonDefinitions(file: CodeFile): Definition[] {
  const found: Definition[] = [];
  const lines = file.bare.split('\n');
  for (const match of file.bare.matchAll(PYTHON)) {
    if (found.length >= MAX_DEFINITIONS) break;
    const [, space = '', keyword, name, , , value] = match;
    const startLine = file.lineAt(match.index + space.length);
    const kind = keyword === 'class' ? 'class' : keyword === 'def' ? 'function' : 'value';
    found.push({
      ...{ name: name ?? value ?? '', kind, startLine, indent: space.length, within: undefined },
      endLine: pythonEnd(lines, startLine, space.length),
      decorators: decoratorsAbove(file, startLine),
    });
  }
  return found;
}

/** The last line that is indented below a line, or closes what it opened. */
function pythonEnd(lines: readonly string[], startLine: number, indent: number): number {
  let end = startLine;
  for (let line = startLine; line < lines.length; line++) {
    const text = lines[line] ?? '';
    if (text.trim() === '') continue;
    const own = text.length - text.trimStart().length;
    if (own <= indent && !/^[)\]}]/.test(text.trim())) break;
    end = line + 1;
  }
  return end;
}

function decoratorsAbove(file: CodeFile, startLine: number): string {
  const found: string[] = [];
  for (let line = startLine - 1; line > 0 && found.length < 12; line--) {
    const text = file.lineText(line);
    const isPart = /^[@)\]}]/.test(text) || /^[\w'"]+.*,$/.test(text);
    if (!isPart) break;
    found.unshift(text);
    if (text.startsWith('@') && !file.lineText(line - 1).startsWith('@')) break;
  }
  return found[0]?.startsWith('@') ? found.join('\n') : '';
}
