import assert from 'node:assert/strict';
import { readComposeConfig, readNamedFiles } from '../../../src/deploy/composeConfig';
import { interruptionOf, warningsOf } from '../../../src/deploy/foresight';
import { planServices } from '../../../src/deploy/services';
import type { DeployedContainer, DeployedService, Situation } from '../../../src/deploy/services';

const FOLDER = '/srv/shop';
const OLD = 'a'.repeat(64);

/** As docker-compose 1 prints it. */
const SHORT = `services:
  db:
    image: postgres:16
    volumes: ["/srv/shop/pgdata:/var/lib/postgresql/data:rw", "kept:/kept"]
  side:
    image: alpine
    network_mode: service:web
  third:
    image: alpine
    pid: service:side
  web:
    build: {context: /srv/shop, args: {A: x$$y}}
    container_name: shop-web
    depends_on: {db: {condition: service_started}}
    ports: ["127.0.0.1:8001:80/tcp", "81", "0:82"]
    volumes: ["/srv/shop/conf:/etc/web:ro"]
`;

/** The same as newer programs print it. */
const LONG = `name: shop
services:
  web:
    build: {context: /srv/shop, dockerfile: Dockerfile}
    ports:
      - {mode: ingress, target: 80, published: "8001", protocol: tcp}
      - {mode: ingress, target: 81, protocol: tcp}
    volumes:
      - {type: bind, source: /srv/shop/conf, target: /etc/web, read_only: true}
      - {type: volume, source: kept, target: /kept}
    configs: [{source: main, target: /main}]
configs:
  main: {file: /srv/shop/main.conf}
`;

function running(change: Partial<DeployedContainer> = {}): DeployedService {
  const container = {
    id: '1',
    name: 'c',
    state: 'running',
    exitCode: undefined,
    configHash: OLD,
    imageId: 'sha256:1',
  };
  return { image: { id: 'sha256:1', created: 1000 }, containers: [{ ...container, ...change }] };
}

function situation(change: Partial<Situation> = {}): Situation {
  const services = readComposeConfig(SHORT);
  return {
    services,
    before: services,
    configurations: new Map(services.map(({ name }) => [name, 'same'])),
    deployed: new Map(services.map(({ name }) => [name, running()])),
    inputs: new Map(),
    named: { ofService: new Map(), included: [] },
    touched: [],
    folder: FOLDER,
    composeFile: 'compose.yaml',
    ...change,
  };
}

function actions(change: Partial<Situation>): string[] {
  return planServices(situation(change)).flatMap(({ name, action, reason }) =>
    action === 'untouched' ? [] : [`${name}: ${action}, ${reason}`],
  );
}

describe('What Compose prints', () => {
  it('is understood in the short and in the long form', () => {
    const web = readComposeConfig(SHORT).find(({ name }) => name === 'web');
    assert.deepEqual(
      [web?.fixedPorts, web?.binds, web?.dependsOn, web?.containerName],
      [['8001'], [{ source: '/srv/shop/conf', target: '/etc/web', isReadOnly: true }], ['db'], 'shop-web'],
    );
    assert.deepEqual(web?.build?.definition['args'], { A: 'x$y' });
    const [long] = readComposeConfig(LONG);
    assert.deepEqual(
      [long?.fixedPorts, long?.binds.map(({ source }) => source), long?.volumes],
      [['8001'], ['/srv/shop/conf', '/srv/shop/main.conf'], ['kept']],
    );
  });

  it('that makes no sense is no service, or is refused', () => {
    for (const text of ['', '5', 'services: [a]', 'services: 5'])
      assert.deepEqual(readComposeConfig(text), []);
    assert.throws(() => readComposeConfig('services: {'), { name: 'UserError' });
    const [odd] = readComposeConfig(
      'services: {a: {ports: [null, 5, {}], volumes: [null, {}, ":"], build: 5}}',
    );
    assert.deepEqual([odd?.fixedPorts, odd?.binds, odd?.build], [[], [], undefined]);
  });

  it('leaves out files that the Compose file itself names', () => {
    const { ofService, included } = readNamedFiles(
      'include: [more.yaml, {path: [a.yaml, b.yaml]}]\nservices: {web: {env_file: [{path: web.env}], extends: {file: base.yaml}}}',
    );
    assert.deepEqual([...ofService], [['web', ['web.env', 'base.yaml']]]);
    assert.deepEqual(included, ['more.yaml', 'a.yaml', 'b.yaml']);
    assert.equal(readNamedFiles('a: &a [*a]\ninclude: {').included.length, 0);
  });
});

describe('The plan of services', () => {
  it('leaves alone what has not changed', () => assert.deepEqual(actions({ touched: ['README.md'] }), []));

  it('makes anew what uses a part of what is made anew, through others too', () => {
    const inputs = new Map([
      ['web', { touched: ['src/a.py', 'src/b.py'], newest: undefined, isBuilt: false }],
    ]);
    assert.deepEqual(actions({ inputs }), [
      'side: recreate, it uses a part of web, which is made anew',
      'third: recreate, it uses a part of side, which is made anew',
      'web: rebuild, src/a.py and 1 more are built into its image',
    ]);
  });

  it('restarts what has a changed file mounted, and what uses a part of it', () => {
    assert.deepEqual(actions({ touched: ['conf/web.conf', 'confetti'] }), [
      'side: restart, it uses a part of web, which is restarted',
      'third: restart, it uses a part of side, which is restarted',
      'web: restart, conf/web.conf is mounted into it',
    ]);
  });

  it('knows what a container was made from', () => {
    const with1 = (name: string, deployed: DeployedService): Partial<Situation> => ({
      deployed: new Map([...situation().deployed, [name, deployed]]),
    });
    assert.deepEqual(actions({ configurations: new Map([['db', 'other']]) }), [
      'db: recreate, its container was made from another configuration',
    ]);
    assert.deepEqual(actions(with1('db', running({ imageId: 'sha256:0' }))), [
      'db: recreate, its container was made from an older image',
    ]);
    assert.deepEqual(actions(with1('db', running({ state: 'exited', exitCode: 0 }))), []);
    assert.deepEqual(actions(with1('db', { image: undefined, containers: [] })), [
      'db: recreate, it has no container yet',
    ]);
    assert.deepEqual(
      actions({ named: { ofService: new Map([['db', ['./db.env']]]), included: [] }, touched: ['db.env'] }),
      ['db: recreate, db.env says how it runs'],
    );
  });

  it('of another host, where nothing can be compared, goes by the Compose file', () => {
    const change = { before: undefined, configurations: new Map(), touched: ['compose.yaml'] };
    assert.equal(
      actions(change).filter((line) => line.endsWith('recreate, compose.yaml has changed')).length,
      4,
    );
  });

  it('tells of gaps and of databases beforehand', () => {
    const all = situation({
      before: readComposeConfig(SHORT.replace('"kept:/kept"', '"lost:/lost"')),
      inputs: new Map([['web', { touched: ['a'], newest: undefined, isBuilt: false }]]),
    });
    const plans = planServices(all);
    const deployed = { services: all.deployed, strangers: ['old-job'] };
    const foreseen = { services: all.services, before: all.before, plans, deployed };
    assert.deepEqual(interruptionOf(foreseen), [
      'db is made anew: its old container ends before the new one is ready.',
      'side is made anew: its old container ends before the new one is ready.',
      'third is made anew: its old container ends before the new one is ready.',
      "web publishes port 8001 of the host: a gap can't be avoided.",
    ]);
    assert.deepEqual(warningsOf(foreseen), [
      'db is a database and is made anew: what the Compose file says of it has changed: volumes. Its volumes stay as they are.',
      'db no longer uses the volume lost, which stays.',
      'The container old-job belongs to no service any more; it is left alone.',
    ]);
  });
});
