import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import * as path from 'node:path';
import { fixture } from './productionStage';
import { temporaryFolder, writeFiles } from './temporaryFolder';

export type RunnerName = 'vitest-3' | 'vitest-5' | 'jest-29' | 'jest-30' | 'mocha';

const SETTINGS: Partial<Record<RunnerName, Record<string, string>>> = {
  'jest-29': {
    'jest.config.js': "module.exports = { setupFiles: ['<rootDir>/test/setup.ts'], watch: true };\n",
    'babel.config.js':
      "module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] };\n",
  },
  'jest-30': {
    'jest.config.js':
      "module.exports = { preset: 'ts-jest', setupFiles: ['<rootDir>/test/setup.ts'], collectCoverage: true };\n",
  },
};
const VITEST = `import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { globals: true, watch: true, setupFiles: ['./test/setup.ts'] } });
`;
/** First lines of a snapshot file: jest 30 refuses those that an older jest has written. */
const SNAPSHOT_HEADERS: Record<Exclude<RunnerName, 'mocha'>, string> = {
  'vitest-3': 'Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html',
  'vitest-5': 'Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html',
  'jest-29': 'Jest Snapshot v1, https://goo.gl/fbAQLP',
  'jest-30': 'Jest Snapshot v1, https://jestjs.io/docs/snapshot-testing',
};
const SNAPSHOT = 'exports[`shape 1`] = `\n{\n  "hull": "steel",\n  "masts": 3,\n}\n`;\n';

/** A folder, a new one of the test where none is given, with the named runner installed as its lock file says, and nothing else. */
export function installedRunner(name: RunnerName, folder = temporaryFolder(name)): string {
  const script = path.resolve(__dirname, '../../scripts/runner.mjs');
  const printed = execFileSync(process.execPath, [script, name], { encoding: 'utf8', stdio: 'pipe' });
  cpSync(printed.trim().split('\n').at(-1) ?? '', folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** The project of test functions without imports, with the named runner set up for it. */
export function runnerProject(name: keyof typeof SNAPSHOT_HEADERS): string {
  const folder = installedRunner(name);
  cpSync(fixture('runners'), folder, { recursive: true });
  const isVitest = name.startsWith('vitest');
  writeFiles(folder, {
    'src/__snapshots__/shape.test.ts.snap': `// ${SNAPSHOT_HEADERS[name]}\n\n${SNAPSHOT}`,
    'src/deep folder/größe.ts': 'export const size = (name: string): number => name.length;\n',
    'src/deep folder/größe.test.ts':
      "import { size } from './größe';\n\ntest('size, as the set-up says', () =>\n" +
      '  expect(size((globalThis as unknown as { harbour: string }).harbour)).toBe(4));\n',
    ...(isVitest ? { 'vitest.config.ts': VITEST } : SETTINGS[name]),
  });
  return folder;
}
