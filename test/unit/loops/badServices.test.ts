import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProjectFacts } from '../../../src/loops/loop1/facts/projectFacts';
import { advisoriesSource } from '../../../src/loops/loop1/research/advisories';
import { askSource } from '../../../src/loops/loop1/research/gather';
import { papersSource } from '../../../src/loops/loop1/research/papers';
import { repositoriesSource } from '../../../src/loops/loop1/research/repositories';
import type { ResearchSource } from '../../../src/loops/loop1/research/source';
import { WebReader } from '../../../src/loops/loop1/research/webReader';

const LOCK = 'flask==3.0.0\n';
const facts = new ProjectFacts({
  ...{ files: new Map([['requirements.txt', LOCK.length]]), texts: new Map([['requirements.txt', LOCK]]) },
  ...{ withheld: [], isPartial: false },
});
const SOURCES: Record<string, (web: WebReader) => ResearchSource> = {
  advisories: advisoriesSource,
  repositories: repositoriesSource,
  papers: (web) => papersSource(web, web),
};

for (const [name, make] of Object.entries(SOURCES))
  describe(`the ${name} of a service that misbehaves`, () => {
    let answer: http.RequestListener = () => undefined;
    const times: number[] = [];
    const server = http.createServer((request, response) => {
      times.push(performance.now());
      response.on('error', () => undefined);
      answer(request, response);
    });

    before(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    beforeEach(() => void times.splice(0));
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    const ask = async (change: Partial<ResearchSource> = {}) => {
      const { port } = server.address() as AddressInfo;
      const source = { ...make(new WebReader(`http://127.0.0.1:${port}`, true)), ...change };
      const goal = { text: 'harbour shipping invoices', files: [], tasks: [] };
      const context = { root: '/nowhere', goal, constraints: [], facts };
      const signal = new AbortController().signal;
      return (await askSource(source, context, { networkAllowed: true, signal, backoffMs: 1 })).outcome;
    };

    const bad: Record<string, [http.RequestListener, attempts: number, why: RegExp]> = {
      'answers 500': [(_request, response) => response.writeHead(500).end('no'), 3, /answered 500/],
      'answers 404': [(_request, response) => response.writeHead(404).end('no'), 1, /answered 404/],
      'answers half a JSON': [
        (_request, response) => response.end('{"results": [{'),
        1,
        /no JSON|something else/,
      ],
      'answers another JSON': [(_request, response) => response.end('[]'), 1, /something else/],
      'answers a page': [
        (_request, response) => response.end('<!doctype html><p>Hi'),
        1,
        /no JSON|something else/,
      ],
      'never stops': [
        (_request, response) => {
          const more = (): void =>
            void (response.write(Buffer.alloc(100_000, 0x20))
              ? setImmediate(more)
              : response.once('drain', more));
          more();
        },
        1,
        /more than 3 MB/,
      ],
      'hangs up': [(request) => request.socket.destroy(), 3, /can not be reached/],
      'breaks off': [
        (_request, response) => {
          response.writeHead(200, { 'content-length': '1000' });
          response.write('{"results": [');
          setImmediate(() => response.destroy());
        },
        3,
        /broke off/,
      ],
      'leads elsewhere': [
        (_request, response) => response.writeHead(307, { location: 'http://169.254.169.254/latest' }).end(),
        1,
        /leads to another host/,
      ],
      'leads to a file': [
        (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
        1,
        /leads to another host/,
      ],
      'has enough for a day': [
        (_request, response) => response.writeHead(429, { 'retry-after': '86400' }).end(),
        1,
        /answered 429 and wants 86400 s of peace/,
      ],
    };
    for (const [what, [listener, attempts, why]] of Object.entries(bad))
      it(`is named as not reached when it ${what}`, async () => {
        answer = listener;
        const outcome = await ask();
        assert.deepEqual([outcome.status, outcome.attempts], ['not reached', attempts]);
        assert.match(outcome.why, why);
        assert.deepEqual(outcome.artifacts, []);
      });

    it('is named as not reached when it does not answer', async () => {
      answer = () => undefined;
      const outcome = await ask({ timeoutMs: 40 });
      assert.deepEqual([outcome.status, outcome.attempts], ['not reached', 3]);
      assert.match(outcome.why, /no answer within/);
    });

    it('is left alone for as long as it wants', async () => {
      answer = (_request, response) => response.writeHead(429, { 'retry-after': '0.2' }).end();
      const outcome = await ask();
      assert.equal(outcome.attempts, 3);
      const perAttempt = times.length / 3;
      const pauses = [1, 2].map(
        (attempt) => (times[attempt * perAttempt] ?? 0) - (times[attempt * perAttempt - 1] ?? 0),
      );
      // Its own wish is far longer than the pause that would be made without.
      assert.ok(
        pauses.every((pause) => pause >= 190),
        pauses.join(),
      );
    });
  });
