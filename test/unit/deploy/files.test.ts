import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DockerIgnore } from '../../../src/deploy/dockerIgnore';
import { dataPaths, filtersOf } from '../../../src/deploy/filters';
import { readComposeConfig } from '../../../src/deploy/composeConfig';
import { planFiles, readChanges } from '../../../src/deploy/rsync';
import { secretsIn } from '../../../src/base/secretText';
import { scanSecrets } from '../../../src/deploy/secretScan';
import { isIssuedSecret } from '../../../src/base/secretValues';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('.dockerignore', () => {
  function ignored(text: string, files: readonly string[]): string[] {
    const rules = new DockerIgnore(text);
    return files.filter((file) => rules.ignores(file));
  }

  it('goes by the rules of Docker: patterns begin at the context, the last that fits decides', () => {
    const files = [
      'node_modules/a',
      'web/node_modules/a',
      'a.md',
      'docs/b.md',
      'README.md',
      'src/deep/x.tmp',
    ];
    assert.deepEqual(ignored('node_modules', files), ['node_modules/a']);
    assert.deepEqual(ignored('**/node_modules/', files), ['node_modules/a', 'web/node_modules/a']);
    assert.deepEqual(ignored('*.md\n!README.md', files), ['a.md']);
    assert.deepEqual(ignored('**/*.md\n!/README.md\n', files), ['a.md', 'docs/b.md']);
    assert.deepEqual(ignored('*\n!src', files), files.slice(0, -1));
    assert.deepEqual(ignored('# *\n\n  ./src/../src/deep/*.tmp  ', files), ['src/deep/x.tmp']);
    assert.deepEqual(ignored('s?c\n[a-c].md', files), ['a.md', 'src/deep/x.tmp']);
    assert.deepEqual(ignored('a+(b)|$\n(\n[\n[z-a]', files), []);
  });

  it('that was made to take forever keeps nothing out', () => {
    assert.deepEqual(ignored(`${'*a'.repeat(40)}b`, ['a'.repeat(5000)]), []);
    assert.deepEqual(ignored(`**\n!${'*a'.repeat(40)}b`, ['a'.repeat(5000)]), []);
  });
});

describe('What rsync prints', () => {
  const filters = filtersOf({ exclude: ['*.log'], protect: ['!/data/', 'keys'] }, ['pg[1]\\data']);

  it('is read with names of every kind', () => {
    const output = [
      '[sender] hiding file .env because of pattern .env*',
      '[sender] hiding file x because of pattern .git because of pattern *.log',
      '[generator] protecting directory keys because of pattern keys',
      '*deleting   old/',
      '*deleting   old/\\#303\\#251',
      '>f+++++++++ new\\#012line',
      '<fcst...... back\\#134slash',
      '.f...p..... run.sh',
      '.f..t...... same',
      'cd+++++++++ folder/',
      'cLc........ link',
      'cannot delete non-empty directory: old',
    ].join('\n');
    assert.deepEqual(readChanges(output, filters), {
      added: ['new\nline'],
      changed: ['back\\slash', 'link', 'run.sh'],
      deleted: ['old/é'],
      excluded: ['x because of pattern .git'],
      protected: ['.env', 'keys/'],
    });
  });

  it('follows rules of which what a project wants comes first', () => {
    const rules = filters.map(({ rule }) => rule);
    assert.equal(rules[0], '+ /data/');
    assert.ok(rules.includes('- /pg\\[1]\\\\data'));
    assert.ok(rules.indexOf('+ .env.example') < rules.indexOf('- .env*'));
  });
});

describe('Folders of data', () => {
  const folder = temporaryFolder('deploy-data');

  it('are what databases store, and what containers have that the workspace has not', async () => {
    writeFiles(folder, { 'pgdata/dev': '', 'init/a.sql': '', 'conf/a': '', 'store/x': '' });
    const services = readComposeConfig(`services:
  db: {image: postgres, volumes: ["/t/pgdata:/var/lib/postgresql/data", "/t/init:/docker-entrypoint-initdb.d"]}
  cache: {image: redis, volumes: ["/t/store:/anything", "/t/conf:/etc/redis"]}
  web: {image: x, volumes: ["/t/conf:/conf", "/t/pictures:/pictures", "/elsewhere:/e", "/t:/all"]}
`);
    const folders = { workspace: folder, configured: '/t', target: undefined, isRemote: false };
    assert.deepEqual(await dataPaths(services, folders), ['pgdata', 'pictures', 'store']);
  });
});

describe('The scan for secrets', () => {
  const folder = temporaryFolder('deploy-secrets');
  const found = (file: string, text: string): string[] =>
    secretsIn(file, text).map(({ line, what }) => `${line}: ${what}`);

  it('finds what services issue, private keys, and values of telling names', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA7bq9'.repeat(5)}\n`;
    assert.deepEqual(found('a.py', `\nx = ["AKIAQ7RZ2LM5WT3KP9DB"]\n${key}`), [
      '2: a key that a service issued',
      '3: a private key',
    ]);
    assert.deepEqual(found('compose.yaml', 'a:\n  DB_PASSWORD: Tr0ub4dor&3-x\n'), [
      '2: the value of DB_PASSWORD',
    ]);
    assert.deepEqual(found('a.js', "connect({ apiKey: 'q8Zt-77pLx_w2', user: 'x' });"), [
      '1: the value of apiKey',
    ]);
    assert.equal(isIssuedSecret('ghp_16C7e42F292c6912E7710c838347Ae178B4a'), true);
  });

  it('finds nothing in what is none', () => {
    for (const [file, text] of [
      ['compose.yaml', 'DB_PASSWORD: ${DB_PASSWORD}\nSECRET: $SECRET\npassword: postgres\n'],
      ['a.py', 'token = "access_token"\nkey = os.environ["API_KEY"]\nx = "AKIAIOSFODNN7EXAMPLE"\n'],
      ['tests/a.py', 'password = "Tr0ub4dor&3-x"\n'],
      ['a.txt', 'The password is: something-else-1\n'],
      ['a.pem.md', '-----BEGIN PRIVATE KEY-----\n...\n'],
    ] as const)
      assert.deepEqual(found(file, text), [], file);
  });

  it('goes by names as well, and leaves out what is allowed', async () => {
    writeFiles(folder, { 'deploy/server.key': 'x', 'a.bin': Buffer.from([0, 1, 2]), 'ok.txt': 'fine' });
    const files = ['deploy/server.key', 'a.bin', 'ok.txt', 'gone.txt'];
    const all = await scanSecrets(folder, files, () => false, undefined);
    assert.deepEqual(
      all.map(({ file, line }) => [file, line]),
      [
        ['deploy/server.key', undefined],
        ['gone.txt', undefined],
      ],
    );
    const allowed = await scanSecrets(folder, files, (file) => /\.key|gone/.test(file), undefined);
    assert.deepEqual(allowed, []);
  });

  it('does not take long over lines made for it', () => {
    const lines = [
      'a'.repeat(200_000),
      `${'a.'.repeat(900)}=`,
      `${' '.repeat(1900)}x`,
      'AKIA '.repeat(50_000),
    ];
    assert.deepEqual(found('a.yaml', lines.join('\n')), []);
  });
});

describe('Without rsync', () => {
  const folder = temporaryFolder('deploy-no-rsync');
  const { PATH } = process.env;
  afterEach(() => (process.env['PATH'] = PATH));

  it('it is named as what is missing', async () => {
    process.env['PATH'] = path.join(folder, 'nothing');
    const target = { kind: 'local', path: folder } as const;
    await assert.rejects(planFiles(folder, target, [], undefined), /rsync was not found/);
  });

  it('that knows what is asked, its version is named', async () => {
    fs.writeFileSync(
      path.join(folder, 'rsync'),
      '#!/bin/sh\necho "rsync: unrecognized option" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    );
    process.env['PATH'] = folder;
    const target = { kind: 'local', path: folder } as const;
    await assert.rejects(planFiles(folder, target, [], undefined), /can not tell what it would do/);
  });
});
