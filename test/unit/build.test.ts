import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createContext, Script } from 'node:vm';

const dist = path.join(__dirname, '../../dist');

describe('The build', () => {
  const parts = fs.readdirSync(path.join(dist, 'parts')).map((name) => path.join(dist, 'parts', name));
  const files = [path.join(dist, 'extension.js'), path.join(dist, 'cli.js'), ...parts];

  it('is CommonJS in every file, so that the editor can load it', () => {
    assert.ok(files.length > 5);
    for (const file of files) {
      const text = fs.readFileSync(file, 'utf8').replace(/^#!.*/, '');
      // Throws at what only an ES module may say.
      new Script(`(function (exports, require, module) {${text}\n})`, { filename: file }).runInContext(
        createContext({}),
      );
      assert.doesNotMatch(text, /\bimport\("\.\//, `${file} loads a part with import()`);
    }
  });

  it('asks the editor for nothing in what the command line loads', () => {
    const loaded = new Set<string>();
    const follow = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const [, next] of fs.readFileSync(file, 'utf8').matchAll(/require\("(\.[^"]+)"\)/g))
        follow(path.resolve(path.dirname(file), next ?? ''));
    };
    follow(path.join(dist, 'cli.js'));
    assert.ok(loaded.size > 5);
    for (const file of loaded)
      assert.doesNotMatch(fs.readFileSync(file, 'utf8'), /require\("vscode"\)/, file);
  });
});
