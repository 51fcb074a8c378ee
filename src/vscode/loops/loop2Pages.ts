import type * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import { LOOP2_VIEW } from '../ids';
import { foldersOnDisk } from './folderLoops';
import { Loop2Panel } from './loop2Panel';
import type { Loop2PanelParts } from './loop2Panel';
import { LoopPages } from './loopPages';

/** The tabs about Loop 2, one for each folder. */
export class Loop2Pages extends LoopPages<Loop2Panel> {
  constructor(parts: Loop2PanelParts, extensionUri: vscode.Uri) {
    super({
      ...{ view: LOOP2_VIEW, page: 'loop2', icon: 'tasklist', extensionUri },
      title: ({ folder }) =>
        foldersOnDisk().length > 1 ? t('Loop 2: {0}', oneLine(folder.name, 60)) : t('Loop 2'),
      fill: (tab, about) => new Loop2Panel(tab, about, parts),
    });
  }
}
