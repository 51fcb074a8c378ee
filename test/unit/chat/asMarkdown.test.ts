import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { asCodeBlock, asMarkdown } from '../../../src/chat/asMarkdown';

/** What a reader sees of text that has no markup in it. */
function read(markdown: string): string[] {
  return markdown
    .trim()
    .split(/(?: {2})?\n/)
    .map((line) => line.replace(/&#(\d+);/g, (_whole, code: string) => String.fromCharCode(Number(code))));
}

describe('Text as Markdown in the chat', () => {
  it('keeps lines, makes lists of those that are indented, and parts columns by dots', () => {
    const lines = [
      'shop: 1 of 2 running',
      '  shop-db-1   running  up 2 h',
      '      > 1',
      '  at:  /srv',
      '–  none',
      'all',
      'of it',
    ];
    const shown = read(asMarkdown(`${lines.join('\n')}\n`));
    assert.deepEqual(shown.slice(0, 4), [
      ...['shop: 1 of 2 running', '- shop-db-1 · running · up 2 h', '  - > 1', '- at: /srv'],
    ]);
    assert.deepEqual(shown.slice(4), ['', '– none', 'all', 'of it']);
  });

  it('has no markup, link or address left in it, whatever the text', () => {
    const piece = fc.constantFrom(
      ...['![x](https://a.example/p.png)', '<img src=x>', '`a`', '**b**', 'https://a.example', '$(x)', '# h'],
      ...['www.a.example', '- [ ] t', '| a | b |', 'a_b', '&lt;', '\\', '1. x', '~~s~~', 'me@a.example'],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        const text = pieces.join('').replaceAll(/\s+/g, ' ').trim();
        const markdown = asMarkdown(text);
        assert.doesNotMatch(markdown.replaceAll(/&#\d+;/g, ''), /[\\`*_[\]()<>#|~$&:@.!+-]/);
        if (text !== '') assert.deepEqual(read(markdown), [text]);
      }),
    );
  });

  it('prints in a fence that nothing in it can close', () => {
    assert.equal(asCodeBlock('a\n````\nb'), '\n`````text\na\n````\nb\n`````\n');
  });
});
