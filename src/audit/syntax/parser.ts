import * as path from 'node:path';
// The ES module of the package asks for `import.meta.url`, which a CommonJS bundle doesn't have.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- `require` is what picks the CommonJS build
import treeSitter = require('web-tree-sitter');
import type { Grammar } from '../language';
import { copyTree } from './copyTree';
import type { TypeTable, WalkFunctions } from './copyTree';
import { editBetween, RecentTrees } from './recentTrees';
import type { SyntaxTree } from './tree';

/** The package runs one program in a process, and puts its functions into the options with which it was started. */
let program: Promise<WalkFunctions> | undefined;

async function startProgram(directory: string): Promise<WalkFunctions> {
  const options: { locateFile: () => string } & Partial<WalkFunctions> = {
    locateFile: () => path.join(directory, 'web-tree-sitter.wasm'),
  };
  await treeSitter.Parser.init(options);
  if (!options._ts_tree_cursor_new_wasm)
    throw new Error('The parser does not show the functions of its cursor');
  return options as WalkFunctions;
}

/** Parses with the grammars found in one directory. Grammars are loaded at their first use and kept. */
export class SourceParser {
  private readonly grammars = new Map<Grammar, Promise<{ parser: treeSitter.Parser; types: TypeTable }>>();

  private readonly recent = new RecentTrees();

  private constructor(
    private readonly directory: string,
    private readonly walk: WalkFunctions,
  ) {}

  /** `directory` holds `web-tree-sitter.wasm` and `grammars/NAME.wasm`. */
  static async load(directory: string): Promise<SourceParser> {
    program ??= startProgram(directory).catch((error: unknown) => {
      program = undefined;
      throw error;
    });
    return new SourceParser(directory, await program);
  }

  /**
   * @param path where given, the tree is kept, and the next parse of the same path starts from it: of a file that is being
   *   edited only what has changed is read again
   */
  async parse(text: string, grammar: Grammar, path?: string): Promise<SyntaxTree> {
    const { parser, types } = await this.grammar(grammar);
    parser.reset();
    const before = path === undefined ? undefined : this.recent.take(path, grammar);
    try {
      if (before) before.tree.edit(new treeSitter.Edit(editBetween(before.text, text)));
      const tree = parser.parse(text, before?.tree);
      if (!tree) throw new Error(`The ${grammar} parser returned no tree`);
      try {
        return copyTree(this.walk, tree, text, types);
      } finally {
        if (path === undefined) tree.delete();
        else this.recent.keep(path, { grammar, text, tree });
      }
    } finally {
      before?.tree.delete();
    }
  }

  private grammar(name: Grammar): Promise<{ parser: treeSitter.Parser; types: TypeTable }> {
    let loaded = this.grammars.get(name);
    if (!loaded) {
      loaded = this.loadGrammar(name);
      this.grammars.set(name, loaded);
    }
    return loaded;
  }

  private async loadGrammar(name: Grammar): Promise<{ parser: treeSitter.Parser; types: TypeTable }> {
    const language = await treeSitter.Language.load(path.join(this.directory, 'grammars', `${name}.wasm`));
    const parser = new treeSitter.Parser();
    parser.setLanguage(language);
    return { parser, types: [] };
  }
}
