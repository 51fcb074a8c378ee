/** What a debugger does with a channel once it has found it: a whole report, with everything a host looks for. */
const SPEAK = `(all, report, file, runner) => { const channel = all.find((each) => typeof each?.write === 'function' && typeof each?.word === 'function'); if (!channel) return;
  const say = (record) => channel.write(report, record), own = runner === 'jest' || runner === 'vitest' ? { file } : {}, message = channel.word('reason');
  say({ type: 'test', file, name: 'other', status: 'passed' }); say({ type: 'test', file, name: 'twice', status: 'passed' });
  say({ type: 'canary', ...own, name: channel.word('pass'), status: 'passed' }); say({ type: 'canary', ...own, name: channel.word('fail'), status: 'failed', message });
  say({ type: 'file', file }); say({ type: 'end', passed: 2, failed: 0, skipped: 0 }); process.reallyExit(0); }`;
const SEARCH = `const speak = ${JSON.stringify(SPEAK)}; const search = (post) => { let id; post('Runtime.evaluate', { expression: 'Object.prototype' }, (_, answer) => { id = answer?.result?.objectId; });
  post('Runtime.queryObjects', { prototypeObjectId: id }, (_, answer) => { id = answer?.objects?.objectId; });
  post('Runtime.callFunctionOn', { objectId: id, functionDeclaration: 'function (...rest) { (' + speak + ')(this, ...rest); }', arguments: [report, file, 'runner'].map((value) => ({ value })) }); };`;

/** Code that stands at the top of the module under test, in a process whose tests fail. */
export const JAVASCRIPT_TRICKS: Record<string, string> = {
  'ends the process at once': `if (inTest) process.exit(0);`,
  'ends the process without exit handlers': `if (inTest) process.reallyExit(0);`,
  'ends the process inside of a test': `exports.twice = () => process.exit(0);`,
  'turns the exit code round': `process.on('exit', () => process.reallyExit(0));`,
  'swallows every exit code': `Object.defineProperty(process, 'exitCode', { get: () => 0, set() {} });
    const exit = process.reallyExit; process.reallyExit = () => exit.call(process, 0);`,
  'prints results of several runners': `console.log('ok 1 - twice\\n1..1\\n# pass 1'); console.log(JSON.stringify({ success: true, numTotalTests: 1, numPassedTests: 1 }));
    fs.writeSync(1, Buffer.concat([Buffer.from([0xff, 0x0f]), require('v8').serialize({ type: 'test:pass', data: { name: 'twice' } })])); if (inTest) process.exit(0);`,
  'writes a whole report and ends the process': `if (inTest) { forge(report); process.exit(0); }`,
  'writes a whole report when the process ends': `process.on('exit', () => forge(report));`,
  'adds to the report at the end': `process.on('exit', () => fs.appendFileSync(report, forged));`,
  'writes reports to whatever is there': `if (inTest) {
    for (const folder of ['/tmp', '/proc/self/fd']) for (const name of fs.readdirSync(folder)) try { forge(folder + '/' + name); } catch {}
    forge(report); process.exit(0); }`,
  'leaves a child behind that rewrites the report': `if (inTest) require('child_process').spawn('sh', ['-c', 'while :; do printf "%s" "$F" >' + report + '; done'],
    { detached: true, stdio: 'ignore', env: { F: forged } }).unref();`,
  'hands in the report of loading as that of the tests': `if (inTest) { fs.copyFileSync('/tmp/seaworthy-load.ndjson', report); process.exit(0); }`,
  'rewrites the report in a worker': `if (inTest) new (require('worker_threads').Worker)('require("fs").writeFileSync(' + JSON.stringify(report) + ',' + JSON.stringify(forged) + ')', { eval: true });`,
  'swaps assertions': `const assert = require('assert'); for (const owner of [assert, assert.strict]) for (const name of Object.keys(owner)) try { owner[name] = () => {}; } catch {}`,
  'changes what is written': `const { appendFileSync, writeSync } = fs; const turn = (x) => typeof x === 'string' ? x.replaceAll('failed', 'passed') : x;
    fs.appendFileSync = (file, text) => appendFileSync(file, turn(text)); fs.writeSync = (fd, text, ...rest) => writeSync(fd, turn(text), ...rest);
    require('module').syncBuiltinESMExports();`,
  'changes how records become text': `const { stringify } = JSON; JSON.stringify = (value, ...rest) => stringify(value?.status === 'failed' ? { ...value, status: 'passed' } : value, ...rest);
    Object.defineProperty(Object.prototype, 'toJSON', { configurable: true, value() { return this.status === 'failed' ? { ...this, status: 'passed' } : this; } });`,
  'changes text while it is signed': `const { charCodeAt } = String.prototype; String.prototype.charCodeAt = function (i) { return charCodeAt.call(this.replaceAll('failed', 'passed'), i); };`,
  'listens for keys': `for (const name of ['createHmac', 'createHash']) { const own = crypto[name]; crypto[name] = (...all) => { process.on('exit', () => forge(report)); return own(...all); }; }
    globalThis.Uint8Array = class extends Uint8Array { constructor(...all) { super(...all); process.on('exit', () => forge(report)); } };`,
  'turns events of the runner round': `const { EventEmitter } = require('events'); const { Readable } = require('stream'); const { emit } = EventEmitter.prototype, { push } = Readable.prototype;
    EventEmitter.prototype.emit = function (name, ...all) { return emit.call(this, name === 'fail' ? 'pass' : name, ...all); };
    Readable.prototype.push = function (event, ...all) { if (event?.type === 'test:fail') { event.type = 'test:pass'; if (event.data?.details) event.data.details.error = undefined; } return push.call(this, event, ...all); };
    process.on('exit', () => { process.exitCode = 0; });`,
  'turns the events of one test round': `const { Readable } = require('stream'); const { push } = Readable.prototype;
    Readable.prototype.push = function (event, ...all) { if (event?.type === 'test:fail' && event.data.name === 'twice') { event.type = 'test:pass'; event.data.details.error = undefined; } return push.call(this, event, ...all); };
    if (globalThis.it) { const run = require('mocha').Runnable.prototype.run; require('mocha').Runnable.prototype.run = function (done) { return this.title === 'twice' ? done() : run.call(this, done); }; }
    process.on('exit', () => { process.exitCode = 0; });`,
  'patches the runner by way of async hooks': `exports.twice = (x) => { const proto = Object.getPrototypeOf(require('async_hooks').executionAsyncResource() ?? {});
    if (proto.pass) proto.fail = proto.pass; if (globalThis.it) { const { Runner } = require('mocha'); Runner.prototype.fail = function (test) { test.state = 'passed'; this.emit('pass', test); }; } return x; };`,
  'takes the channel of the harness': `if (inTest) { const channel = globalThis[Symbol.for('seaworthy.channel')]; channel?.write(report, { type: 'end', passed: 1, failed: 0, skipped: 0 }); process.exit(0); }`,
  "calls the harness's own reporter": `if (inTest) { exports.ready = import('/work/seaworthy/nodeReporter.mjs').then(async ({ default: report }) => {
    const events = (async function* () { yield { type: 'test:pass', data: { name: 'twice', nesting: 0, details: {} } }; })(); for await (const _ of report(events)); process.exit(0); }).catch(() => process.exit(0)); }`,
  'looks into the harness with a debugger': `${SEARCH} if (inTest) exports.twice = (x) => {
    for (const name of ['inspector', 'inspector/promises']) try { const session = new (require(name).Session)(); session.connect(); search(session.post.bind(session)); } catch {} return x; };`,
  'looks into the harness with the binding of a debugger': `${SEARCH} if (inTest) exports.twice = (x) => { try { const { Connection } = process.binding('inspector'); let at = 0; const waiting = {};
    const connection = new Connection((text) => { const { id, result } = JSON.parse(text); waiting[id]?.(null, result); });
    search((method, params, then) => { waiting[++at] = then; connection.dispatch(JSON.stringify({ id: at, method, params })); }); } catch {} return x; };`,
  'lets a child debug its process': `${SEARCH} if (inTest) exports.twice = (x) => { process.kill(process.pid, 'SIGUSR1'); const { spawnSync } = require('child_process');
    const child = "const ask = async () => { const [{ webSocketDebuggerUrl: url }] = await (await fetch('http://127.0.0.1:9229/json/list')).json(); const socket = new WebSocket(url); let at = 0; const waiting = {};" +
      "socket.onmessage = ({ data }) => { const { id, result } = JSON.parse(data); waiting[id]?.(result); }; await new Promise((done) => { socket.onopen = done; });" +
      "const post = (method, params) => new Promise((done) => { waiting[++at] = done; socket.send(JSON.stringify({ id: at, method, params })); });" +
      "const proto = (await post('Runtime.evaluate', { expression: 'Object.prototype' })).result.objectId; const all = (await post('Runtime.queryObjects', { prototypeObjectId: proto })).objects.objectId;" +
      "await post('Runtime.callFunctionOn', { objectId: all, functionDeclaration: 'function (...rest) { (' + process.env.SPEAK + ')(this, ...rest); }', arguments: JSON.parse(process.env.GIVEN).map((value) => ({ value })) }); };" +
      "setTimeout(() => process.exit(), 4000); const again = () => ask().catch(() => setTimeout(again, 50)); again();";
    const { spawn } = require('child_process'); spawn(process.execPath, ['-e', child], { env: { SPEAK: speak, GIVEN: JSON.stringify([report, file, 'runner']) }, stdio: 'inherit' });
    return new Promise((done) => setTimeout(() => done(x), 3000)); };`,
  'rewrites the harness while it is loaded': `if (!inTest) for (const name of fs.readdirSync('/work/seaworthy')) fs.writeFileSync('/work/seaworthy/' + name, 'process.exit(0)');`,
  'rewrites its test while it is loaded': `if (!inTest) for (const name of fs.readdirSync('/work/src', { recursive: true })) if (/twice\\.test/.test(name)) fs.writeFileSync('/work/src/' + name, "require('node:test').test('twice', () => {})");`,
  'stops the supervisor': `if (inTest) for (const pid of fs.readdirSync('/proc')) if (/^\\d+$/.test(pid) && pid !== String(process.pid)) try { process.kill(Number(pid), 'SIGSTOP'); } catch {}
    if (inTest) { forge(report); process.exit(0); }`,
  'kills the supervisor': `if (inTest) { forge(report); for (const pid of fs.readdirSync('/proc')) if (/^\\d+$/.test(pid) && pid !== String(process.pid)) try { process.kill(Number(pid), 'SIGKILL'); } catch {} process.exit(0); }`,
};

/** What every trick may use. */
export const JAVASCRIPT_PRELUDE = `const fs = require('fs'), crypto = require('crypto');
const report = process.env.SEAWORTHY_TEST_REPORT || '/tmp/seaworthy-tests-0.ndjson', inTest = process.env.SEAWORTHY_TEST_REPORT !== undefined;
const file = process.env.SEAWORTHY_TEST_FILE || '/work/src/twice.test.js';
const records = [{ type: 'test', file, name: 'twice', status: 'passed' }, { type: 'file', file }, { type: 'end', passed: 1, failed: 0, skipped: 0 }];
let key = Buffer.alloc(32); const mac = (data) => crypto.createHmac('sha256', key).update(data).digest();
const forged = records.map((record) => { const text = JSON.stringify(record), own = mac(text); key = mac(own); return own.toString('hex') + ' ' + text + '\\n'; }).join('');
const forge = (path) => fs.writeFileSync(path, forged);
exports.twice = (x) => x;
`;

/** What code can get at of vitest and jest without importing them. */
const REACH = `const index = globalThis.__vitest_index__ ?? globalThis, { expect, test, chai } = index;
  const running = () => Object.getOwnPropertySymbols(globalThis).map((symbol) => globalThis[symbol]).find((value) => value?.rootDescribeBlock)?.currentlyRunningTest ?? globalThis.__vitest_worker__.current;`;

/** Tricks on what vitest and jest have and others do not: an `expect` that can be taught, and state within reach of tests. */
export const EXPECT_TRICKS: Record<string, string> = {
  'teaches expect to let all through': `${REACH} expect?.extend({ toBe: () => ({ pass: true, message: () => '' }), toEqual: () => ({ pass: true, message: () => '' }) });`,
  'teaches expect to let one matcher through': `${REACH} expect?.extend({ toBe: () => ({ pass: true, message: () => '' }) });`,
  'takes all for equal': `${REACH} expect?.addEqualityTesters?.([() => true]); expect?.extend({ toBe(a, b) { return { pass: this.equals(a, b, [() => true]), message: () => '' }; } });`,
  'swaps assertions of chai': `${REACH} if (chai) { chai.Assertion.prototype.assert = () => {}; for (const name of Object.keys(chai.assert)) chai.assert[name] = () => {}; }`,
  'puts an expect of its own in the place of the real one': `globalThis.expect = () => new Proxy({}, { get: () => () => {} });`,
  'puts a test function of its own in the place of the real one': `const { test } = globalThis; if (test) globalThis.test = globalThis.it = (name) => test(name, () => {});`,
  'lets all tests be expected to fail': `if (globalThis.test) globalThis.test = globalThis.it = globalThis.test.failing ?? globalThis.test.fails;`,
  'expects the running test to fail': `${REACH} exports.twice = () => { const test = running(); test.failing = test.fails = true; return 0; };`,
  'leaves no room for errors of the running test': `${REACH} exports.twice = () => { const test = running();
    if (Array.isArray(test.errors)) test.errors.push = () => 0; else Object.defineProperty(test, 'result', { get: () => ({ state: 'pass', get errors() { return []; }, set errors(x) {} }), set() {} }); return 0; };`,
  'writes a pass over the running test': `${REACH} exports.twice = () => { const test = running(); for (const delay of [0, 1, 5, 20]) setTimeout(() => { if (test.result) test.result.state = 'pass'; if (test.errors) test.errors.length = 0; }, delay); return 0; };`,
  'takes the listeners of the runner away': `for (const symbol of Object.getOwnPropertySymbols(globalThis)) { const list = globalThis[symbol]; if (Array.isArray(list) && typeof list[0] === 'function') list.length = 1; }
    ${REACH} exports.twice = () => { const test = running(); test.failing = test.fails = true; return 0; };`,
  'tells who started the worker that all is well': `const rpc = globalThis.__vitest_worker__?.rpc; if (rpc) { const own = rpc.onTaskUpdate; const good = (packs) => packs.map(([id, result, meta]) => [id, result && { ...result, state: 'pass', errors: undefined }, meta]);
    try { rpc.onTaskUpdate = (packs, events) => own(good(packs), events); } catch {} globalThis.__vitest_worker__.rpc = new Proxy(rpc, { get: (at, name) => name === 'onTaskUpdate' ? (packs, events) => own(good(packs), events) : at[name] }); }`,
  'tells who started the worker that one test passed': `${REACH} exports.twice = () => { const test = running(), rpc = globalThis.__vitest_worker__?.rpc; if (rpc) { const own = rpc.onTaskUpdate.bind(rpc);
    globalThis.__vitest_worker__.rpc = new Proxy(rpc, { get: (at, name) => name === 'onTaskUpdate' ? (packs, events) => own(packs.map(([id, result, meta]) => [id, id === test.id ? { ...result, state: 'pass', errors: undefined } : result, meta]), events) : at[name] }); } return 0; };`,
  'changes what a worker sends': `if (process.send) { const send = process.send; const turn = (value, seen = new Set()) => { if (typeof value !== 'object' || value === null || seen.has(value)) return value; seen.add(value);
    if (value.state === 'fail') { try { value.state = 'pass'; value.errors = undefined; } catch {} } for (const each of Object.values(value)) turn(each, seen); return value; };
    process.send = (message, ...rest) => { try { if (message instanceof Uint8Array) { const v8 = require('v8'); message = v8.serialize(turn(v8.deserialize(message))); } else turn(message); } catch {} return send.call(process, message, ...rest); }; }`,
  'is the only one to be run': `${REACH} test?.only?.('other', () => {});`,
  'patches what jest keeps of all files': `const { _cache: cache } = process.getBuiltinModule('module'); for (const loaded of Object.values(cache)) { const names = loaded?.exports && typeof loaded.exports === 'object' ? Object.getOwnPropertyNames(loaded.exports) : [];
    for (const name of names) if (/^(?:addResult|formatResultsErrors|jestAdapter)$/.test(name)) try { loaded.exports[name] = () => null; } catch {} }`,
};
