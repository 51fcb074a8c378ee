import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import type { Loop1PageView, ToLoop1Page } from '../../src/protocol';
import { ownCard } from '../../src/loops/loop1/ownCard';
import type { Scenario } from '../../src/loops/loop1/scenario';
import { viewOf } from '../../src/loops/loop1/view';
import { isKept } from '../support/keptState';
import { loop1Run } from '../support/loopRun';
import { writeFaultyProject, writeParts } from '../support/loop1Workspace';
import { pageFrame } from '../support/pageFrame';
import type { PageTestContext } from '../support/pageTest';
import { pollFor } from '../support/timeLimit';

export const name =
  'the page of Loop 1 holds many cards, is there again after a reload, and goes on with its run';

const LIMIT = 90_000;
const CARDS = 300;

export default async function ({ page, workspace, screenshotsDir }: PageTestContext): Promise<void> {
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `loop1-${file}.png`) });
  writeFaultyProject(workspace);
  writeParts(workspace, 'first');
  // Without the tests' payload: an editor under test opens nothing of what was open.
  const plain = new URL(page.url());
  plain.searchParams.delete('payload');
  await page.goto(plain.href);
  await starts(page);
  const frame = await pageFrame(page, '#goal');
  await frame.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
  await holdsMany(page, frame, picture);
  await frame.getByRole('tab', { name: 'Iterations' }).click();
  await pollFor('the editor to keep the state of the page', LIMIT, () =>
    isKept(page, 'tab[\\\\]*":[\\\\]*"Run'),
  );
  // What was read once is known; an iteration has to last longer than a reload takes to begin.
  writeParts(workspace, 'second');
  await frame.getByRole('button', { name: 'Next Iteration' }).press('Enter');
  await frame.locator('#state', { hasText: 'running' }).waitFor({ timeout: LIMIT });
  await page.reload();
  const again = await pageFrame(page, '#goal');
  await again.getByRole('button', { name: 'Resume' }).waitFor({ timeout: LIMIT });
  assert.equal(await again.getByRole('tab', { name: 'Iterations' }).getAttribute('aria-selected'), 'true');
  await picture('resume');
  await again.getByRole('button', { name: 'Resume' }).press('Enter');
  await again.getByRole('row', { name: /^2 / }).waitFor({ timeout: LIMIT });
  await again.locator('#state', { hasText: 'waiting for you' }).waitFor({ timeout: LIMIT });
}

/** From the palette, with what the workspace says. */
async function starts(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Seaworthy' }).click({ timeout: LIMIT });
  await page.getByText('No audits yet.').first().waitFor({ timeout: LIMIT });
  const command = page.getByRole('option', { name: /Start Loop 1/ }).first();
  // A palette that was opened before the folder was there does not learn of it.
  await pollFor('the command in the palette', LIMIT, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await page.keyboard.type('Start Loop 1');
    await page.getByRole('option').first().waitFor();
    return command.isVisible();
  });
  await command.click();
  await page.getByRole('option', { name: /What the workspace says/ }).click({ timeout: LIMIT });
  await page.getByText('May Loop 1 ask the network as well?').waitFor();
  await page.keyboard.press('Enter');
}

/** Whoever reads a card reads it still when the next view comes, with the same lines before them. */
async function holdsMany(
  page: Page,
  frame: Frame,
  picture: (file: string) => Promise<unknown>,
): Promise<void> {
  const show = (view: Loop1PageView): Promise<unknown> => {
    const message: ToLoop1Page = { type: 'view', view };
    return frame.evaluate(`postMessage(${JSON.stringify(message)}, '*')`);
  };
  const standing = (): Promise<string> =>
    frame.evaluate(
      `[document.activeElement.textContent, Math.round(document.activeElement.getBoundingClientRect().top)].join(' at ')`,
    );
  const cards = Array.from({ length: CARDS }, (_each, at) =>
    ownCard({ title: `Way to fail ${at}`, likelihood: 0.1 + (at % 9) / 10, impact: 0.1 + (at % 7) / 8 }, 1),
  );
  const view = (ownCards: Scenario[]): Loop1PageView => ({
    ...{ folder: 'shop', isPast: false, isElsewhere: false, isTrusted: true, hasDrifted: false },
    ...{ previewed: [], applied: [] },
    run: viewOf(loop1Run({ ...PREMORTEM, ownCards }), new Date()),
  });
  await show(view(cards));
  await frame
    .locator('.card')
    .nth(CARDS - 1)
    .waitFor();
  await frame.locator('.column.p1 .title').nth(20).focus();
  await page.keyboard.press('ArrowDown');
  await picture('many');
  const before = await standing();
  assert.match(before, /^Way to fail \d+ at [1-9]/);
  // One is gone above, one is decided on, one is new.
  const [gone, decided, ...rest] = cards;
  assert.ok(gone && decided);
  await show(view([...rest, { ...decided, state: 'accepted' }, ownCard({ title: 'A new one' }, 2)]));
  await frame.getByRole('button', { name: /^A new one/ }).waitFor();
  await pollFor(`"${before}" to stand where it stood`, LIMIT, async () => (await standing()) === before);
  await page.keyboard.press('End');
  await frame.locator('.column.p1 .title').last().and(frame.locator(':focus')).waitFor();
  await frame.getByLabel('Filter cards').fill('fail 29');
  await frame.getByText('13 found').waitFor();
  await picture('filtered');
  await frame.getByLabel('Filter cards').fill('');
}

const PREMORTEM = {
  status: 'waiting for you' as const,
  nextStep: null,
  premortem: { scenarios: [], notLooked: [], notes: [], completedAt: '2026-11-24T10:05:00.000Z' },
};
