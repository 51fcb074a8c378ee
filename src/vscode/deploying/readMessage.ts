import { FILE_KINDS } from '../../deploy/view/planView';
import type { FromDeployPage } from '../../protocol';

/** Reads a message of the page; undefined for anything else. */
export function readDeployMessage(message: unknown): FromDeployPage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, id, text, kind, index, release } = message as Record<string, unknown>;
  switch (type) {
    case 'ready':
    case 'deploy':
    case 'cancel':
    case 'putBack':
    case 'refresh':
      return { type };
    case 'answer':
      return isIndex(id) && isShort(text) ? { type, id, text } : undefined;
    case 'moreNames':
    case 'openFile': {
      const known = FILE_KINDS.find((one) => one === kind);
      return known && isIndex(index) ? { type, kind: known, index } : undefined;
    }
    case 'openSecret':
    case 'openLogs':
      return isIndex(index) ? { type, index } : undefined;
    case 'rollBack':
      return isShort(release) ? { type, release } : undefined;
    default:
      return undefined;
  }
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 200;
}
