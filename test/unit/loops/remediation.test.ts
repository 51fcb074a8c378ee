import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Loop1 } from '../../../src/loops/loop1/loop1';
import { applyEdits } from '../../../src/loops/loop1/remediation/applyEdits';
import * as edits from '../../../src/loops/loop1/remediation/edits';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import { reportOf } from '../../../src/loops/loop1/runText';
import { MemoryKeeper } from '../../support/memoryKeeper';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const COMPOSE = 'services:\n  web:\n    image: shop:1\n    privileged: true\n  db:\n    image: postgres:17\n';

/** A project in which each automatic edit has something to do. */
const FAULTY: Record<string, string> = {
  '.env': 'A=1\n',
  'package.json': '{"name": "shop", "dependencies": {"express": "4.21.2"}}\n',
  'compose.yaml': [
    'services:',
    '  web:',
    '    build: .',
    '    privileged: true',
    '    volumes:',
    '      - /var/run/docker.sock:/var/run/docker.sock',
    '    depends_on:',
    '      - db',
    '  db:',
    '    image: postgres:17.2',
    '    ports:',
    '      - "5432:5432"',
    '    volumes:',
    '      - data:/var/lib/postgresql/data',
    '',
  ].join('\n'),
  Dockerfile: 'FROM node:24.3.0-slim\nCOPY . .\nRUN npm install\nEXPOSE 80\nCMD ["node", "src/a.js"]\n',
  'src/a.js': "async function rate() {\n  return fetch('https://rates.example');\n}\n",
  'src/b.py': 'import requests\n\ndef rate():\n    return requests.get("https://rates.example")\n',
};

describe('remedies of Loop 1', () => {
  const folder = temporaryFolder('remedies');

  it('edit texts where the evidence is, and leave alone what is not as it was', () => {
    assert.equal(
      edits.addRestartPolicy(COMPOSE, 5),
      COMPOSE.replace('  db:\n', '  db:\n    restart: unless-stopped\n'),
    );
    assert.equal(edits.addRestartPolicy(COMPOSE, 3), undefined);
    assert.equal(edits.addRestartPolicy('services:\n  web: {image: x}\n', 2), undefined);
    assert.match(edits.addHealthCheck('postgres:17')(COMPOSE, 5) ?? '', /pg_isready/);
    assert.equal(edits.addHealthCheck('shop:1')(COMPOSE, 2), undefined);
    assert.equal(edits.removePrivileged(COMPOSE, 4), COMPOSE.replace('    privileged: true\n', ''));
    assert.equal(edits.removePrivileged(COMPOSE, 3), undefined);
    assert.equal(edits.bindToThisMachine('    - "80:80"', 1), '    - "127.0.0.1:80:80"');
    assert.equal(edits.bindToThisMachine('    - "127.0.0.1:80:80"', 1), undefined);
    assert.equal(edits.removeListItem('a:\n  - x\nb: 1', 2), 'b: 1');
    assert.equal(edits.removeListItem('a:\n  - x\n  - y', 2), 'a:\n  - y');
    assert.equal(edits.addUser('python:3.13')('FROM python:3.13\nCMD ["x"]', 1), undefined);
    assert.equal(edits.addFetchTimeout('fetch(url, options)', 1), undefined);
    assert.equal(edits.addIgnored('.env')('.env\n'), undefined);
    assert.equal(edits.addIgnored('.env')('dist'), 'dist\n.env\n');
    assert.equal(edits.addIgnored('.env')(undefined), '.env\n');
  });

  it('really remove what they were made for, in the next iteration', async () => {
    const root = path.join(folder, 'faulty');
    writeFiles(root, FAULTY);
    const loop = new Loop1({ root, keeper: new MemoryKeeper(), sources: [workspaceSource] });
    const mended: string[] = [];
    let run = await loop.start();
    for (let round = 0; round < 12; round++) {
      const remedy = run.remediation?.remedies.find(
        ({ kind, scenarioId }) => kind === 'edit' && !mended.includes(scenarioId),
      );
      if (remedy?.kind !== 'edit') break;
      const undo = await applyEdits(root, remedy.edits);
      assert.equal(undo.length, remedy.edits.length);
      mended.push(remedy.scenarioId);
      run = await loop.start();
      // The same run has ten iterations; another one looks at the same files.
      const standing = reportOf(run).scenarios.map(({ id }) => id);
      assert.ok(!standing.includes(remedy.scenarioId), `${remedy.scenarioId} is still there`);
    }
    assert.deepEqual(mended.map((id) => id.split(':')[0]).sort(), [
      ...['call-without-timeout', 'container-runs-as-root', 'docker-socket-mounted', 'env-not-ignored'],
      ...['image-installs-unlocked', 'no-dockerignore', 'no-health-check', 'no-memory-limit'],
      ...['no-restart-policy', 'no-restart-policy', 'privileged-container', 'published-database-port'],
    ]);
  });

  it('say what would be left if all of them came true', async () => {
    const root = path.join(folder, 'planned');
    writeFiles(root, FAULTY);
    const loop = new Loop1({ root, keeper: new MemoryKeeper(), sources: [workspaceSource] });
    const { failureRate, plannedRate, remediation } = await loop.start();
    assert.ok(failureRate > 90);
    assert.equal(plannedRate, 0);
    const kinds = new Map(remediation?.remedies.map((remedy) => [remedy.scenarioId, remedy]));
    const lockfile = kinds.get('no-lockfile:package.json');
    assert.ok(lockfile?.kind === 'command' && lockfile.program === 'npm');
    const task = [...kinds.values()].find(({ kind }) => kind === 'task');
    assert.ok(task?.kind === 'task' && task.acceptance.startsWith('The probe "'));
    await loop.inject('card', 'The landlord cuts the power');
    assert.equal((await loop.latest())?.plannedRate, 25);
  });

  it('refuse an edit that was made for another text, and make none of its companions', async () => {
    const root = path.join(folder, 'changed');
    writeFiles(root, { a: 'old', b: 'changed meanwhile' });
    const hash = 'cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4';
    const both = [
      { file: 'a', before: hash, after: 'new' },
      { file: 'b', before: hash, after: 'new' },
    ];
    await assert.rejects(applyEdits(root, both), /b has changed/);
    assert.equal(fs.readFileSync(path.join(root, 'a'), 'utf8'), 'old');
    const outside = [{ file: '../x', before: null, after: 'new' }];
    await assert.rejects(applyEdits(root, outside), /outside of the workspace/);
    const [undo] = await applyEdits(root, both.slice(0, 1));
    assert.deepEqual(undo, { file: 'a', text: 'old' });
  });
});
