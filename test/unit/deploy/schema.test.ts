import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv from 'ajv';
import { parseRuleSettings } from '../../../src/audit/parseRuleSettings';
import { RULE_IDS } from '../../../src/audit/ruleIds';
import { LEVELS, PRESETS } from '../../../src/audit/ruleSettings';
import { readProjectTexts } from '../../../src/deploy/projectFiles';

const root = path.join(__dirname, '../../..');

interface Schema {
  enum?: string[];
  type?: string;
  properties: Record<string, Schema>;
  additionalProperties: Schema;
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
}

const schema = readJson('media/schemas/seaworthy.schema.json') as Schema & {
  definitions: { project: Schema; environment: Schema };
};
const validate = new Ajv().compile(schema);

/** Whether both, the schema and the readers, take a file. */
function verdict(file: unknown): { bySchema: boolean; byReaders: boolean } {
  const { problems } = readProjectTexts({ config: JSON.stringify(file), seed: undefined }, '/ws');
  const rules = parseRuleSettings(file, RULE_IDS).problems;
  return { bySchema: validate(file) === true, byReaders: problems.length + rules.length === 0 };
}

function withProject(project: unknown): unknown {
  return { projects: { shop: project } };
}

function withEnvironment(environment: unknown): unknown {
  return withProject({ environments: { live: environment } });
}

describe('The schema of seaworthy.json', () => {
  it('is what the manifest names', () => {
    const { contributes } = readJson('package.json') as {
      contributes: { jsonValidation: { url: string }[] };
    };
    assert.deepEqual(contributes.jsonValidation, [
      { fileMatch: 'seaworthy.json', url: './media/schemas/seaworthy.schema.json' },
    ]);
  });

  it('has the keys that are read, no more and no less', () => {
    const named = (file: unknown): string[] => {
      const { problems } = readProjectTexts({ config: JSON.stringify(file), seed: undefined }, '/ws');
      return (/there are (.*)$/.exec(problems[0]?.message ?? '')?.[1] ?? '').split(', ').sort();
    };
    const { project, environment } = schema.definitions;
    assert.deepEqual(named(withProject({ no: 1 })), Object.keys(project.properties).sort());
    assert.deepEqual(
      named(withEnvironment({ path: '/srv', no: 1 })),
      Object.keys(environment.properties).sort(),
    );
    const rules = /there are (.*)$/.exec(parseRuleSettings({ no: 1 }, []).problems[0] ?? '')?.[1] ?? '';
    assert.deepEqual(
      [...rules.split(', '), '$schema', 'projects'].sort(),
      Object.keys(schema.properties).sort(),
    );
    assert.deepEqual(schema.properties['preset']?.enum, [...PRESETS]);
    assert.deepEqual(schema.properties['rules']?.additionalProperties.enum, [...LEVELS]);
  });

  it('takes and refuses the same values of every key', () => {
    const good: Record<string, unknown> = {
      path: '/srv/shop',
      workspace: 'code',
      composeFile: 'compose.yaml',
      composeProject: 'shop',
      engine: 'context:far',
      primaryContainer: 'web',
      production: true,
      environments: {},
      health: { url: 'http://localhost/health' },
      watchSeconds: 5,
      keepReleases: 5,
      confirm: 'click',
      auto: { onCommit: true },
      buildInputs: { web: ['shared/**'] },
    };
    const values = [
      ...[5, -1, 0, 100, 101, 3600, 3601, 2.5, null, '', 'Text With Capitals', 'yes', true, 'x'.repeat(1001)],
      ...[[], [5], [''], ['x'], [['x'], ['y', 'z']], [['x'], []], [['x'], 'y'], [[5]], {}, { web: ['x'] }],
      ...[
        { web: [5] },
        { url: 'http://x' },
        { url: 'https://u:p@x/' },
        { url: 'ftp://x' },
        { command: ['x'] },
      ],
      ...[{ command: [] }, { command: 'x' }, { seconds: 5 }, { url: 'http://[::1]:80/a?b', seconds: 0 }],
      ...[
        { url: 'http://x', seconds: 3600 },
        { url: 'http://x', no: 1 },
        { onCommit: true, delaySeconds: 4 },
      ],
      ...[{ onCommit: false }, { onCommit: 1 }, { delaySeconds: 5 }, { onCommit: true, delaySeconds: 60 }],
    ];
    const { project, environment } = schema.definitions;
    let refused = 0;
    for (const [wrap, keys, base] of [
      [withProject, Object.keys(project.properties), {}],
      [withEnvironment, Object.keys(environment.properties), { path: '/srv' }],
    ] as const) {
      for (const key of keys) {
        for (const value of [good[key] ?? ['x'], ...values]) {
          const file = wrap({ ...base, [key]: value });
          const { bySchema, byReaders } = verdict(file);
          assert.equal(bySchema, byReaders, JSON.stringify(file));
          if (!bySchema) refused += 1;
        }
        assert.ok(verdict(wrap({ ...base, [key]: good[key] ?? ['x'] })).bySchema, key);
      }
    }
    assert.ok(refused > 100);
    for (const file of [
      { projects: { '-x': {} } },
      { projects: { 'a/b': {} } },
      { no: 1 },
      withEnvironment({}),
    ])
      assert.deepEqual(verdict(file), { bySchema: false, byReaders: false }, JSON.stringify(file));
  });
});
