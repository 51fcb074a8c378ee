import { StringDecoder } from 'node:string_decoder';

const MAX_LINE_LENGTH = 1 << 20;

/**
 * The JSON documents of a stream that carries one a line, as pulls and events do. A chunk may end inside a line and
 * inside a character. Lines that are no JSON object, and lines over 1 MiB, are passed over.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Buffer | string>,
): AsyncGenerator<Record<string, unknown>> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let oversized = false;
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const document = oversized ? undefined : parse(line);
      oversized = false;
      if (document !== undefined) yield document;
    }
    if (rest.length > MAX_LINE_LENGTH) {
      rest = '';
      oversized = true;
    }
  }
  const last = oversized ? undefined : parse(rest + decoder.end());
  if (last !== undefined) yield last;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (line.trim() === '') return undefined;
  try {
    const document: unknown = JSON.parse(line);
    return typeof document === 'object' && document !== null
      ? (document as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
