import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

let prepared: string | undefined;

/** A directory with the parser and its grammars laid out as in `dist`, so that these tests need no build. */
export function grammarDirectory(): string {
  if (prepared) return prepared;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-grammars-'));
  process.once('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
  fs.mkdirSync(path.join(directory, 'grammars'));
  const runtime = require.resolve('web-tree-sitter/web-tree-sitter.wasm');
  fs.copyFileSync(runtime, path.join(directory, 'web-tree-sitter.wasm'));
  for (const language of ['javascript', 'typescript', 'tsx', 'python']) {
    const grammar = require.resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${language}.wasm`);
    fs.copyFileSync(grammar, path.join(directory, 'grammars', `${language}.wasm`));
  }
  prepared = directory;
  return directory;
}
