import assert from 'node:assert/strict';
import { outputWithoutSecrets } from '../../../src/base/secretText';

describe('outputWithoutSecrets', () => {
  const hidden: [name: string, line: string, secret: string][] = [
    ['a setting', 'DB_PASSWORD=hunter2hunter2 ready', 'hunter2hunter2'],
    ['JSON', '{"apiKey": "a8f3kd92mmx0q", "port": 80}', 'a8f3kd92mmx0q'],
    ['an address', 'connecting to postgres://shop:pa55word@db:5432/shop', 'pa55word'],
    ['an issued key', 'using ghp_R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd0', 'ghp_R4nd0m'],
    [
      'a private key',
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----',
      'kqhkiG9w0BAQEF',
    ],
  ];
  for (const [name, line, secret] of hidden)
    it(`hides that of ${name}`, () => {
      const shown = outputWithoutSecrets(line);
      assert.ok(!shown.includes(secret), shown);
      assert.ok(shown.includes('***'), shown);
    });

  it('leaves all else as it is', () => {
    const text =
      'GET /api/items?next_token=12 200\nserver=nginx/1.27.0 started: 2026-01-01T00:00:00Z\nhttp://db:5432/';
    assert.equal(outputWithoutSecrets(text), text);
  });
});
