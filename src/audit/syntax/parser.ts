import * as path from 'node:path';
// The ES module of the package asks for `import.meta.url`, which a CommonJS bundle doesn't have.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- `require` is what picks the CommonJS build
import treeSitter = require('web-tree-sitter');
import type { Grammar } from '../language';
import { copyTree, cursorWalk, isSameTree, WALK_FUNCTIONS } from './copyTree';
import type { TypeTable, WalkFunctions } from './copyTree';
import { editBetween, RecentTrees } from './recentTrees';
import type { SyntaxTree } from './tree';

/** The package runs one program in a process, and puts its functions into the options with which it was started. */
let program: Promise<WalkFunctions | undefined> | undefined;

/** Gives the functions for a walk; undefined where this version of the package has others. */
async function startProgram(directory: string): Promise<WalkFunctions | undefined> {
  const options: { locateFile: () => string } & Partial<WalkFunctions> = {
    locateFile: () => path.join(directory, 'web-tree-sitter.wasm'),
  };
  await treeSitter.Parser.init(options);
  const hasAll = WALK_FUNCTIONS.every((name) => typeof options[name] === 'function');
  return hasAll ? (options as WalkFunctions) : undefined;
}

/** Nested, with fields, more than one byte a character, and something that can't be read, in whatever grammar. */
const SAMPLE = 'f(a, { b: "é" })\nif (x) { return y[1] + -2 } (\n# z\nclass A: pass\nlambda: (';

interface LoadedGrammar {
  parser: treeSitter.Parser;
  types: TypeTable;
  /** Undefined where the walk by the program's own functions gives something else than the one by the package's. */
  walk: WalkFunctions | undefined;
}

/** Parses with the grammars found in one directory. Grammars are loaded at their first use and kept. */
export class SourceParser {
  private readonly grammars = new Map<Grammar, Promise<LoadedGrammar>>();

  private readonly recent = new RecentTrees();

  private constructor(
    private readonly directory: string,
    private readonly walk: WalkFunctions | undefined,
  ) {}

  /**
   * @param directory holds `web-tree-sitter.wasm` and `grammars/NAME.wasm`
   * @param isPlain reads trees by what the package promises alone, which takes several times as long
   */
  static async load(directory: string, isPlain = false): Promise<SourceParser> {
    program ??= startProgram(directory).catch((error: unknown) => {
      program = undefined;
      throw error;
    });
    const walk = await program;
    return new SourceParser(directory, isPlain ? undefined : walk);
  }

  /**
   * @param path where given, the tree is kept, and the next parse of the same path starts from it: of a file that is being
   *   edited only what has changed is read again
   */
  async parse(text: string, grammar: Grammar, path?: string): Promise<SyntaxTree> {
    const { parser, types, walk } = await this.grammar(grammar);
    parser.reset();
    const before = path === undefined ? undefined : this.recent.take(path, grammar);
    try {
      if (before) before.tree.edit(new treeSitter.Edit(editBetween(before.text, text)));
      const tree = parser.parse(text, before?.tree);
      if (!tree) throw new Error(`The ${grammar} parser returned no tree`);
      try {
        return copyTree(walk ?? cursorWalk(tree), tree, text, types);
      } finally {
        if (path === undefined) tree.delete();
        else this.recent.keep(path, { grammar, text, tree });
      }
    } finally {
      before?.tree.delete();
    }
  }

  /** Whether trees of a grammar are read the fast way. */
  async isDirect(grammar: Grammar): Promise<boolean> {
    return (await this.grammar(grammar)).walk !== undefined;
  }

  private grammar(name: Grammar): Promise<LoadedGrammar> {
    let loaded = this.grammars.get(name);
    if (!loaded) {
      loaded = this.loadGrammar(name);
      this.grammars.set(name, loaded);
    }
    return loaded;
  }

  private async loadGrammar(name: Grammar): Promise<LoadedGrammar> {
    const language = await treeSitter.Language.load(path.join(this.directory, 'grammars', `${name}.wasm`));
    const parser = new treeSitter.Parser();
    parser.setLanguage(language);
    const walk = this.walk && agrees(this.walk, parser) ? this.walk : undefined;
    return { parser, types: [], walk };
  }
}

/** The program's functions are not what the package promises: another version may give them another meaning. */
function agrees(walk: WalkFunctions, parser: treeSitter.Parser): boolean {
  const tree = parser.parse(SAMPLE);
  if (!tree) return false;
  try {
    return isSameTree(copyTree(ending(walk), tree, SAMPLE, []), copyTree(cursorWalk(tree), tree, SAMPLE, []));
  } catch {
    return false;
  } finally {
    tree.delete();
  }
}

/** The same walk, given up when it goes on for longer than a small tree has nodes. */
function ending(walk: WalkFunctions): WalkFunctions {
  let steps = 0;
  const count = (): void => {
    if (++steps > 50 * SAMPLE.length) throw new Error('The walk does not end');
  };
  return {
    ...walk,
    _ts_tree_cursor_goto_next_sibling_wasm: (tree) => (
      count(),
      walk._ts_tree_cursor_goto_next_sibling_wasm(tree)
    ),
    _ts_tree_cursor_goto_first_child_wasm: (tree) => (
      count(),
      walk._ts_tree_cursor_goto_first_child_wasm(tree)
    ),
  };
}
