import type { Page } from 'playwright-core';
import type { Evaluate } from './evaluatorClient';

/** What a page test works with: the real workbench in a browser, and its extension host. */
export interface PageTestContext {
  page: Page;
  /** folder of the opened workspace, a copy for this test alone */
  workspace: string;
  /** where screenshots go */
  screenshotsDir: string;
  evaluate: Evaluate;
}

/** What a file test/editor/*.page.ts exports. It passes when its function returns. */
export interface PageTestModule {
  name: string;
  default(context: PageTestContext): Promise<void>;
}

/** What somebody has who has just installed the editor: no extension of ours in it, and no folder open. */
export interface JourneyContext {
  page: Page;
  /** file of the packaged extension */
  vsix: string;
  /** a folder to work in, empty */
  home: string;
  screenshotsDir: string;
}

/** What a file test/editor/*.journey.ts exports. It passes when its function returns. */
export interface JourneyModule {
  name: string;
  default(context: JourneyContext): Promise<void>;
}
