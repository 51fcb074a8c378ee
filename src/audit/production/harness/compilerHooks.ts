/** Compilers of TypeScript and JSX that a runner's configuration loads; the harness's module hooks do their work. */
export const COMPILER_HOOK =
  /^(?:ts-node|tsx|@swc-node|esbuild-register|sucrase|esbuild-runner|@esbuild-kit|@babel\/register|tsconfig-paths)(?:\/|$)/;
