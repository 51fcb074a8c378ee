import * as path from 'node:path';

/** Language families that have rules and a runner. */
export type Language = 'javascript' | 'typescript' | 'python';

/** The grammar a file is parsed with: JSX is part of JavaScript's, and a grammar of its own beside TypeScript's. */
export type Grammar = 'javascript' | 'typescript' | 'tsx' | 'python';

const BY_EXTENSION: Record<string, { language: Language; grammar: Grammar }> = {
  '.js': { language: 'javascript', grammar: 'javascript' },
  '.cjs': { language: 'javascript', grammar: 'javascript' },
  '.mjs': { language: 'javascript', grammar: 'javascript' },
  '.jsx': { language: 'javascript', grammar: 'javascript' },
  '.ts': { language: 'typescript', grammar: 'typescript' },
  '.cts': { language: 'typescript', grammar: 'typescript' },
  '.mts': { language: 'typescript', grammar: 'typescript' },
  '.tsx': { language: 'typescript', grammar: 'tsx' },
  '.py': { language: 'python', grammar: 'python' },
};

/** The language of a file by its name alone: text can lie (`import` is in all three). Undefined when not supported. */
export function languageOf(file: string): { language: Language; grammar: Grammar } | undefined {
  return BY_EXTENSION[path.extname(file).toLowerCase()];
}

/** Every extension with rules and a runner, with its dot. */
export const supportedExtensions: readonly string[] = Object.keys(BY_EXTENSION);
