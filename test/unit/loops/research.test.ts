import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProjectFacts } from '../../../src/loops/loop1/facts/projectFacts';
import { advisoriesSource } from '../../../src/loops/loop1/research/advisories';
import { askSource } from '../../../src/loops/loop1/research/gather';
import { lockedPackages } from '../../../src/loops/loop1/research/lockedPackages';
import { papersSource } from '../../../src/loops/loop1/research/papers';
import { repositoriesSource } from '../../../src/loops/loop1/research/repositories';
import type { ResearchContext, ResearchSource } from '../../../src/loops/loop1/research/source';
import { WebReader } from '../../../src/loops/loop1/research/webReader';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void;

const factsOf = (texts: Record<string, string>): ProjectFacts =>
  new ProjectFacts({
    files: new Map(Object.entries(texts).map(([path, text]) => [path, text.length])),
    ...{ texts: new Map(Object.entries(texts)), withheld: [], isPartial: false },
  });

const LOCK = JSON.stringify(
  {
    lockfileVersion: 3,
    packages: { '': {}, 'node_modules/x': { version: '1.0.0' }, 'node_modules/@a/b': { version: '2.0.0' } },
  },
  undefined,
  2,
);

describe('research over the network', () => {
  let handler: Handler = () => undefined;
  let asked = 0;
  const server = http.createServer((request, response) => {
    asked += 1;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => handler(request, response, Buffer.concat(pieces).toString()));
  });
  let address = '';

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (asked = 0));
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const context = (parts: Partial<ResearchContext> = {}): ResearchContext => ({
    ...{
      root: '/nowhere',
      goal: { text: 'harbour shipping invoices', files: [], tasks: [] },
      constraints: [],
    },
    facts: factsOf({ 'package-lock.json': LOCK }),
    ...parts,
  });
  const web = () => new WebReader(address, true);
  const ask = (source: ResearchSource, signal = new AbortController().signal, networkAllowed = true) =>
    askSource(source, context(), { networkAllowed, signal, backoffMs: 5 });
  const json = (response: http.ServerResponse, value: unknown) => response.end(JSON.stringify(value));

  it('asks nothing before somebody has allowed it', async () => {
    const { outcome, gathered } = await ask(repositoriesSource(web()), undefined, false);
    assert.equal(outcome.status, 'off');
    assert.match(outcome.why, /nobody has allowed/);
    assert.equal(gathered, undefined);
    assert.equal(asked, 0);
  });

  it('finds advisories of what the lockfile names, at its line, and sends names and versions alone', async () => {
    const bodies: string[] = [];
    handler = (request, response, body) => {
      bodies.push(body);
      if (request.url === '/v1/querybatch')
        json(response, { results: [{ vulns: [{ id: 'GHSA-abcd' }, { id: '../../etc' }] }, {}] });
      else json(response, { summary: 'Reads <b>everything</b>\u001b[31m' });
    };
    const { outcome, gathered } = await ask(advisoriesSource(web()));
    assert.equal(outcome.status, 'reached');
    assert.deepEqual(JSON.parse(bodies[0] ?? ''), {
      queries: [
        { package: { ecosystem: 'npm', name: 'x' }, version: '1.0.0' },
        { package: { ecosystem: 'npm', name: '@a/b' }, version: '2.0.0' },
      ],
    });
    const line = LOCK.split('\n').findIndex((each) => each.includes('node_modules/x')) + 1;
    assert.deepEqual(gathered?.parts.advisories, [
      {
        ...{ id: 'GHSA-abcd', package: 'x', version: '1.0.0', file: 'package-lock.json', line },
        summary: 'Reads <b>everything</b>',
        url: 'https://osv.dev/vulnerability/GHSA-abcd',
      },
    ]);
  });

  it('does better at the second attempt', async () => {
    handler = (_request, response) => {
      if (asked === 1) response.writeHead(500).end('no');
      else
        json(response, {
          items: [{ full_name: 'a/b', html_url: 'https://github.com/a/b', stargazers_count: 7 }],
        });
    };
    const { outcome } = await ask(repositoriesSource(web()));
    assert.deepEqual([outcome.status, outcome.attempts], ['reached', 2]);
    assert.deepEqual(outcome.artifacts, [
      {
        kind: 'repository',
        title: 'a/b',
        url: 'https://github.com/a/b',
        stars: 7,
        relevance: 1,
        description: '',
      },
    ]);
  });

  it('gives up after three, and says why', async () => {
    handler = (_request, response) => response.writeHead(503).end();
    const { outcome } = await ask(repositoriesSource(web()));
    assert.deepEqual([outcome.status, outcome.attempts, asked], ['not reached', 3, 3]);
    assert.match(outcome.why, /answered 503/);
  });

  it('does not ask again where that can not help', async () => {
    handler = (_request, response) => response.writeHead(403).end();
    const { outcome } = await ask(repositoriesSource(web()));
    assert.deepEqual([outcome.status, outcome.attempts, asked], ['not reached', 1, 1]);
  });

  it('ends a source that hangs', async () => {
    handler = () => undefined;
    const source = { ...repositoriesSource(web()), timeoutMs: 60 };
    const { outcome } = await ask(source);
    assert.deepEqual([outcome.status, outcome.attempts], ['not reached', 3]);
    assert.match(outcome.why, /no answer within 0.1 s/);
  });

  it('ends at once when it is cancelled', async () => {
    handler = () => undefined;
    const abort = new AbortController();
    const working = ask(repositoriesSource(web()), abort.signal);
    setTimeout(() => abort.abort(), 20);
    await assert.rejects(working, { name: 'CancelledError' });
  });

  it('takes no more than it can hold', async () => {
    handler = (_request, response) => {
      response.on('error', () => undefined);
      response.end(Buffer.alloc(10_000_000, 0x20));
    };
    const { outcome } = await ask(repositoriesSource(web()));
    assert.equal(outcome.status, 'not reached');
    assert.match(outcome.why, /more than 3 MB/);
  });

  for (const [name, text] of [
    ['broken JSON', '{"items": ['],
    ['another shape', '{"items": {}}'],
    ['null', 'null'],
  ])
    it(`says so when it gets ${name}`, async () => {
      handler = (_request, response) => response.end(text);
      const { outcome } = await ask(repositoriesSource(web()));
      assert.equal(outcome.status, 'not reached');
      assert.match(outcome.why, /no JSON|something else/);
    });

  it('leaves out what is no repository, and links that are none', async () => {
    const items = [
      null,
      7,
      { full_name: 'a/b', html_url: 'javascript:alert(1)' },
      { full_name: ['a'], html_url: 'https://github.com/a/b' },
      {
        full_name: 'c/d',
        html_url: 'https://github.com/c/d',
        stargazers_count: 'many',
        description: 'x'.repeat(9999),
      },
    ];
    handler = (_request, response) => json(response, { items });
    const { outcome } = await ask(repositoriesSource(web()));
    assert.deepEqual(
      outcome.artifacts.map(({ title, stars, description }) => [title, stars, description.length]),
      [['c/d', 0, 300]],
    );
  });

  it('follows no way to another host', async () => {
    handler = (_request, response) => response.writeHead(302, { location: 'http://localhost:1/steal' }).end();
    const { outcome } = await ask(repositoriesSource(web()));
    assert.match(outcome.why, /leads to another host/);
    handler = (request, response) => response.writeHead(302, { location: request.url }).end();
    assert.match((await ask(repositoriesSource(web()))).outcome.why, /in circles/);
  });

  it('speaks https alone outside of tests', () => {
    assert.throws(() => new WebReader('http://api.example'), /not https/);
  });

  it('finds papers in one place when the other fails, and each once', async () => {
    handler = (request, response) => {
      if (request.url?.startsWith('/works'))
        json(response, {
          results: [
            {
              ...{ display_name: 'On Harbours', doi: 'https://doi.org/10.1/x', publication_year: 2024 },
              ...{ cited_by_count: 12, authorships: [{ author: { display_name: 'A. Author' } }] },
            },
          ],
        });
      else
        response.end(
          '<feed><entry><id>http://arxiv.org/abs/1</id><title>On harbours</title><name>B</name></entry>' +
            '<entry><id>http://arxiv.org/abs/2</id><title>Ships &amp;\n Tides</title><published>2023-01-01T</published><author><name>C</name></author></entry></feed>',
        );
    };
    const { outcome } = await ask(papersSource(web(), web()));
    assert.deepEqual(
      outcome.artifacts.map(({ title, year, citations, authors, url }) => ({
        title,
        year,
        citations,
        authors,
        url,
      })),
      [
        {
          title: 'On Harbours',
          year: 2024,
          citations: 12,
          authors: ['A. Author'],
          url: 'https://doi.org/10.1/x',
        },
        {
          title: 'Ships & Tides',
          year: 2023,
          citations: undefined,
          authors: ['C'],
          url: 'https://arxiv.org/abs/2',
        },
      ],
    );
    const works = handler;
    handler = (request, response, body) =>
      request.url?.startsWith('/works') ? works(request, response, body) : response.writeHead(404).end();
    const half = await ask(papersSource(web(), web()));
    assert.equal(half.outcome.artifacts.length, 1);
    assert.match(half.outcome.notes.join(), /Not reached: .* answered 404/);
  });

  it('reads the lockfiles people have', () => {
    const facts = factsOf({
      'yarn.lock': '"@a/b@^1.0.0":\n  version "1.2.3"\nleft-pad@^1:\n  version "1.3.0"\n',
      'pnpm-lock.yaml': "packages:\n\n  '@a/c@1.0.0':\n    resolution: {}\n  left@2.0.0(x@1):\n",
      'uv.lock': '[[package]]\nname = "flask"\nversion = "3.0.0"\n',
      'requirements.txt': '# flask==1\nrequests[socks]==2.31.0 ; python_version > "3"\n',
    });
    assert.deepEqual(
      lockedPackages(facts).map(
        ({ ecosystem, name, version, line }) => `${ecosystem} ${name} ${version} ${line}`,
      ),
      [
        ...['npm @a/b 1.2.3 1', 'npm left-pad 1.3.0 3', 'npm @a/c 1.0.0 3', 'npm left 2.0.0 5'],
        ...['PyPI flask 3.0.0 2', 'PyPI requests 2.31.0 2'],
      ],
    );
  });
});
