import { plainText } from '../base/text';

/** Text made safe to stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return plainText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Markup, put together from parts that are escaped already. */
export function tag(
  name: string,
  attributes: Record<string, string | number | true | undefined>,
  ...inner: string[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => (value === true ? ` ${key}` : ` ${key}="${escapeHtml(String(value))}"`))
    .join('');
  return `<${name}${written}>${inner.join('')}</${name}>`;
}
