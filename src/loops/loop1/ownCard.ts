import { randomUUID } from 'node:crypto';
import { priorityOf } from './failureRate';
import type { Category, Evidence, Scenario } from './scenario';

/** What a person says of a way to fail; only the title is needed. */
export interface CardText {
  title: string;
  category: Category;
  likelihood: number;
  impact: number;
  prevention: string;
  earlyWarning: string;
  evidence: readonly Evidence[];
}

/** As likely as not, and bad: who writes a card means it. */
const UNTOLD = 0.5;

/** A card that a person wrote. It weighs at once: the person is its evidence. */
export function ownCard(text: Partial<CardText> & { title: string }, iteration: number): Scenario {
  const likelihood = clamped(text.likelihood);
  const impact = clamped(text.impact);
  const evidence = text.evidence ?? [];
  return {
    id: `own:${randomUUID()}`,
    category: text.category ?? 'operations',
    title: text.title,
    ...{ trigger: '', chain: [], hurts: '', verify: '' },
    prevention: text.prevention ?? '',
    earlyWarning: text.earlyWarning ?? '',
    ...{ likelihood, impact, priority: priorityOf(likelihood, impact), state: 'open' },
    ...{ source: 'you', sources: ['you'], evidence, evidenceCount: evidence.length, since: iteration },
  };
}

function clamped(value = UNTOLD): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : UNTOLD;
}
