import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ruleDocumentation } from '../../../src/audit/documentation';
import { RULES } from '../../../src/audit/syntax/registry';

const root = path.join(__dirname, '../../..');
const index = fs.readFileSync(path.join(root, 'docs/rules/README.md'), 'utf8');

describe('the documentation of the rules', () => {
  for (const id of [...RULES.map((rule) => rule.id), 'PR01', 'PR02', 'PR03', 'PR04', 'MT01', 'MT02']) {
    it(`has a page for ${id}, and the index links to it`, () => {
      const page = fs.readFileSync(path.join(root, ruleDocumentation(id)), 'utf8');
      assert.match(page, new RegExp(`^# ${id} `));
      assert.ok(index.includes(`[${id}](${id}.md)`));
    });
  }
});
