/** A project that is well kept: nothing in it should be found to be worse than P2. */
export const CLEAN_PROJECT: Record<string, string> = {
  'README.md': '# Shop\n\nRun `npm ci`, then `npm start`.\n',
  '.gitignore': 'node_modules/\n.env*\n!.env.example\ndist/\n',
  '.env.example': 'DATABASE_URL=\nMAIL_KEY=\n',
  '.dockerignore': '.git\n.env*\nnode_modules\n',
  Dockerfile: [
    'FROM node:24.3.0-slim AS build',
    'WORKDIR /app',
    'COPY package.json package-lock.json ./',
    'RUN npm ci --omit=dev',
    'FROM node:24.3.0-slim',
    'WORKDIR /app',
    'COPY --from=build /app/node_modules ./node_modules',
    'COPY src ./src',
    'USER node',
    'EXPOSE 3000',
    'HEALTHCHECK CMD ["node", "src/health.js"]',
    'CMD ["node", "src/server.js"]',
    '',
  ].join('\n'),
  'compose.yaml': [
    'services:',
    '  web:',
    '    build: .',
    '    restart: unless-stopped',
    '    mem_limit: 256m',
    '    ports:',
    '      - "127.0.0.1:3000:3000"',
    '    depends_on:',
    '      db:',
    '        condition: service_healthy',
    '    logging:',
    '      options:',
    '        max-size: 10m',
    '  db:',
    '    image: postgres:17.2',
    '    restart: unless-stopped',
    '    mem_limit: 512m',
    '    environment:',
    '      POSTGRES_PASSWORD: ${DB_PASSWORD:?}',
    '    healthcheck:',
    '      test: ["CMD", "pg_isready"]',
    '    volumes:',
    '      - data:/var/lib/postgresql/data',
    '    logging:',
    '      options:',
    '        max-size: 10m',
    '  backup:',
    '    image: prodrigestivill/postgres-backup-local:17',
    '    restart: unless-stopped',
    '    mem_limit: 128m',
    '    healthcheck:',
    '      test: ["CMD", "curl", "-f", "http://localhost:8080/"]',
    '    volumes:',
    '      - ./backups:/backups',
    '    logging:',
    '      options:',
    '        max-size: 10m',
    'volumes:',
    '  data:',
    '',
  ].join('\n'),
  'package.json': [
    '{',
    '  "name": "shop",',
    '  "private": true,',
    '  "engines": { "node": ">=24" },',
    '  "scripts": { "start": "node src/server.js", "test": "node --test" },',
    '  "dependencies": { "express": "4.21.2" }',
    '}',
    '',
  ].join('\n'),
  'package-lock.json':
    '{"name":"shop","lockfileVersion":3,"packages":{"":{"name":"shop","dependencies":{"express":"4.21.2"}},"node_modules/express":{"version":"4.21.2"}}}\n',
  '.github/workflows/ci.yml': [
    'on: [push, pull_request]',
    'permissions:',
    '  contents: read',
    'jobs:',
    '  test:',
    '    runs-on: ubuntu-24.04',
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - run: npm ci',
    '      - run: npm test',
    '',
  ].join('\n'),
  'src/price.js': [
    "'use strict';",
    '',
    '/** Sum in cents, with tax. */',
    'function priceOf(items, taxRate) {',
    '  const net = items.reduce((sum, item) => sum + item.cents * item.count, 0);',
    '  return Math.round(net * (1 + taxRate));',
    '}',
    '',
    'module.exports = { priceOf };',
    '',
  ].join('\n'),
  'src/rates.js': [
    "'use strict';",
    '',
    "/** Today's tax rate of a country. */",
    'async function taxRateOf(country) {',
    '  const answer = await fetch(`https://rates.example/${encodeURIComponent(country)}`, {',
    '    signal: AbortSignal.timeout(5000),',
    '  });',
    '  if (!answer.ok) throw new Error(`the rates answer ${answer.status}`);',
    '  const { rate } = await answer.json();',
    '  return rate;',
    '}',
    '',
    'module.exports = { taxRateOf };',
    '',
  ].join('\n'),
  'src/server.js': [
    "'use strict';",
    "const express = require('express');",
    "const { orders } = require('./orders');",
    'const app = express();',
    "app.get('/health', (request, response) => response.send('ok'));",
    "app.get('/orders', async (request, response) => response.json(await orders(request.query.after)));",
    'const server = app.listen(3000);',
    "process.on('SIGTERM', () => server.close());",
    '',
  ].join('\n'),
  'src/orders.js': [
    "'use strict';",
    "const { pool } = require('./pool');",
    '',
    'async function orders(after = 0) {',
    "  const { rows } = await pool.query('SELECT id, cents FROM orders WHERE id > $1 ORDER BY id LIMIT 50', [after]);",
    '  return rows;',
    '}',
    '',
    'module.exports = { orders };',
    '',
  ].join('\n'),
  'src/health.js': "fetch('http://127.0.0.1:3000/health', { signal: AbortSignal.timeout(2000) });\n",
  'test/price.test.js': [
    "const { test } = require('node:test');",
    "const assert = require('node:assert/strict');",
    "const { priceOf } = require('../src/price');",
    '',
    "test('adds the tax', () => {",
    '  assert.equal(priceOf([{ cents: 100, count: 2 }], 0.19), 238);',
    '});',
    '',
  ].join('\n'),
  'test/orders.test.js': [
    "const { test } = require('node:test');",
    "const assert = require('node:assert/strict');",
    "const { orders } = require('../src/orders');",
    '',
    "test('pages', async () => {",
    '  assert.equal((await orders(0)).length, 50);',
    '});',
    '',
  ].join('\n'),
  'PLAN.md': '# Plan\n\n- [x] price\n- [ ] invoices\n',
};

/** A fault that can be planted in the clean project: what it changes, and the evidence that has to be seen. */
export interface Fault {
  name: string;
  /** A file that is missing afterwards is `null`. */
  change: Record<string, string | null>;
  scenario: string;
  evidence: { file: string; line: number };
}

const replaced = (file: string, from: string, to: string): Record<string, string> => {
  const before = CLEAN_PROJECT[file] ?? '';
  if (!before.includes(from)) throw new Error(`${file} has no ${from}`);
  return { [file]: before.replace(from, to) };
};

/** The line that is `part`, or the first that holds it. */
function lineIn(files: Record<string, string | null>, file: string, part: string): number {
  const lines = (files[file] ?? CLEAN_PROJECT[file] ?? '').split('\n');
  const exact = lines.indexOf(part);
  return (exact >= 0 ? exact : lines.findIndex((line) => line.includes(part))) + 1;
}

function fault(
  name: string,
  scenario: string,
  change: Record<string, string | null>,
  file: string,
  part: string | number,
): Fault {
  const line = typeof part === 'number' ? part : lineIn(change, file, part);
  return { name, scenario, change, evidence: { file, line } };
}

export const FAULTS: readonly Fault[] = [
  fault(
    'a password in the code',
    'committed-secret',
    { 'src/mail.js': "const dbPassword = 'h7Gt-55Kp.0wQz';\nmodule.exports = dbPassword;\n" },
    'src/mail.js',
    1,
  ),
  fault(
    'an .env that git would take',
    'env-not-ignored',
    { '.gitignore': 'node_modules/\n', '.env': 'A=1\n' },
    '.env',
    1,
  ),
  fault('no lockfile', 'no-lockfile', { 'package-lock.json': null }, 'package.json', '"dependencies"'),
  fault(
    'a moving image',
    'unpinned-image',
    replaced('compose.yaml', 'postgres:17.2', 'postgres:latest'),
    'compose.yaml',
    'postgres:latest',
  ),
  fault(
    'root in the container',
    'container-runs-as-root',
    replaced('Dockerfile', 'USER node\n', ''),
    'Dockerfile',
    5,
  ),
  fault(
    'no health check',
    'no-health-check',
    replaced('compose.yaml', '    healthcheck:\n      test: ["CMD", "pg_isready"]\n', ''),
    'compose.yaml',
    '  db:',
  ),
  fault(
    'a database without a volume',
    'database-without-volume',
    replaced('compose.yaml', '    volumes:\n      - data:/var/lib/postgresql/data\n', ''),
    'compose.yaml',
    '  db:',
  ),
  fault(
    'the socket of the engine',
    'docker-socket-mounted',
    replaced(
      'compose.yaml',
      '    ports:\n      - "127',
      '    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n    ports:\n      - "127',
    ),
    'compose.yaml',
    'docker.sock',
  ),
  fault(
    'an open database port',
    'published-database-port',
    replaced(
      'compose.yaml',
      '    image: postgres:17.2\n',
      '    image: postgres:17.2\n    ports:\n      - "5432:5432"\n',
    ),
    'compose.yaml',
    '5432:5432',
  ),
  fault(
    'no tests',
    'no-tests',
    {
      'test/price.test.js': null,
      'test/orders.test.js': null,
      'src/price.js': `${CLEAN_PROJECT['src/price.js'] ?? ''}${'priceOf([], 0);\n'.repeat(20)}`,
    },
    'src/price.js',
    1,
  ),
  fault('no CI', 'no-ci', { '.github/workflows/ci.yml': null }, 'package.json', 1),
  fault(
    'no .dockerignore',
    'no-dockerignore',
    { '.dockerignore': null, ...replaced('Dockerfile', 'COPY src ./src', 'COPY . .') },
    'Dockerfile',
    'COPY . .',
  ),
];
