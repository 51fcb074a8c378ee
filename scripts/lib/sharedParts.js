'use strict';

const path = require('node:path');

/**
 * Packs parts that are loaded together into one file: a file for each would be opened and read one by one at every
 * start. Each part stays a module of its own, run when it is first asked for.
 * @param {Map<string, string>} files CommonJS code by path, all in one folder and a folder below it
 * @param {Map<string, string[]>} packs for each new file, in the folder below, the paths of the parts that it gets
 * @returns {Map<string, string>} the files after that, with what they require named anew
 */
function packParts(files, packs) {
  const packOf = new Map();
  for (const [pack, names] of packs)
    for (const name of names) packOf.set(path.basename(name), path.basename(pack));
  const renamed = (code) =>
    code.replace(/\brequire\("(\.\/(?:[\w-]+\/)?)([\w.-]+\.js)"\)/g, (whole, folder, key) =>
      packOf.has(key) ? `require("${folder}${packOf.get(key)}")("${key}")` : whole,
    );
  const rest = [...files].filter(([name]) => !packOf.has(path.basename(name)));
  return new Map([
    ...rest.map(([name, code]) => [name, renamed(code)]),
    ...[...packs].map(([pack, names]) => [
      pack,
      registry(names.map((name) => [path.basename(name), renamed(files.get(name))])),
    ]),
  ]);
}

function registry(parts) {
  // In brackets, since V8 compiles such a function at once; another it would read twice, as all of these are called soon.
  const entries = parts.map(
    ([key, code]) => `${JSON.stringify(key)}:(function(module,exports,require){${code}\n})`,
  );
  return `"use strict";const parts={${entries.join(',')}},loaded={},once=${ONCE};module.exports=(key)=>{
if(!loaded[key]){const module=loaded[key]={exports:{}};parts[key](module,module.exports,once)}
return loaded[key].exports};`;
}

/** A require() that asks for each module once: the editor looks into every call, and hundreds are made at a start. */
const ONCE = '((known)=>(name)=>(known[name]??=require(name)))({})';

/** A program whose require() asks for each module once. */
function askingOnce(code) {
  return `"use strict";((require)=>{${code}\n})(${ONCE});`;
}

/** The files that one loads, by what each imports. */
function loadedBy(entry, importsOf) {
  const seen = new Set([entry]);
  for (const file of seen) for (const next of importsOf(file)) seen.add(next);
  seen.delete(entry);
  return [...seen];
}

module.exports = { askingOnce, packParts, loadedBy };
