'use strict';

const path = require('node:path');

/**
 * Packs what the extension loads at once, beside its own file, into one: a file for each would be opened and read one
 * by one at every start. Each part stays a module of its own, run when it is first asked for.
 * @param {Map<string, string>} files CommonJS code by path, all in one folder and a folder below it
 * @param {string[]} names paths of the parts to pack, all in the folder below
 * @param {string} pack path of the file that gets them, in the same folder
 * @returns {Map<string, string>} the files after that, with what they require named anew
 */
function packParts(files, names, pack) {
  const keys = new Set(names.map((name) => path.basename(name)));
  const packName = path.basename(pack);
  const renamed = (code) =>
    code.replace(/\brequire\("(\.\/(?:[\w-]+\/)?)([\w.-]+\.js)"\)/g, (whole, folder, key) =>
      keys.has(key) ? `require("${folder}${packName}")("${key}")` : whole,
    );
  const rest = [...files].filter(([name]) => !names.includes(name));
  return new Map([
    ...rest.map(([name, code]) => [name, renamed(code)]),
    [pack, registry(names.map((name) => [path.basename(name), renamed(files.get(name))]))],
  ]);
}

function registry(parts) {
  const entries = parts.map(([key, code]) => `${JSON.stringify(key)}(module,exports,require){${code}\n}`);
  return `"use strict";const parts={${entries.join(',')}},loaded={};module.exports=(key)=>{
if(!loaded[key]){const module=loaded[key]={exports:{}};parts[key](module,module.exports,require)}
return loaded[key].exports};`;
}

/** The files that one loads before it runs, by what each imports at once. */
function loadedAtOnce(entry, importsOf) {
  const seen = new Set([entry]);
  for (const file of seen) for (const next of importsOf(file)) seen.add(next);
  seen.delete(entry);
  return [...seen];
}

module.exports = { packParts, loadedAtOnce };
