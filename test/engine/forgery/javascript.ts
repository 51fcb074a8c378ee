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
