import { t } from '../../../base/texts';

/** What a model may do. It has nothing else. */
export type Step =
  | { tool: 'list'; folder: string }
  | { tool: 'read'; file: string }
  | { tool: 'write'; file: string; text: string }
  | { tool: 'replace'; file: string; find: string; text: string }
  /** Asks for the audit. What it says of its work is shown to people and decides nothing. */
  | { tool: 'audit'; says: string };

/** Longer answers are not read, in characters. */
export const MAX_ANSWER = 400_000;

/** The step that an answer is: one JSON object, with nothing but words around it. A text says what is wrong with it. */
export function readStep(answer: string): Step | string {
  if (answer.length > MAX_ANSWER) return 'it is longer than 400,000 characters';
  const [start, end] = [answer.indexOf('{'), answer.lastIndexOf('}')];
  let value: unknown;
  try {
    value = JSON.parse(answer.slice(start, end + 1));
  } catch {
    return 'it is no JSON object';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object';
  const { tool, file, folder, find, text, says } = value as Record<string, unknown>;
  if (tool === 'list') return typeof folder === 'string' ? { tool, folder } : '"list" needs "folder"';
  if (tool === 'read') return typeof file === 'string' ? { tool, file } : '"read" needs "file"';
  if (tool === 'write')
    return typeof file === 'string' && typeof text === 'string'
      ? { tool, file, text }
      : '"write" needs "file" and "text"';
  if (tool === 'replace')
    return typeof file === 'string' && typeof find === 'string' && typeof text === 'string'
      ? { tool, file, find, text }
      : '"replace" needs "file", "find" and "text"';
  if (tool === 'audit') return { tool, says: typeof says === 'string' ? says.slice(0, 2000) : '' };
  return 'its "tool" is none of list, read, write, replace, audit';
}

/** A step in the words of the model. */
export function nameOf(step: Step): string {
  return 'file' in step ? `${step.tool} ${step.file}` : 'folder' in step ? `list ${step.folder}` : step.tool;
}

/** A step in the words of who looks on, a clause. */
export function doingOf(step: Step): string {
  switch (step.tool) {
    case 'list':
      return t('looks for files');
    case 'read':
      return t('reads {0}', step.file);
    case 'write':
    case 'replace':
      return t('writes {0}', step.file);
    case 'audit':
      return t('asks for the audit');
  }
}
