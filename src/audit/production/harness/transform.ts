import * as nodeModule from 'node:module';
import { transform } from 'sucrase';
import type { Transform } from 'sucrase';
import type { ModuleKind } from './moduleKind';
import type { NewerModuleApi } from './nodeApi';

export interface JsxSettings {
  jsx?: string;
  jsxImportSource?: string;
}

/** A `namespace` with a body is the one construct of TypeScript that sucrase drops without a word. */
const NAMESPACE = /^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+[\w.$]+\s*\{/m;

/**
 * JavaScript for a TypeScript or JSX file, every statement on the line it had. Imports that only types use are dropped.
 * With `withMap` a source map is its last line. Throws `SyntaxError` with `loc` for text that can't be parsed.
 */
export function compile(
  path: string,
  text: string,
  kind: ModuleKind,
  settings: JsxSettings,
  withMap = false,
): string {
  const transforms: Transform[] = [];
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  if (isTypeScript) transforms.push('typescript');
  if (/\.(?:tsx|[cm]?jsx?)$/.test(path)) transforms.push('jsx');
  if (kind === 'commonjs') transforms.push('imports');
  const source = isTypeScript && NAMESPACE.test(text) ? withoutNamespaces(path, text) : text;
  const importSource = /@jsxImportSource\s+(\S+)/.exec(text)?.[1] ?? settings.jsxImportSource;
  const classic =
    settings.jsx === 'react' || (settings.jsx === undefined && /\bimport\b[^;\n]*\bReact\b/.test(text));
  const { code, sourceMap } = transform(source, {
    transforms,
    filePath: path,
    disableESTransforms: true,
    production: true,
    jsxRuntime: classic && importSource === undefined ? 'classic' : 'automatic',
    ...(importSource === undefined ? {} : { jsxImportSource: importSource }),
    ...(withMap ? { sourceMapOptions: { compiledFilename: path } } : {}),
  });
  if (!sourceMap) return code;
  const map = Buffer.from(JSON.stringify(sourceMap)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${map}`;
}

function withoutNamespaces(path: string, text: string): string {
  const strip = (nodeModule as NewerModuleApi).stripTypeScriptTypes;
  if (!strip) throw new Error('This Node version cannot compile TypeScript namespaces');
  // Node warns that this is experimental, in the midst of what the audited code prints.
  const emitWarning = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  process.emitWarning = () => undefined;
  try {
    const code = strip(text, { mode: 'transform', sourceMap: true, sourceUrl: `file://${path}` });
    process.setSourceMapsEnabled(true);
    return code;
  } finally {
    if (emitWarning) Object.defineProperty(process, 'emitWarning', emitWarning);
  }
}
