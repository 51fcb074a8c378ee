import assert from 'node:assert/strict';
import { convertSeed } from '../../../src/deploy/convertSeed';
import { fleetConfigs, problemsText } from '../../../src/deploy/loadProjects';
import { formatTarget } from '../../../src/deploy/project';
import { readProjectTexts } from '../../../src/deploy/projectFiles';

const FOLDER = '/home/me/shop';

function readConfig(config: unknown) {
  const text = typeof config === 'string' ? config : JSON.stringify(config, undefined, 2);
  return readProjectTexts({ config: text, seed: undefined }, FOLDER);
}

function readOne(environment: Record<string, unknown>, project: Record<string, unknown> = {}) {
  const { projects, problems } = readConfig({
    projects: { shop: { ...project, environments: { live: environment } } },
  });
  return { environment: projects[0]?.environments[0], problems };
}

describe('seaworthy.json', () => {
  it('tells of projects and their environments, which take over what the project says', () => {
    const { projects, problems } = readConfig({
      preset: 'strict',
      projects: {
        shop: {
          workspace: 'code',
          primaryContainer: 'web',
          exclude: ['*.log'],
          environments: {
            staging: { path: '../staging', exclude: [] },
            production: { path: 'deploy@shop.example:/srv/shop/../shop', composeProject: 'shop' },
          },
        },
      },
    });
    assert.deepEqual(problems, []);
    const [shop] = projects;
    assert.equal(shop?.workspacePath, '/home/me/shop/code');
    assert.deepEqual(
      shop.environments.map(({ name, isProduction, target, primaryContainer, exclude }) => [
        ...[name, isProduction, formatTarget(target), primaryContainer, exclude],
      ]),
      [
        ['staging', false, '/home/me/staging', 'web', []],
        ['production', true, 'deploy@shop.example:/srv/shop', 'web', ['*.log']],
      ],
    );
    assert.deepEqual(
      fleetConfigs(projects).map(({ name, composeProject, productionPath }) => [
        ...[name, composeProject, productionPath],
      ]),
      [
        ['shop/staging', 'staging', undefined],
        ['shop/production', 'shop', 'deploy@shop.example:/srv/shop'],
      ],
    );
  });

  it('is wrong with the key and the line', () => {
    const text = `{
  "projects": {
    "shop": {
      "enviroments": {},
      "environments": {
        "live": {
          "path": "/srv/shop",
          "exclude": ["*.log", 5],
          "composeFile": "../compose.yaml"
        },
        "staging": { "engine": "context:far" }
      }
    },
    "-rf": {}
  }
}`;
    assert.deepEqual(problemsText(readConfig(text).problems).split('\n'), [
      'seaworthy.json:4: projects.shop.enviroments: is not known here; there are workspace, environments, ' +
        'composeFile, composeProject, containers, primaryContainer, exclude, protect, allowSecrets, health, pre, ' +
        'post, watchSeconds, keepReleases, oneAtATime, buildInputs',
      'seaworthy.json:9: projects.shop.environments.live.composeFile: must be inside the workspace',
      'seaworthy.json:8: projects.shop.environments.live.exclude[1]: must be a text in quotes',
      'seaworthy.json:11: projects.shop.environments.staging: needs "path"',
      'seaworthy.json:14: projects.-rf: a name has 1 to 100 characters, no slash, and no dash or space at its ends',
    ]);
  });

  it('says how it is deployed, in a project for all of its environments or in one of them', () => {
    const { projects, problems } = readConfig({
      projects: {
        shop: {
          pre: ['npm', 'test', '--', '$(id)'],
          watchSeconds: 0,
          oneAtATime: ['clock'],
          buildInputs: { web: ['shared/**'] },
          environments: {
            staging: {
              path: '/srv/staging',
              pre: [],
              post: [['npm', 'run', 'smoke'], ['true']],
              health: { url: 'http://localhost:8080/health?full=1' },
              auto: { onCommit: true, delaySeconds: 10 },
            },
            live: {
              path: '/srv/live',
              health: { command: ['curl', '-f', 'http://[::1]/'], seconds: 5 },
              keepReleases: 2,
              auto: { onCommit: false },
            },
          },
        },
      },
    });
    assert.deepEqual(problems, []);
    const [staging, live] = projects[0]?.environments ?? [];
    assert.deepEqual([staging?.pre, live?.pre], [[], [['npm', 'test', '--', '$(id)']]]);
    assert.deepEqual([staging?.post, live?.post], [[['npm', 'run', 'smoke'], ['true']], []]);
    assert.deepEqual(staging?.health, { url: 'http://localhost:8080/health?full=1', seconds: 60 });
    assert.deepEqual(live?.health, { command: ['curl', '-f', 'http://[::1]/'], seconds: 5 });
    assert.deepEqual([staging?.confirm, live?.confirm], ['click', 'yes']);
    assert.deepEqual([staging?.auto, live?.auto], [{ onCommit: true, delaySeconds: 10 }, undefined]);
    assert.deepEqual([staging?.keepReleases, live?.keepReleases, live?.watchSeconds], [5, 2, 0]);
    assert.deepEqual(live?.oneAtATime, ['clock']);
    assert.deepEqual(live?.buildInputs, new Map([['web', ['shared/**']]]));
  });

  it('that says wrongly how it is deployed names the key, the line and what may be', () => {
    const wrong = (environment: Record<string, unknown>): string | undefined => {
      const { problems } = readOne({ path: '/srv/shop', ...environment });
      return problems.map(({ line, message }) => `${line}: ${message.replace(/^.*\.live\./, '')}`).join('; ');
    };
    assert.equal(wrong({ watchSeconds: 3601 }), '7: watchSeconds: must be a whole number from 0 to 3600');
    assert.equal(wrong({ keepReleases: 0 }), '7: keepReleases: must be a whole number from 1 to 100');
    assert.equal(wrong({ keepReleases: 1.5 }), '7: keepReleases: must be a whole number from 1 to 100');
    assert.equal(wrong({ confirm: 'y' }), '7: confirm: must be one of yes, click, none');
    assert.equal(wrong({ health: { seconds: 5 } }), '7: health: needs "url" or "command"');
    assert.match(
      wrong({ health: { url: 'file:///etc/passwd' } }) ?? '',
      /^8: health\.url: must be an address/,
    );
    for (const url of ['http://me:word@host/', 'http://a b/', 'http:///x', 'http://x/#y', 'javascript:1'])
      assert.match(wrong({ health: { url } }) ?? '', /^8: health\.url: must be an address/, url);
    assert.equal(wrong({ health: { command: [] } }), '8: health.command: needs a program');
    assert.equal(wrong({ health: { url: 'http://x', port: 1 } })?.slice(0, 15), '9: health.port:');
    assert.equal(wrong({ auto: {} }), '7: auto: needs "onCommit"');
    assert.match(
      wrong({ auto: { onCommit: true, delaySeconds: 0 } }) ?? '',
      /^9: auto\.delaySeconds: .* 5 to/,
    );
    assert.equal(wrong({ pre: 'npm test' }), '7: pre: must be a list of texts in brackets');
    assert.equal(wrong({ post: [['a'], []] }), '11: post[1]: needs a program');
    assert.equal(wrong({ post: [['a'], 'b'] }), '11: post[1]: must be a list of texts in brackets');
    assert.equal(
      wrong({ buildInputs: { web: 'x' } }),
      '8: buildInputs.web: must be a list of texts in brackets',
    );
  });

  it('never runs what is left of a command that is not understood', () => {
    const { environment } = readOne({ path: '/srv', pre: ['rm', 5, '/tmp/x'], post: [['true'], ['rm', 5]] });
    assert.deepEqual([environment?.pre, environment?.post], [[], [['true']]]);
  });

  it('that is no JSON is wrong with the line and the column', () => {
    const wrong = (text: string): string => problemsText(readConfig(text).problems);
    assert.equal(
      wrong('{\n  "projects": {},\n}'),
      'seaworthy.json:3: column 1: "}" is not a key in double quotes',
    );
    assert.equal(wrong('{\n "a": 1,\n "a": 2}'), 'seaworthy.json:3: column 2: "a" is there twice');
    assert.match(wrong('{\n  "a": \'x\'}'), /^seaworthy\.json:2: column 8: /);
    assert.match(wrong('{\n\n'), /^seaworthy\.json:3: column 1: The text ends where a key or } has to be$/);
    assert.match(wrong('[]'), /:1: the file must hold an object/);
    assert.match(wrong('['.repeat(5000)), /more than 100 levels/);
  });

  it('does not name paths that no one can mean', () => {
    for (const path of [
      '/',
      '~/shop',
      '..//../../..',
      'host:relative',
      'host:/',
      '-oProxyCommand=x:/srv',
      'a b:/srv',
      '',
    ])
      assert.equal(readOne({ path }).problems.length, 1, path);
    for (const path of ['/srv/$(touch x)', "/srv/it's", '/srv/-rf', '/srv/a:b', './with:colon'])
      assert.deepEqual(readOne({ path }).problems, [], path);
    assert.equal(readOne({ path: '/srv/a\nb' }).environment, undefined);
  });

  it('with keys that objects have by themselves does no harm', () => {
    const text = '{"projects": {"__proto__": {"environments": {"constructor": {"path": "/srv/x"}}}}}';
    const { projects, problems } = readConfig(text);
    assert.deepEqual(problems, []);
    assert.deepEqual([projects[0]?.name, projects[0]?.environments[0]?.name], ['__proto__', 'constructor']);
    assert.equal(({} as Record<string, unknown>)['environments'], undefined);
  });

  it('counts before a project of the same name in .scar-projects.json, which is read as it is', () => {
    const seed = JSON.stringify({
      shop: { workspace: '/work/old', production: '/srv/old' },
      blog: {
        workspace: '/work/blog',
        production: '/srv/blog',
        compose_project: 'blog',
        containers: ['blog-web', 'blog-db'],
        primary_container: 'blog-web',
        auto_detect: true,
      },
    });
    const config = JSON.stringify({ projects: { shop: {} } });
    const { projects, problems } = readProjectTexts({ config, seed }, FOLDER);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      projects.map(({ name, workspacePath, environments }) => [
        ...[name, workspacePath, environments.map(({ target }) => formatTarget(target))],
      ]),
      [
        ['shop', FOLDER, []],
        ['blog', '/work/blog', ['/srv/blog']],
      ],
    );
    assert.equal(projects[1]?.environments[0]?.composeProject, 'blog');
  });
});

describe('Converting .scar-projects.json', () => {
  const seed = JSON.stringify({
    shop: { workspace: FOLDER, production: '/srv/shop', compose_project: 'shop', primary_container: 'web' },
    blog: { workspace: '/work/blog', production: '/srv/blog', containers: ['blog-web'] },
  });

  it('writes what is read back as the same projects, and keeps what else the file holds', () => {
    const { text, added, kept } = convertSeed({ config: '{"preset": "strict"}', seed }, FOLDER);
    assert.deepEqual([added, kept], [['shop', 'blog'], []]);
    assert.equal((JSON.parse(text) as { preset: string }).preset, 'strict');
    const before = readProjectTexts({ config: undefined, seed }, FOLDER);
    assert.deepEqual(readProjectTexts({ config: text, seed: undefined }, FOLDER), before);
  });

  it('leaves projects alone that are there already', () => {
    const config = '{"projects": {"shop": {"primaryContainer": "api"}}}';
    const { text, added, kept } = convertSeed({ config, seed }, FOLDER);
    assert.deepEqual([added, kept], [['blog'], ['shop']]);
    assert.equal(
      readProjectTexts({ config: text, seed: undefined }, FOLDER).projects[0]?.primaryContainer,
      'api',
    );
  });

  it('does nothing where something would get lost', () => {
    for (const texts of [
      { config: '{', seed },
      { config: '{"projects": {"a": 5}}', seed },
      { config: undefined, seed: '{"shop": {"production": 5}}' },
      { config: '{}', seed: undefined },
    ])
      assert.throws(() => convertSeed(texts, FOLDER), { name: 'UserError' });
  });
});
