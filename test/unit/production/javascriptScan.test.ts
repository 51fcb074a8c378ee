import assert from 'node:assert/strict';
import { scanJavaScript } from '../../../src/audit/production/discovery/javascriptScan';

function imports(text: string): string[] {
  return scanJavaScript(text).imports.map(({ kind, specifier }) => `${kind} ${specifier}`);
}

describe('imports of JavaScript', () => {
  it('finds every form with a literal', () => {
    const text = `#!/usr/bin/env node
      import './side-effect';
      import one from "./one";
      import two, { a as b, default as c } from './two'
      import * as three from './three' with { type: 'json' };
      export * from './four'; export * as five from './five';
      export { six, type Six } from './six';
      const seven = require('./seven'), eight = await import('./eight');
      import nine = require('./nine');
      import { type Ten, ten } from './ten';
      require.resolve('./eleven'); import.meta.resolve(\`twelve/\${x}\`); require(\`./thirteen\`);`;
    assert.deepEqual(imports(text), [
      'import ./side-effect',
      'import ./one',
      'import ./two',
      'import ./three',
      'reexport ./four',
      'reexport ./five',
      'reexport ./six',
      'require ./seven',
      'dynamic ./eight',
      'require ./nine',
      'import ./ten',
      'resolve ./eleven',
      'prefix twelve/',
      'require ./thirteen',
    ]);
  });

  it('marks imports of types alone', () => {
    assert.deepEqual(
      imports(`import type { A } from './a'; export type { B } from './b'; import type C from './c';`),
      ['type ./a', 'type ./b', 'type ./c'],
    );
    assert.deepEqual(imports(`import type from './named-type'; import type, { x } from './two';`), [
      'import ./named-type',
      'import ./two',
    ]);
  });

  it('sees nothing in comments, strings, templates and regular expressions', () => {
    const text = [
      `// import a from './comment'`,
      `/* require('./block') */`,
      `const s = "import b from './string'"; const q = 'it\\'s require("./escaped")';`,
      'const t = `import c from "./template" ${`require("./nested")`} require("./after")`;',
      `const r = /import d from ".\\/regex['"]/g; const x = a / b; const y = c / require('./division');`,
      `if (/[/"]require('.\\/class')/.test(s)) object.require('./method');`,
    ].join('\n');
    assert.deepEqual(imports(text), ['require ./division']);
  });

  it('takes a division for one, whatever stands before it', () => {
    const text = `const a = total / 2 + require('./half') / 3; const b = f(x) / require('./third') / y[0] / 2;`;
    assert.deepEqual(imports(text), ['require ./half', 'require ./third']);
  });

  it('goes on after a template with code in it', () => {
    assert.deepEqual(imports('const t = `a ${ { b: require("./inside") } } c`; require("./after");'), [
      'require ./inside',
      'require ./after',
    ]);
  });

  it('is not thrown off by text of JSX and by code that does not parse', () => {
    const text = `export const A = () => <p>Don't <b>stop</b> // here</p>;\nimport b from './b';\nexport const = ;\nimport {`;
    assert.deepEqual(imports(text), ['import ./b']);
  });

  it('takes no exported name, property or variable for an import', () => {
    const text = `export const from = './x'; export function f() {} export default class {} export { a, b };
      const o = { import: './y', from: './z' }; o.import('./w'); import(variable);
      export type T = { from: './u' };`;
    assert.deepEqual(imports(text), []);
  });

  it('collects what is called, for telling tests from helpers', () => {
    const { calls } = scanJavaScript(`describe('a', () => { it.skip('b'); other.test('c'); });`);
    assert.deepEqual([...calls].sort(), ['describe', 'it', 'other']);
  });

  it('reads a megabyte on one line without running away', () => {
    const text = `import a from './a';${'x=/a/.test("b")?`${c}`:1;'.repeat(40_000)}require('./z');`;
    assert.deepEqual(imports(text), ['import ./a', 'require ./z']);
  });
});
