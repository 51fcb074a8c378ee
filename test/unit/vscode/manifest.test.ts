import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import manifest from '../../../package.json';
import { supportedExtensions } from '../../../src/audit/language';
import { defaultSettings, NUMBERS } from '../../../src/settings';
import { TOOLS } from '../../../src/tools/tools';
import { COMMANDS, CONTEXT_KEYS, LM_TOOLS, SETTINGS, SETTINGS_SECTION, VIEWS } from '../../../src/vscode/ids';

const { contributes } = manifest;

interface Setting {
  default: unknown;
  minimum?: number;
  maximum?: number;
  scope?: string;
}

/** Of all groups. */
const settings = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
) as Record<string, Setting>;

describe('package.json', () => {
  it('contributes the tools of models as they are', () => {
    assert.deepEqual(
      contributes.languageModelTools.map(({ name, modelDescription, inputSchema }) => ({
        ...{ name, description: modelDescription, inputSchema },
      })),
      TOOLS.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    );
    assert.deepEqual(
      TOOLS.map(({ name }) => name),
      [...LM_TOOLS],
    );
    for (const { name, isReadOnly, summary } of TOOLS)
      assert.ok(isReadOnly || summary !== undefined || name === 'restart_project', name);
  });

  it('contributes exactly the commands, views and settings of the code', () => {
    const commands = contributes.commands.map((command) => command.command);
    assert.deepEqual(commands.sort(), Object.values<string>(COMMANDS).sort());
    const views = contributes.views.seaworthy.map((view) => view.id);
    assert.deepEqual(views.sort(), Object.values<string>(VIEWS).sort());
    const known = Object.values(SETTINGS).map((key) => `${SETTINGS_SECTION}.${key}`);
    assert.deepEqual(Object.keys(settings).sort(), known.sort());
  });

  it('has menu entries and when clauses for known commands and context keys only', () => {
    const known = new Set<string>(Object.values(COMMANDS));
    for (const entry of Object.values(contributes.menus).flat())
      assert.ok(known.has(entry.command), entry.command);
    const clauses = JSON.stringify([contributes.menus, contributes.viewsWelcome]);
    const keys = new Set<string>([...Object.values(CONTEXT_KEYS), ...Object.values(VIEWS), ...known]);
    keys
      .add('seaworthy.report')
      .add('seaworthy.finding')
      .add('seaworthy.running')
      .add('seaworthy.needsDependencies')
      .add(`${SETTINGS_SECTION}.${SETTINGS.engineHost}`);
    for (const [id] of clauses.matchAll(/seaworthy\.[\w.]+/g)) assert.ok(keys.has(id), id);
  });

  it('offers the audit for every supported extension and no other', () => {
    const [clause] = contributes.menus['explorer/context'].map((entry) => entry.when);
    const pattern = /=~ \/(.+)\/i$/.exec(clause ?? '')?.[1];
    assert.ok(pattern);
    for (const extension of supportedExtensions) assert.match(extension, new RegExp(pattern, 'i'));
    for (const other of ['.json', '.jsm', '.pyc', '.tsv'])
      assert.doesNotMatch(other, new RegExp(pattern, 'i'));
  });

  it('shows the defaults that the code uses', () => {
    for (const key of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
      const property = settings[`seaworthy.${SETTINGS[key]}`];
      const { fallback, low, high } = NUMBERS[key];
      assert.deepEqual([property?.default, property?.minimum, property?.maximum], [fallback, low, high], key);
    }
    assert.equal(settings['seaworthy.sandbox.nodeImage']?.default, defaultSettings.images.node);
    assert.equal(settings['seaworthy.sandbox.pythonImage']?.default, defaultSettings.images.python);
  });

  it('puts settings into groups, in an order of their own', () => {
    for (const { id, properties } of contributes.configuration) {
      const orders = Object.values<{ order: number }>(properties).map(({ order }) => order);
      assert.deepEqual(
        orders,
        orders.map((_, index) => index + 1),
        id,
      );
    }
  });

  it('restricts every setting of the sandbox in an untrusted workspace', () => {
    const workspaceSettings = Object.entries(settings)
      .filter(([, property]) => property.scope !== 'machine')
      .map(([key]) => key);
    assert.deepEqual(
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.sort(),
      workspaceSettings.sort(),
    );
  });

  it('names files that exist', () => {
    for (const file of [manifest.icon, contributes.viewsContainers.activitybar[0]?.icon ?? '']) {
      assert.ok(fs.existsSync(path.join(__dirname, '../../..', file)), file);
    }
  });
});
