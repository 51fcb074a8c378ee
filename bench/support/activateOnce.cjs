'use strict';
// node activateOnce.cjs EXTENSION.js: loads and activates an extension with an editor that is none, and prints how long it took.
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { performance } = require('node:perf_hooks');

/** Whatever is asked of it, it is more of the same; what is awaited, listed or counted is nothing. */
const anything = new Proxy(function () {}, {
  get: (_target, name) => {
    if (name === Symbol.iterator) return Array.prototype[Symbol.iterator].bind([]);
    if (name === Symbol.toPrimitive) return () => '';
    if (name === 'length') return 0;
    // No view is looked at.
    if (name === 'visible') return false;
    // Never settles: activation waits for nothing.
    if (name === 'then') return () => anything;
    if (name === 'get') return (_key, fallback) => fallback;
    if (name === 'workspaceFolders') return [];
    if (name === 'fsPath') return path.join(os.tmpdir(), 'no-state');
    return name === 'prototype' ? Function.prototype : anything;
  },
  // What the build makes of a module looks for its exports there.
  getPrototypeOf: () => anything,
  apply: () => anything,
  construct: () => anything,
});
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? anything : load(request, ...rest));

const file = path.resolve(process.argv[2]);
const uri = { fsPath: path.join(os.tmpdir(), 'no-state'), toString: () => 'file:///no-state' };
const context = new Proxy(
  { subscriptions: [], extensionUri: uri, globalStorageUri: uri },
  { get: (target, name) => (name in target ? target[name] : anything) },
);
const begun = performance.now();
require(file).activate(context);
process.stdout.write(String(performance.now() - begun));
process.exit(0);
