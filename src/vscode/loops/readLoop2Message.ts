import { TASK_DEEDS } from '../../loops/loop2/view';
import type { FromLoop2Page, Loop2Request } from '../../protocol';
import { isText, isWhole } from './readMessage';

/** Reads a message of the page; undefined for anything else. */
export function readLoop2Message(message: unknown): FromLoop2Page | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const given = message as Record<string, unknown>;
  if (given['type'] === 'ready') return { type: 'ready' };
  const { id } = given;
  const request = readRequest(given);
  return request && isWhole(id) ? { id, ...request } : undefined;
}

function readRequest(given: Record<string, unknown>): Loop2Request | undefined {
  const { type, taskId, index, verdictId } = given;
  switch (type) {
    case 'start':
    case 'resume':
    case 'pause':
    case 'cancel':
    case 'add':
      return { type };
    case 'goBack':
      return isWhole(index) ? { type, index } : undefined;
    case 'look':
    case 'openOrigin':
    case 'openSheet':
    case 'openCard':
      return isText(taskId) ? { type, taskId } : undefined;
    case 'deed': {
      const deed = TASK_DEEDS.find((one) => one === given['deed']);
      return deed && isText(taskId) ? { type, deed, taskId } : undefined;
    }
    case 'openFile':
      return isText(taskId) && isWhole(index) ? { type, taskId, index } : undefined;
    case 'openFinding':
    case 'openReport':
      return isText(verdictId) && isWhole(index) ? { type, verdictId, index } : undefined;
    default:
      return undefined;
  }
}
