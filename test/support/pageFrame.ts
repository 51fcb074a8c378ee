import type { Frame, Page } from 'playwright-core';
import { pollFor } from './timeLimit';

const LIMIT = 60_000;

/** The frame of a page of ours, which holds `selector`: the editor puts it into one of its own. */
export function pageFrame(page: Page, selector: string): Promise<Frame> {
  return pollFor(`a page with ${selector}`, LIMIT, async () => {
    for (const frame of page.frames()) {
      const found = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    return undefined;
  });
}
