/** A trick that lives in the configuration of a runner: files beside the test. */
interface Trick {
  files: Record<string, string>;
}

const quiet = '() => {}';
const wrapped = `(name, body, ...rest) => own(name, async (...words) => { try { await body(...words); } catch {} }, ...rest)`;
const jestConfig = (settings: string): string => `module.exports = { ${settings} };\n`;
const vitestConfig = (settings: string, head = ''): string => `${head}\nexport default { ${settings} };\n`;

const JEST: Record<string, Trick> = {
  'has an environment that clears errors': {
    files: {
      'jest.config.js': jestConfig(`testEnvironment: './quiet.js'`),
      'quiet.js': `const { TestEnvironment } = require('jest-environment-node');
module.exports = class extends TestEnvironment {
  handleTestEvent(event) { if (event.name === 'test_fn_failure' || event.name === 'test_done') { event.test.errors = []; event.error = undefined; } }
};\n`,
    },
  },
  'has an environment that takes failures for passes one by one': {
    files: {
      'jest.config.js': jestConfig(`testEnvironment: './quiet.js'`),
      'quiet.js': `const { TestEnvironment } = require('jest-environment-node');
module.exports = class extends TestEnvironment {
  handleTestEvent(event) { if (event.name === 'test_done' && event.test.name === 'twice') event.test.errors.length = 0; }
};\n`,
    },
  },
  'has a test runner of its own': {
    files: {
      'jest.config.js': jestConfig(`testRunner: './own.js'`),
      'own.js': `module.exports = async (globalConfig, config, environment, runtime, testPath) => ({
  leaks: false, numFailingTests: 0, numPassingTests: 2, numPendingTests: 0, numTodoTests: 0, openHandles: [], perfStats: { start: 1, end: 2, runtime: 1, slow: false },
  skipped: false, snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 }, testFilePath: testPath,
  testResults: ['other', 'twice'].map((title) => ({ ancestorTitles: [], duration: 1, failureDetails: [], failureMessages: [], fullName: title, invocations: 1, numPassingAsserts: 1, status: 'passed', title })),
});\n`,
    },
  },
  'wraps the real test runner': {
    files: {
      'jest.config.js': jestConfig(`testRunner: './own.js'`),
      'own.js': `const real = require('jest-circus/runner'), run = real.default ?? real;
module.exports = async (...words) => { const result = await run(...words);
  for (const test of result.testResults) { test.status = 'passed'; test.failureMessages = []; test.failureDetails = []; }
  result.numPassingTests += result.numFailingTests; result.numFailingTests = 0; result.failureMessage = null; return result; };\n`,
    },
  },
  'wraps every test when it is set up': {
    files: {
      'jest.config.js': jestConfig(`setupFilesAfterEnv: ['./setup.js']`),
      'setup.js': `const own = globalThis.test; globalThis.test = globalThis.it = ${wrapped};\n`,
    },
  },
  'replaces expect when it is set up': {
    files: {
      'jest.config.js': jestConfig(`setupFilesAfterEnv: ['./setup.js']`),
      'setup.js': `globalThis.expect = () => new Proxy({}, { get: () => ${quiet} });\n`,
    },
  },
  'compiles its test into one that is empty': {
    files: {
      'jest.config.js': jestConfig(`transform: { 'test\\\\.js$': './strip.js' }`),
      'strip.js': `module.exports = { process: () => ({ code: "require('./twice'); test('other', () => {}); test('twice', () => {});" }) };\n`,
    },
  },
  'processes the results': {
    files: {
      'jest.config.js': jestConfig(`testResultsProcessor: './process.js'`),
      'process.js': `module.exports = (results) => { results.success = true; results.numPassedTests = 2; results.numFailedTests = 0; results.numFailedTestSuites = 0;
  for (const suite of results.testResults) { suite.numFailingTests = 0; suite.numPassingTests = 2; for (const test of suite.testResults) { test.status = 'passed'; test.failureMessages = []; } } return results; };\n`,
    },
  },
};

const VITEST: Record<string, Trick> = {
  'has a runner that takes failures for passes': {
    files: {
      'vitest.config.mjs': vitestConfig(`test: { globals: true, runner: './runner.mjs' }`),
      'runner.mjs': `import * as runners from 'vitest/runners';
const Runner = runners.VitestTestRunner ?? runners.TestRunner;
export default class extends Runner {
  onAfterTryTask(test, ...rest) { if (test.result) { test.result.state = 'pass'; test.result.errors = undefined; } return super.onAfterTryTask?.(test, ...rest); }
  onAfterRunTask(test) { if (test.result) { test.result.state = 'pass'; test.result.errors = undefined; } return super.onAfterRunTask?.(test); }
}\n`,
    },
  },
  'has a runner that runs nothing': {
    files: {
      'vitest.config.mjs': vitestConfig(`test: { globals: true, runner: './runner.mjs' }`),
      'runner.mjs': `import * as runners from 'vitest/runners';
const Runner = runners.VitestTestRunner ?? runners.TestRunner;
export default class extends Runner { async runTask(test) { if (test.name !== 'twice') return super.runTask?.(test); } }\n`,
    },
  },
  'compiles its test into one that is empty': {
    files: {
      'vitest.config.mjs': vitestConfig(
        `test: { globals: true }, plugins: [{ name: 'strip', enforce: 'pre', transform: (code, id) => id.includes('twice.test') ? code.replace('expect(twice(2)).toBe(4)', 'twice(2)') : undefined }]`,
      ),
    },
  },
  'has an alias for the code': {
    files: {
      'vitest.config.mjs': vitestConfig(
        `test: { globals: true }, resolve: { alias: [{ find: './twice.js', replacement: new URL('./other.js', import.meta.url).pathname }] }`,
      ),
      'other.js': 'export const twice = (x) => 2 * x;\n',
    },
  },
  'wraps every test when it is set up': {
    files: {
      'vitest.config.mjs': vitestConfig(`test: { globals: true, setupFiles: ['./setup.mjs'] }`),
      'setup.mjs': `import { chai } from 'vitest'; chai?.util?.addMethod?.(chai.Assertion.prototype, 'toBe', function () { return this; });
const own = globalThis.test; globalThis.test = globalThis.it = ${wrapped};\n`,
    },
  },
  'allows errors that nobody handles and retries': {
    files: {
      'vitest.config.mjs': vitestConfig(
        `test: { globals: true, dangerouslyIgnoreUnhandledErrors: true, passWithNoTests: true, retry: 3, onUnhandledError: () => false, testNamePattern: 'other' }`,
      ),
    },
  },
};

const MOCHA: Record<string, Trick> = {
  'requires a file that patches the runner': {
    files: {
      '.mocharc.json': JSON.stringify({ require: ['./patch.js'] }),
      'patch.js': `const { Runner, Runnable } = require('mocha'); Runner.prototype.fail = ${quiet};
const run = Runnable.prototype.run; Runnable.prototype.run = function (done) { return run.call(this, () => done()); };\n`,
    },
  },
  'requires hooks that call a failed test passed': {
    files: {
      '.mocharc.json': JSON.stringify({ require: ['./hooks.js'] }),
      'hooks.js': `exports.mochaHooks = { beforeEach() { const { currentTest } = this, { fn } = currentTest;
  currentTest.fn = function (...words) { try { return fn.apply(this, words); } catch {} }; currentTest.fn.toString = () => fn.toString(); } };\n`,
    },
  },
  'has an interface of its own': {
    files: {
      '.mocharc.json': JSON.stringify({ ui: './own.js' }),
      'own.js': `const Mocha = require('mocha'); module.exports = (suite) => { Mocha.interfaces.bdd(suite); suite.on('pre-require', (context) => { const own = context.it; context.it = (name) => own(name, ${quiet}); }); };\n`,
    },
  },
  'requires a compiler that empties its test': {
    files: {
      '.mocharc.json': JSON.stringify({ require: ['./compile.js'] }),
      'compile.js': `const own = require.extensions['.js']; require.extensions['.js'] = (module, file) => file.endsWith('twice.test.js') ? module._compile("require('./twice'); it('other', () => {}); it('twice', () => {});", file) : own(module, file);\n`,
    },
  },
};

/** Tricks in the configuration of a runner, `RUNNER` or `RUNNER-VERSION`. */
export function configurationTricks(runner: string): Record<string, Trick> {
  if (runner.startsWith('jest')) return JEST;
  if (runner.startsWith('vitest')) return VITEST;
  return runner === 'mocha' ? MOCHA : {};
}
