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
        ['shop/staging', undefined, undefined],
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
        'composeFile, composeProject, containers, primaryContainer, exclude, protect, allowSecrets',
      'seaworthy.json:9: projects.shop.environments.live.composeFile: must be inside the workspace',
      'seaworthy.json:8: projects.shop.environments.live.exclude[1]: must be a text in quotes',
      'seaworthy.json:11: projects.shop.environments.staging: needs "path"',
      'seaworthy.json:14: projects.-rf: a name has 1 to 100 characters, no slash, and no dash or space at its ends',
    ]);
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
