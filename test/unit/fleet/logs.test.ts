import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ansiText, styledText } from '../../../src/fleet/logs/ansi';
import { LogBuffer } from '../../../src/fleet/logs/logBuffer';
import { engineTime, LogCursor } from '../../../src/fleet/logs/logCursor';
import { LogMerger } from '../../../src/fleet/logs/logMerger';
import { logMatcher } from '../../../src/fleet/logs/logQuery';
import { LogRows } from '../../../src/fleet/logs/logRows';
import { isOfTarget, targetOf } from '../../../src/fleet/logs/logTarget';
import { candidatesFor, framesIn } from '../../../src/fleet/logs/stackFrames';
import { DEFAULT_LOG_SETTINGS, readLogSettings } from '../../../src/protocol';
import { someContainer } from './someContainers';

const ESCAPE = String.fromCharCode(27);
const entry = (text: string, time = '') => ({ time, source: 'web', channel: 'stdout' as const, text });

describe('The colours of a log', () => {
  it('become classes, nested and reset', () => {
    const line = `plain ${ESCAPE}[1;31mbold red${ESCAPE}[22m red${ESCAPE}[39;44m on blue${ESCAPE}[m end`;
    assert.deepEqual(styledText(line), [
      { text: 'plain ', classes: [] },
      { text: 'bold red', classes: ['bold', 'fg-red'] },
      { text: ' red', classes: ['fg-red'] },
      { text: ' on blue', classes: ['bg-blue'] },
      { text: ' end', classes: [] },
    ]);
  });

  it('beyond the sixteen become the nearest of these', () => {
    const colourOf = (codes: string) => styledText(`${ESCAPE}[${codes}mx`)[0]?.classes;
    assert.deepEqual(colourOf('38;5;9'), ['fg-bright-red']);
    assert.deepEqual(colourOf('38;5;16'), ['fg-black']);
    assert.deepEqual(colourOf('48;2;10;190;120'), ['bg-green']);
    assert.deepEqual(colourOf('38;5;255;1'), ['bold', 'fg-bright-white']);
    assert.deepEqual(colourOf('38'), []);
  });

  it('are all that is left of escape sequences, and nothing steers or reorders', () => {
    const line = `a${ESCAPE}]0;title${String.fromCharCode(7)}b${ESCAPE}[2J${ESCAPE}[10;5Hc${ESCAPE}Pq${ESCAPE}\\d\u202ee\u0000f${ESCAPE}`;
    assert.equal(ansiText(line), 'abcdef');
    assert.equal(ansiText('10%\r50%\r100%\r'), '100%');
  });
});

describe('LogBuffer', () => {
  it('keeps the newest within its bound, under numbers that stay', () => {
    const buffer = new LogBuffer(400_000);
    for (let number = 0; number < 50_000; number++) buffer.add(entry(String(number)));
    assert.equal(buffer.end, 50_000);
    // A line of five characters and no time takes 15 bytes.
    assert.ok(buffer.first > 50_000 - 400_000 / 15 && buffer.first < 33_000, String(buffer.first));
    for (const number of [buffer.first, 40_000, 49_999])
      assert.equal(buffer.at(number)?.text, String(number));
    assert.equal(buffer.at(buffer.first - 1), undefined);
    assert.equal(buffer.at(50_000), undefined);
    buffer.clear();
    assert.deepEqual([buffer.first, buffer.end, buffer.at(49_999)], [50_000, 50_000, undefined]);
    buffer.add(entry('next'));
    assert.equal(buffer.at(50_000)?.text, 'next');
  });

  it('gives every line back as it was, whatever its length, characters and source', () => {
    const buffer = new LogBuffer(4_000_000);
    const texts = ['', 'é…😀', '\u0000\u001b[31m', '漢'.repeat(16_384), 'x'.repeat(16_385), 'end'];
    const entries = Array.from({ length: 120 }, (_each, number) => ({
      time: number % 3 === 0 ? '' : '2026-01-02T03:04:05.123456789Z',
      source: `web-${number % 7}`,
      channel: (['stdout', 'stderr', 'mark'] as const)[number % 3] ?? 'mark',
      text: texts[number % texts.length] ?? '',
    }));
    for (const each of entries) buffer.add(each);
    assert.deepEqual([buffer.first, buffer.end], [0, entries.length]);
    assert.deepEqual(
      entries.map((_each, number) => buffer.at(number)),
      entries,
    );
  });
});

describe('LogRows', () => {
  const query = (text: string, change = {}) => ({
    text,
    isExpression: false,
    isCaseSensitive: false,
    ...change,
  });

  it('are the lines, or those that match, also of lines that come later and go', () => {
    const buffer = new LogBuffer(400_000);
    const rows = new LogRows(buffer);
    for (let number = 0; number < 100; number++) buffer.add(entry(number % 10 === 3 ? 'An Error' : 'fine'));
    assert.deepEqual([rows.first, rows.end, rows.matchCount, rows.lineOf(7)], [0, 100, undefined, 7]);
    rows.look(query('error'), true);
    assert.equal(rows.update(1000), true);
    assert.deepEqual([rows.first, rows.end, rows.matchCount, rows.lineOf(1)], [0, 10, 10, 13]);
    for (let number = 0; number < 50_000; number++) buffer.add(entry(number === 49_990 ? 'ERROR' : 'fine'));
    rows.update(1000);
    assert.deepEqual([rows.first, rows.end, rows.lineOf(10)], [10, 11, 50_090]);
    rows.look(query('error', { isCaseSensitive: true }), true);
    rows.update(1000);
    assert.equal(rows.matchCount, 0);
  });

  it('find the next match round the end, in both directions', () => {
    const buffer = new LogBuffer(400_000);
    const rows = new LogRows(buffer);
    for (const text of ['a', 'x', 'b', 'x']) buffer.add(entry(text));
    rows.look(query('x'), false);
    rows.update(1000);
    assert.deepEqual([rows.isMatch(1), rows.isMatch(2)], [true, false]);
    assert.deepEqual([rows.findFrom(1, 1), rows.findFrom(3, 1), rows.findFrom(1, -1)], [3, 1, 3]);
  });

  it('look through colours, take special characters as they are, and refuse what is no expression', () => {
    const find = (text: string, lines: string[], change = {}) => logMatcher(query(text, change))?.(lines);
    assert.deepEqual(find('connection refused', [`conn${ESCAPE}[31mection refused`, 'other']), [0]);
    assert.deepEqual(find('a.b(', ['axb(', 'A.B(']), [1]);
    assert.deepEqual(find('^\\d+$', ['12', 'x12'], { isExpression: true }), [0]);
    assert.throws(() => logMatcher(query('(', { isExpression: true })), /no regular expression/);
  });

  it('give up an expression that would take for ever', () => {
    const buffer = new LogBuffer(400_000);
    const rows = new LogRows(buffer);
    buffer.add(entry('a'.repeat(40)));
    rows.look(query('^(a+)+$b', { isExpression: true }), true);
    assert.throws(() => rows.update(1000), /takes too long/);
    assert.deepEqual([rows.update(1000), rows.end], [true, 1]);
  });
});

describe('LogCursor', () => {
  it('knows which lines are new after a log is read again', () => {
    const cursor = new LogCursor();
    const read = (times: string[]) => times.map((time) => cursor.isNew(time));
    assert.equal(cursor.since, undefined);
    assert.deepEqual(read(['1', '2', '2']), [true, true, true]);
    cursor.rewind();
    assert.deepEqual(read(['1', '2', '2', '2', '3']), [false, false, false, true, true]);
    cursor.rewind();
    assert.deepEqual(read(['4', '3']), [true, true]);
  });

  it('asks the engine to the nanosecond', () => {
    assert.equal(engineTime('1970-01-01T00:00:01.123456789Z'), '1.123456789');
    assert.equal(engineTime('1970-01-01T00:01:00Z'), '60.000000000');
  });
});

describe('LogMerger', () => {
  it('orders what came together, and lets nobody in while it is blocked', async () => {
    const given: string[] = [];
    const merger = new LogMerger((entries) => given.push(...entries.map(({ text }) => text)));
    for (const time of ['3', '1', '2']) merger.add(entry(time, time));
    merger.flush();
    assert.deepEqual(given, ['1', '2', '3']);
    let isIn = false;
    merger.setBlocked(true);
    const room = merger.room().then(() => {
      isIn = true;
    });
    await nextTurn();
    assert.equal(isIn, false);
    merger.setBlocked(false);
    await room;
    assert.equal(isIn, true);
  });
});

describe('A log', () => {
  it('follows a service whatever its containers are called, and a container without one by its name', () => {
    const web = targetOf(someContainer('shop_web_1', { service: 'web' }));
    assert.ok(isOfTarget(web, someContainer('shop-web-2', { service: 'web' })));
    assert.ok(!isOfTarget(web, someContainer('shop_web_1', { service: 'web', project: 'other' })));
    assert.ok(!isOfTarget(web, someContainer('shop_web_run', { service: 'web', isOneOff: true })));
    const single = targetOf(someContainer('db', { project: undefined, service: undefined }));
    assert.ok(isOfTarget(single, someContainer('db', { project: undefined, service: undefined })));
  });

  it('finds frames of traces, and nothing in times, addresses and ratios', () => {
    const placesIn = (text: string) => framesIn(text).map(({ file, line, column }) => [file, line, column]);
    assert.deepEqual(placesIn('    at check (/app/src/cart.js:12:5)'), [['/app/src/cart.js', 12, 5]]);
    assert.deepEqual(placesIn('  File "/app/main.py", line 7, in run'), [['/app/main.py', 7, 1]]);
    assert.deepEqual(placesIn('src/a.ts:3 - error'), [['src/a.ts', 3, 1]]);
    assert.deepEqual(placesIn('at file:///app/index.mjs:1:2'), [['///app/index.mjs', 1, 2]]);
    assert.deepEqual(placesIn('C:\\app\\x.cs:9'), [['C:\\app\\x.cs', 9, 1]]);
    assert.deepEqual(placesIn('12:30:45 GET http://localhost:8080/ 1.5:2 10.0.0.1:80 v1.2.3'), []);
    const text = 'see src/a.ts:3';
    assert.deepEqual(
      framesIn(text).map(({ start, end }) => text.slice(start, end)),
      ['src/a.ts:3'],
    );
  });

  it('maps frames by mount, working folder and common folders, never out of the workspace', () => {
    const folders = ['/home/me/shop'];
    const paths = { workingFolder: '/app', binds: [], projectFolder: undefined };
    assert.equal(candidatesFor('/app/src/cart.js', paths, folders)[0], '/home/me/shop/src/cart.js');
    const mounted = { ...paths, binds: [{ source: '/home/me/shop/web', target: '/srv' }] };
    assert.equal(candidatesFor('/srv/x.js', mounted, folders)[0], '/home/me/shop/web/x.js');
    assert.ok(candidatesFor('/usr/src/app/src/x.js', paths, folders).includes('/home/me/shop/src/x.js'));
    assert.deepEqual(candidatesFor('../../etc/passwd.js', paths, folders), []);
    assert.deepEqual(candidatesFor('/app/node_modules/x/y.js', paths, folders), []);
    const elsewhere = { ...paths, binds: [{ source: '/etc', target: '/app' }] };
    for (const file of candidatesFor('/app/../../x/passwd.py', elsewhere, folders))
      assert.match(file, /^\/home\/me\/shop\//);
  });
});

describe('Settings of a log page', () => {
  it('are read whatever a page sends', () => {
    assert.deepEqual(readLogSettings(undefined), DEFAULT_LOG_SETTINGS);
    const { query, tail, isFiltering } = readLogSettings({ query: 'x', tail: -1, isFiltering: 'yes' });
    assert.deepEqual([query, tail, isFiltering], ['x', 0, false]);
  });
});
