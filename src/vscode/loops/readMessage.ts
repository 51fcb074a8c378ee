import { CATEGORIES } from '../../loops/loop1/scenario';
import { EXPORT_FORMATS } from '../../protocol';
import type { FromLoop1Page, Loop1Request, OwnCardText } from '../../protocol';

const MAX_TEXT = 4000;
const MAX_DAYS = 3650;
const DECISIONS = ['accepted', 'dismissed', 'confirmed'] as const;

/** Reads a message of the page; undefined for anything else. */
export function readLoop1Message(message: unknown): FromLoop1Page | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const given = message as Record<string, unknown>;
  if (given['type'] === 'ready') return { type: 'ready' };
  const { id } = given;
  const request = readRequest(given);
  return request && isWhole(id) ? { id, ...request } : undefined;
}

function readRequest(given: Record<string, unknown>): Loop1Request | undefined {
  const { type, text, scenarioId, index } = given;
  switch (type) {
    case 'start':
    case 'newRun':
    case 'resume':
    case 'pause':
    case 'cancel':
    case 'allowNetwork':
    case 'forbidNetwork':
      return { type };
    case 'addConstraint':
      return isText(text) ? { type, text } : undefined;
    case 'addCard': {
      const card = readCard(given['card']);
      return card && { type, card };
    }
    case 'decide':
      return readDecision(given);
    case 'undecide':
    case 'preview':
    case 'apply':
    case 'takeBack':
    case 'runCommand':
    case 'copyTask':
      return isText(scenarioId) ? { type, scenarioId } : undefined;
    case 'openEvidence':
      return isText(scenarioId) && isWhole(index) ? { type, scenarioId, index } : undefined;
    case 'openArtifact':
    case 'openPlan':
      return isWhole(index) ? { type, index } : undefined;
    case 'export': {
      const format = EXPORT_FORMATS.find((one) => one === given['format']);
      return format && { type, format };
    }
    default:
      return undefined;
  }
}

function readDecision({ scenarioId, kind, reason, days }: Record<string, unknown>): Loop1Request | undefined {
  const known = DECISIONS.find((one) => one === kind);
  if (!known || !isText(scenarioId) || !isText(reason) || !isWhole(days) || days > MAX_DAYS) return undefined;
  return { type: 'decide', scenarioId, kind: known, reason, days };
}

function readCard(value: unknown): OwnCardText | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { title, category, likelihood, impact, prevention, earlyWarning, place } = value as Record<
    string,
    unknown
  >;
  const known = CATEGORIES.find((one) => one === category);
  if (!known || !isText(title) || !isText(prevention) || !isText(earlyWarning) || !isText(place))
    return undefined;
  if (!isPart(likelihood) || !isPart(impact)) return undefined;
  return { title, category: known, likelihood, impact, prevention, earlyWarning, place };
}

export function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isPart(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}
