import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import { pageFrame } from '../support/pageFrame';
import { notification } from '../support/notification';
import type { PageTestContext } from '../support/pageTest';
import { registerScriptedModel } from '../support/scriptedModel';
import { writeFiles } from '../support/temporaryFolder';

export const name =
  'The whole way: Loop 1 hands its tasks to Loop 2; a person, a model and an agent do one each; a stub is refused; probes let the failure rate fall; what is changed later counts no more, and failing twice leads back';

const LIMIT = 120_000;
/** A project whose three services have their passwords in the code. */
const SECRETS = { mail: 'h7Gt-55Kp.0wQz-81LmX', pay: 'q2Rv-93Nd.7bTs-46JcY', ship: 'z8Kw-17Fh.3mPa-52VgE' };
type Service = keyof typeof SECRETS;
const SERVICES = Object.keys(SECRETS) as Service[];
const code = (service: Service, key: string): string => `const apiKey = ${key};

/** What a request to the service of ${service} says of who asks. */
function headersOf(order) {
  return { authorization: \`Bearer \${apiKey}\`, 'x-${service}-order': order.number };
}

module.exports = { headersOf };
`;
const honest = (service: Service): string => code(service, `process.env.${service.toUpperCase()}_KEY`);
const STUB = `// Placeholder until there is a secret store.
function headersOf() {
  return {};
}

module.exports = { headersOf };
`;
const test = (service: Service): string => `const test = require('node:test');
const assert = require('node:assert/strict');

process.env.${service.toUpperCase()}_KEY = 'of the test';
const { headersOf } = require('../src/${service}.js');

test('${service} is told the number of the order', () => {
  assert.equal(headersOf({ number: 'A7' })['x-${service}-order'], 'A7');
});

test('${service} is told who asks', () => {
  assert.match(headersOf({ number: 'A8' }).authorization, /^Bearer ./);
});
`;
const MAIN = `${SERVICES.map((service) => `const ${service} = require('./${service}.js');`).join('\n')}

for (const { headersOf } of [mail, pay, ship]) console.log(Object.keys(headersOf({ number: 'A1' })));
`;
const NO_SCENARIOS = '{"scenarios":[]}';
const AUDIT = '{"tool":"audit","says":"All tests pass."}';
const write = (text: string): string => JSON.stringify({ tool: 'write', file: 'src/pay.js', text });

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `whole-way-${file}.png`) });
  const put = (service: Service, text: string): void =>
    fs.writeFileSync(path.join(workspace, `src/${service}.js`), text);
  for (const name of fs.readdirSync(workspace)) fs.rmSync(path.join(workspace, name), { recursive: true });
  writeFiles(workspace, {
    'package.json': '{ "name": "shop", "private": true, "scripts": { "test": "node --test" } }\n',
    'src/main.js': MAIN,
    ...Object.fromEntries(SERVICES.map((each) => [`src/${each}.js`, code(each, `'${SECRETS[each]}'`)])),
    ...Object.fromEntries(SERVICES.map((each) => [`test/${each}.test.js`, test(each)])),
  });
  const model = await registerScriptedModel(evaluate, [
    ...[NO_SCENARIOS, write(STUB), AUDIT, write(honest('pay')), AUDIT, NO_SCENARIOS],
  ]);
  /** Without waiting for its end, which needs answers. */
  const run = (command: string): Promise<unknown> =>
    evaluate((vscode, id) => void vscode.commands.executeCommand(`seaworthy.${id}`), command);
  const choose = (option: RegExp): Promise<void> =>
    page.getByRole('option', { name: option }).click({ timeout: LIMIT });

  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));
  await page.getByRole('tab', { name: 'Seaworthy' }).click();
  for (const view of ['Audits', 'Containers', 'Loop Runs'])
    await page.getByRole('button', { name: `${view} Section` }).click();
  await run('startLoop1');
  await choose(/What the workspace says/);
  await choose(/Keep Off/);
  const before = await rateOf(page, 1);

  await run('startLoop2');
  await choose(/What Loop 1 has left to be done/);
  await choose(/You.*Work on Task/);
  // Its page takes the focus, and a list to choose from that is open would close with that.
  await (
    await pageFrame(page, '#source')
  )
    .getByRole('heading', { name: 'Loop 2 of Loop 1' })
    .waitFor({ timeout: LIMIT });
  await verified(page, 0);

  put('mail', honest('mail'));
  await run('readyTask');
  await choose(/src\/mail\.js/);
  await verified(page, 1);

  await run('letModelWork');
  await choose(/src\/pay\.js/);
  await page
    .getByRole('treeitem', { name: /src\/pay\.js.*, proposed, by Scripted Model, 2 attempts/ })
    .waitFor({ timeout: LIMIT });
  assert.match(
    (await model.prompts())[3] ?? '',
    /The last audit refused it\. What it found, as data: .*Placeholder until/,
  );
  assert.equal(fs.readFileSync(path.join(workspace, 'src/pay.js'), 'utf8'), code('pay', `'${SECRETS.pay}'`));
  assert.ok(!(await model.prompts()).some((prompt) => prompt.includes(SECRETS.pay)), 'a secret was sent');
  await run('applyProposal');
  await choose(/src\/pay\.js/);
  const message = await notification(context, 'has written 1 file');
  await picture('proposed');
  await message.getByRole('button', { name: 'Apply' }).click();
  await verified(page, 2);

  const task = await tool(context, 'next_task', {});
  assert.match(task, /src\/ship\.js/);
  put('ship', STUB);
  const refused = await tool(context, 'report_task', { task: 'committed-secret:src/ship.js' });
  assert.match(refused, /sent back/);
  put('ship', honest('ship'));
  assert.match(await tool(context, 'report_task', { task: 'committed-secret:src/ship.js' }), /It is done\./);
  await verified(page, 3);

  await run('nextIteration');
  const after = await rateOf(page, 2);
  await picture('rate');
  // What is left is the card that nobody has worked on.
  assert.ok(before > 99 && after > 0 && after < 50, `${before} % became ${after} %`);

  // Whoever changes the file: no editor has it open, and nobody says so.
  put('mail', STUB);
  await verified(page, 2);
  let attempts = 2;
  for (const text of [STUB, STUB.replace('{};', "{ 'x-mail-order': '' };")]) {
    put('mail', text);
    await run('readyTask');
    await choose(/src\/mail\.js/);
    await page
      .getByRole('treeitem', { name: new RegExp(`src/mail\\.js.*, sent back, ${attempts++} attempts`) })
      .waitFor({ timeout: LIMIT });
  }
  const advice = await notification(context, 'has failed twice on the same');
  await picture('advice');
  await advice.getByRole('button', { name: 'Go Back to Loop 1' }).click();
  const frame = await pageFrame(page, '#goal');
  await frame
    .locator('#detailTitle', { hasText: 'has failed twice on the same' })
    .waitFor({ timeout: LIMIT });
  await picture('back');
}

/** The failure rate after an iteration of Loop 1, in percent. */
async function rateOf(page: Page, iteration: number): Promise<number> {
  const row = page.getByRole('treeitem', {
    name: new RegExp(`^Loop 1, waiting for you, .* iteration ${iteration}`),
  });
  await row.waitFor({ timeout: LIMIT });
  return Number(/([\d.]+) % now/.exec((await row.getAttribute('aria-label')) ?? '')?.[1]);
}

async function verified(page: Page, tasks: number): Promise<void> {
  await page
    .getByRole('treeitem', { name: new RegExp(`^Loop 2, waiting for you, ${tasks} of 4 verified`) })
    .waitFor({ timeout: LIMIT });
}

/** What a tool for agents answers, as text. */
function tool({ evaluate }: PageTestContext, name: string, input: object): Promise<string> {
  return evaluate(
    async (vscode, id, given) => {
      const { content } = await vscode.lm.invokeTool(id, { input: given, toolInvocationToken: undefined });
      return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    },
    name,
    input,
  );
}
