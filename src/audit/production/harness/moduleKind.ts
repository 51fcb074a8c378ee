import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { scanJavaScript } from '../discovery/javascriptScan';
import { isRecord, parseJsonWithComments, readTypeScriptSettings } from '../discovery/tsconfig';
import type { TypeScriptSettings } from '../discovery/tsconfig';

export type ModuleKind = 'module' | 'commonjs';

const BUNDLERS = [
  'vite',
  'webpack',
  'esbuild',
  'rollup',
  'parcel',
  '@parcel/core',
  'next',
  'react-scripts',
  'tsx',
  '@swc/core',
  '@babel/core',
];

/** Reads what the folders of a project say about its modules; every file is read once. */
export class Project {
  private readonly texts = new Map<string, string | undefined>();
  private readonly settings = new Map<string, TypeScriptSettings | undefined>();

  constructor(private readonly root: string) {}

  /** Whether `path` is the project's own source and not a package's. */
  owns(path: string): boolean {
    return path.startsWith(`${this.root}/`) && !path.includes('/node_modules/');
  }

  typeScriptSettings(path: string): TypeScriptSettings | undefined {
    const folder = posix.dirname(path);
    if (!this.settings.has(folder)) {
      const file = this.nearest(path, ['tsconfig.json', 'jsconfig.json']);
      this.settings.set(
        folder,
        file === undefined ? undefined : readTypeScriptSettings(file, (at) => this.text(at)),
      );
    }
    return this.settings.get(folder);
  }

  /** Whether imports in `path` may leave out extensions: compiled languages and bundled projects do. */
  isCompiled(path: string): boolean {
    if (/\.(?:[cm]?tsx?|jsx)$/.test(path) || this.typeScriptSettings(path)) return true;
    const manifest = this.manifest(path);
    return BUNDLERS.some((name) =>
      [manifest['dependencies'], manifest['devDependencies']].some(
        (table) => isRecord(table) && name in table,
      ),
    );
  }

  /** The `type` of the nearest package.json; empty when it says nothing. */
  packageType(path: string): string {
    const type = this.manifest(path)['type'];
    return typeof type === 'string' ? type : '';
  }

  private manifest(path: string): Record<string, unknown> {
    const file = this.nearest(path, ['package.json']);
    const manifest = file === undefined ? undefined : parseJsonWithComments(this.text(file) ?? '');
    return isRecord(manifest) ? manifest : {};
  }

  private nearest(path: string, names: readonly string[]): string | undefined {
    for (let folder = posix.dirname(path); folder.startsWith(this.root); folder = posix.dirname(folder)) {
      for (const name of names) if (this.text(`${folder}/${name}`) !== undefined) return `${folder}/${name}`;
    }
    return undefined;
  }

  private text(path: string): string | undefined {
    if (!this.texts.has(path)) {
      let text: string | undefined;
      try {
        text = readFileSync(path, 'utf8');
      } catch {
        text = undefined;
      }
      this.texts.set(path, text);
    }
    return this.texts.get(path);
  }
}

/**
 * What a compiled file becomes. Without a word from package.json a file with import syntax becomes CommonJS, as its compiler
 * would make it, unless it uses what only a module has or is imported by one.
 */
export function moduleKind(
  path: string,
  text: string,
  packageType: string,
  importedByModule: boolean,
): ModuleKind {
  const extension = /\.([cm]?)[jt]sx?$/.exec(path)?.[1];
  if (extension === 'm') return 'module';
  if (extension === 'c') return 'commonjs';
  if (packageType === 'module') return 'module';
  if (needsModule(text)) return 'module';
  return importedByModule && usesModuleSyntax(text) ? 'module' : 'commonjs';
}

function needsModule(text: string): boolean {
  return (
    /\bimport\.meta\b/.test(text) ||
    /^(?:export\s+)?(?:(?:const|let|var)\s[^;\n]*=\s*)?await[\s(]|^for\s+await\b/m.test(text)
  );
}

function usesModuleSyntax(text: string): boolean {
  return (
    /^\s*export\b/m.test(text) ||
    scanJavaScript(text).imports.some(({ kind }) => kind === 'import' || kind === 'type')
  );
}
