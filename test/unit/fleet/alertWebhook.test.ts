import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alert } from '../../../src/fleet/alerts';
import { alertTexts } from '../../../src/fleet/alertText';
import { postToWebhook, webhookAddress, webhookMessage } from '../../../src/fleet/webhook';

function alert(name: string, change: Partial<Alert> = {}): Alert {
  const base = { kind: 'crashed' as const, id: name.padEnd(64, '0'), project: 'shop', service: name };
  return { ...base, name, image: 'app:1', exitCode: 1, isOutOfMemory: false, at: 0, times: 1, ...change };
}

describe('The words of alerts', () => {
  it('tell a project in one sentence', () => {
    const alerts = [
      alert('api'),
      alert('lone', { project: undefined, exitCode: 137, isOutOfMemory: true }),
      alert('web', { kind: 'unhealthy', exitCode: undefined }),
      alert('job', { times: 7 }),
      alert('db', { kind: 'recovered', exitCode: undefined }),
    ];
    assert.deepEqual(alertTexts(alerts), [
      'shop: api crashed (exit code 1), web is unhealthy, job crashed (exit code 1, 7 times since the last message), db is healthy again.',
      'lone crashed (out of memory, exit code 137).',
    ]);
  });

  it('name a few of many, and take out what would steer a terminal', () => {
    const many = Array.from({ length: 9 }, (_each, index) => alert(`a${index}`));
    assert.match(alertTexts(many)[0] ?? '', /a4 crashed \(exit code 1\), and 4 others of it\.$/);
    assert.equal(alertTexts([alert('x\u001b[2Jy')])[0], 'shop: xy crashed (exit code 1).');
  });
});

describe('A webhook', () => {
  let server: http.Server;
  let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
  let got: { body: string; headers: http.IncomingHttpHeaders; url: string | undefined }[];
  let address: URL;

  beforeEach(async () => {
    got = [];
    answer = (_request, response) => void response.end('fine');
    server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        got.push({ body, headers: request.headers, url: request.url });
        answer(request, response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = webhookAddress(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret`);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('gets what happened as JSON, and nothing of the machine', async () => {
    await postToWebhook(address, webhookMessage([alert('api')]));
    const [{ body, headers } = { body: '', headers: {} }] = got;
    assert.equal(headers['content-type'], 'application/json');
    const names = ['accept', 'accept-encoding', 'accept-language', 'connection', 'content-length'];
    const usual = [...names, 'content-type', 'host', 'sec-fetch-mode', 'user-agent'];
    assert.deepEqual(
      Object.keys(headers).filter((each) => !usual.includes(each)),
      [],
    );
    assert.deepEqual(JSON.parse(body), {
      text: 'shop: api crashed (exit code 1).',
      source: 'seaworthy',
      alerts: [
        {
          ...{ kind: 'crashed', container: 'api', project: 'shop', service: 'api', image: 'app:1' },
          ...{ exitCode: 1, outOfMemory: false, at: '1970-01-01T00:00:00.000Z', times: 1 },
        },
      ],
    });
  });

  const failures: [string, typeof answer, RegExp][] = [
    [
      'is not followed elsewhere',
      (_request, response) => void response.writeHead(307, { location: '/other' }).end(),
      /leads elsewhere \(HTTP 307\)/,
    ],
    ['says what was answered', (_request, response) => void response.writeHead(500).end(), /HTTP 500/],
    ['gives up in time', () => undefined, /no answer within 0\.2 s/],
    ['says that it was cut', (request) => request.socket.destroy(), /could not be reached/],
  ];
  for (const [what, how, said] of failures) {
    it(`that fails ${what}, without its address`, async () => {
      answer = how;
      const failed = postToWebhook(address, webhookMessage([alert('api')]), 200);
      await assert.rejects(failed, (error: Error) => {
        assert.match(error.message, said);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
      assert.deepEqual(
        got.map(({ url }) => url),
        ['/hook/s3cret'],
      );
    });
  }

  it('has an address of http or https', () => {
    for (const text of ['', 'example.org/x', 'file:///etc/passwd', 'javascript:alert(1)'])
      assert.throws(() => webhookAddress(text), { name: 'UserError' });
    assert.equal(webhookAddress(' https://example.org/x ').host, 'example.org');
  });
});
