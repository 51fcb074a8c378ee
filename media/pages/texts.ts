import { speak, t } from '../../src/base/texts';

export { grouped, locale, plural, t } from '../../src/base/texts';

const ATTRIBUTES = ['title', 'aria-label', 'placeholder'];

/** The texts of the page's HTML, which is English. */
function translate(root: HTMLElement): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    const [before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(node.data)?.slice(1) ?? [];
    if (words !== '') node.data = before + t(words.replace(/\s+/g, ' ')) + after;
  }
  for (const name of ATTRIBUTES)
    for (const each of root.querySelectorAll(`[${name}]`))
      each.setAttribute(name, t(each.getAttribute(name) ?? ''));
}

const { language, texts } = JSON.parse(document.body.dataset['texts'] ?? '{}') as {
  language?: string;
  texts?: Record<string, string>;
};
// Before anything else of the page is evaluated.
speak(language ?? 'en', texts);
if (language !== 'en') translate(document.body);
