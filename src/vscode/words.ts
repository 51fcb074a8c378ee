import * as vscode from 'vscode';

type Counted = 'file' | 'container' | 'image' | 'finding' | 'consent' | 'sandbox';

/** "1 file" or "3 files" in the user's language; whole phrases, because languages count in different ways. */
export function counted(number: number, what: Counted): string {
  const { t } = vscode.l10n;
  switch (what) {
    case 'file':
      return number === 1 ? t('1 file') : t('{0} files', number);
    case 'container':
      return number === 1 ? t('1 container') : t('{0} containers', number);
    case 'image':
      return number === 1 ? t('1 image') : t('{0} images', number);
    case 'finding':
      return number === 1 ? t('1 finding') : t('{0} findings', number);
    case 'consent':
      return number === 1 ? t('1 consent') : t('{0} consents', number);
    case 'sandbox':
      return number === 1 ? t('1 sandbox') : t('{0} sandboxes', number);
  }
}
