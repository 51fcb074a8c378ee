import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Frame } from 'playwright-core';
import type { PageTestContext } from './pageTest';

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** By what the page's body is called in it. */
const THEMES = {
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
} as const;

/** Every rule of axe over what a page shows now; rejects with each violation, and where it is. */
export async function assertAccessible(frame: Frame, about: string): Promise<void> {
  await frame.evaluate(AXE);
  const { violations, passes } = await frame.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  const said = violations.map(({ id, help, nodes }) => {
    const places = nodes.map(
      ({ html, failureSummary }) => `    ${html.slice(0, 300)}\n      ${failureSummary}`,
    );
    return `  ${id}: ${help}\n${places.join('\n')}`;
  });
  assert.equal(said.length, 0, `${about}:\n${said.join('\n')}`);
  assert.ok(passes.length > 0, `${about}: axe has looked at nothing`);
}

/** Takes a picture of the page in every theme, the dark one last, and has axe look at it: no violation in any. */
export async function lookInEachTheme(
  { page, evaluate, screenshotsDir }: PageTestContext,
  frame: Frame,
  name: string,
): Promise<void> {
  for (const [kind, theme] of Object.entries(THEMES)) {
    await evaluate(
      (vscode, chosen) => vscode.workspace.getConfiguration('workbench').update('colorTheme', chosen, true),
      theme,
    );
    await frame.locator(`body.vscode-${kind}`).waitFor();
    await page.screenshot({ path: path.join(screenshotsDir, `${name}-${kind}.png`) });
    await assertAccessible(frame, `${name}, ${theme}`);
  }
}
