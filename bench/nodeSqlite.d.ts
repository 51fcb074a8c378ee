/** What the benchmark uses of node:sqlite, which the types of our oldest Node.js do not have. */
declare module 'node:sqlite' {
  export class DatabaseSync {
    constructor(file: string);
    exec(statements: string): void;
    prepare(statement: string): {
      run(...parameters: string[]): unknown;
      all(...parameters: (string | number)[]): Record<string, unknown>[];
    };
    close(): void;
  }
}
