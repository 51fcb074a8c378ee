import { STAGE_NAMES } from '../audit/finding';
import type { StageName } from '../audit/finding';

/** How a report can be taken out of the editor. */
const EXPORT_FORMATS = ['html', 'json', 'sarif'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What the page of a report asks of the editor. Findings are named by stage and index: a page gives no paths. */
export type FromPage =
  | { type: 'openFile'; line?: number }
  | { type: 'openFinding' | 'explainFinding'; stage: StageName; index: number }
  | { type: 'openReport'; id: string }
  | { type: 'auditAgain' }
  | { type: 'export'; format: ExportFormat };

/** What the editor says to the page. */
export type ToPage = { type: 'failed'; message: string } | { type: 'done'; message: string };

/** Reads a message of the page; undefined for anything else. */
export function parseFromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, line, stage, index, id, format } = message as Record<string, unknown>;
  switch (type) {
    case 'openFile':
      return isIndex(line) ? { type, line } : line === undefined ? { type } : undefined;
    case 'openFinding':
    case 'explainFinding': {
      const name = STAGE_NAMES.find((known) => known === stage);
      return name && isIndex(index) ? { type, stage: name, index } : undefined;
    }
    case 'openReport':
      return typeof id === 'string' && id.length <= 100 ? { type, id } : undefined;
    case 'auditAgain':
      return { type };
    case 'export': {
      const known = EXPORT_FORMATS.find((one) => one === format);
      return known && { type, format: known };
    }
    default:
      return undefined;
  }
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
