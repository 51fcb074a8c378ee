import type * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import { LOOP1_VIEW } from '../ids';
import { foldersOnDisk } from './folderLoops';
import { Loop1Panel } from './loop1Panel';
import type { Loop1PanelParts } from './loop1Panel';
import { LoopPages } from './loopPages';

/** The tabs about Loop 1. */
export class Loop1Pages extends LoopPages<Loop1Panel> {
  constructor(parts: Loop1PanelParts, extensionUri: vscode.Uri) {
    super({
      ...{ view: LOOP1_VIEW, page: 'loop1', icon: 'sync', extensionUri },
      title: ({ folder, runId }) => {
        const title = runId === '' ? t('Loop 1') : t('Loop 1 (earlier run)');
        return foldersOnDisk().length > 1 ? `${title}: ${oneLine(folder.name, 60)}` : title;
      },
      fill: (tab, about) => new Loop1Panel(tab, about, parts),
    });
  }
}
