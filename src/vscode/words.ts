import { plural } from '../base/texts';

type Counted = 'file' | 'container' | 'image' | 'finding' | 'consent' | 'sandbox';

/** "1 file" or "3 files" in the user's language; whole phrases, because languages count in different ways. */
export function counted(number: number, what: Counted): string {
  switch (what) {
    case 'file':
      return plural(number, '1 file', '{0} files');
    case 'container':
      return plural(number, '1 container', '{0} containers');
    case 'image':
      return plural(number, '1 image', '{0} images');
    case 'finding':
      return plural(number, '1 finding', '{0} findings');
    case 'consent':
      return plural(number, '1 consent', '{0} consents');
    case 'sandbox':
      return plural(number, '1 sandbox', '{0} sandboxes');
  }
}
