import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.join(__dirname, '../..');

const PAGES = [
  ...fs.readdirSync(root).filter((name) => name.endsWith('.md')),
  ...fs
    .readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
  'test/README.md',
];

/** Code shows how links are written; it holds none. */
function textOf(page: string): string {
  return fs
    .readFileSync(path.join(root, page), 'utf8')
    .replace(/^```[^]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

const anchorsOf = (page: string): string[] =>
  [...fs.readFileSync(path.join(root, page), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Why a link of a page leads nowhere; undefined where it leads somewhere. */
function brokenLink(page: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : path.join(path.dirname(page), file);
  if (!fs.existsSync(path.join(root, target))) return `${page}: there is no ${target}`;
  const isThere = anchor === undefined || anchorsOf(target).includes(anchor);
  return isThere ? undefined : `${page}: ${target} has no heading for #${anchor}`;
}

describe('The documentation', () => {
  it('has no link that leads nowhere', () => {
    const links = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ page, link })),
    );
    assert.ok(links.length > 100, `only ${links.length} links were found`);
    assert.deepEqual(
      links.map(({ page, link }) => brokenLink(page, link)).filter((problem) => problem !== undefined),
      [],
    );
  });

  it('shows nothing in a picture that is not said in words', () => {
    for (const page of PAGES)
      for (const [picture, words = ''] of textOf(page).matchAll(/!\[([^\]]*)\]\([^)]+\)/g))
        assert.ok(words.length > 10, `${page}: ${picture}`);
  });
});
