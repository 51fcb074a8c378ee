const COMPILED_FROM: Record<string, readonly string[]> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

const TRIED_EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'] as const;

/**
 * The files an import of `base` can mean, best first: the name itself, the source it is compiled from (`.js` for `.ts`),
 * the name with an extension left out, and the folder's index. `base` has forward slashes.
 */
export function moduleFileCandidates(base: string): string[] {
  const extension = /\.[cm]?jsx?$/.exec(base)?.[0] ?? '';
  const stem = base.slice(0, base.length - extension.length);
  const folder = base.replace(/\/$/, '');
  return [
    base,
    ...(COMPILED_FROM[extension] ?? []).map((source) => stem + source),
    ...TRIED_EXTENSIONS.map((tried) => base + tried),
    ...TRIED_EXTENSIONS.map((tried) => `${folder}/index${tried}`),
  ];
}
