import { printableJson } from '../../base/text';
import type { Loop1View } from './view';
import { viewHtml } from './viewHtml';
import { viewMarkdown } from './viewMarkdown';

/** A run for others to read: as Markdown, as one HTML file, or as JSON. */
export function exportView(view: Loop1View, format: 'markdown' | 'html' | 'json'): string {
  switch (format) {
    case 'markdown':
      return viewMarkdown(view);
    case 'html':
      return viewHtml(view);
    case 'json':
      return printableJson(view);
  }
}
