import { once } from 'node:events';
import * as http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/*
 * An engine but for its logs: SOCKET leads to the one at ENGINE, and a log that is followed is TOTAL lines, RATE a second
 * or, with a rate of 0, as fast as they are read. Arguments: SOCKET ENGINE RATE TOTAL. Says "ready" when it listens.
 */

const [socket = '', engine = '', rate = 0, total = 0] = process.argv
  .slice(3)
  .map((argument, index) => (index < 2 ? argument : Number(argument))) as [string, string, number, number];

/** Lines of one write. */
const BATCH = 500;
const TEXT =
  '2026-01-01T00:00:00.000000000Z 0000000 GET /orders/0000000 200 4 ms some-agent/1.0 and a few words more\n';
const HEAD = 8;
const FRAME = Buffer.alloc(HEAD + TEXT.length);
FRAME.writeUInt8(1, 0);
FRAME.writeUInt32BE(TEXT.length, 4);
FRAME.write(TEXT, HEAD);
/** Where in a frame its digits are. */
const PLACES = {
  nanoseconds: HEAD + TEXT.indexOf('.') + 1,
  number: HEAD + TEXT.indexOf(' ') + 1,
  order: HEAD + TEXT.indexOf('/orders/') + '/orders/'.length,
};

function writeDigits(bytes: Buffer, at: number, width: number, value: number): void {
  let rest = value;
  for (let place = at + width - 1; place >= at; place--) {
    bytes[place] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** Lines as an engine frames them, each with its number and a microsecond after the one before. */
function framed(first: number, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME.length * count);
  for (let index = 0; index < count; index++) {
    const start = FRAME.length * index;
    FRAME.copy(bytes, start);
    writeDigits(bytes, start + PLACES.nanoseconds, 9, (first + index) * 1000);
    writeDigits(bytes, start + PLACES.number, 7, first + index);
    writeDigits(bytes, start + PLACES.order, 7, first + index);
  }
  return bytes;
}

async function flood(response: http.ServerResponse): Promise<void> {
  const begun = performance.now();
  let line = 0;
  while (line < total && !response.destroyed) {
    const due = rate === 0 ? total : Math.min(total, Math.ceil(((performance.now() - begun) * rate) / 1000));
    while (line < due && !response.destroyed) {
      const count = Math.min(BATCH, due - line);
      if (!response.write(framed(line, count))) await once(response, 'drain');
      line += count;
    }
    if (line < total) await delay(5);
  }
}

let isBegun = false;

function answerLog(url: string, response: http.ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/vnd.docker.multiplexed-stream' });
  response.flushHeaders();
  if (!/follow=(1|true)/.test(url)) response.end();
  else if (!isBegun) {
    isBegun = true;
    flood(response).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
}

const server = http.createServer((request, response) => {
  const { url = '', method, headers } = request;
  if (url.includes('/logs?')) return answerLog(url, response);
  const onward = http.request({ socketPath: engine, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
});
server.listen(socket, () => process.stdout.write('ready\n'));
