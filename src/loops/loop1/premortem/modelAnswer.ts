import { oneLine } from '../../../base/text';
import type { Category, Story } from '../scenario';

/** What a model has said, in the shape that was asked for. */
export interface AnsweredScenario extends Story {
  /** From 0 to 1. */
  likelihood: number;
  impact: number;
  evidence: readonly { file: string; line: number; quote: string }[];
}

/** Longer ones are not read, in characters. */
export const MAX_ANSWER = 200_000;
const MAX_SCENARIOS = 20;
const MAX_EVIDENCE = 5;
const CATEGORIES: Readonly<Record<Category, true>> = {
  ...{ security: true, 'data loss': true, dependencies: true, 'build and deploy': true, operations: true },
  ...{ testing: true, performance: true, people: true, schedule: true },
};

/** The scenarios of an answer that are as they were asked for, and what is wrong with the others. */
export function readAnswer(text: string): { scenarios: AnsweredScenario[]; mistakes: string[] } {
  const whole = jsonIn(text);
  const list = isObject(whole) ? whole['scenarios'] : undefined;
  if (!Array.isArray(list))
    return { scenarios: [], mistakes: ['there is no JSON object with a list "scenarios"'] };
  const scenarios: AnsweredScenario[] = [];
  const mistakes: string[] = [];
  for (const [index, item] of (list as unknown[]).slice(0, MAX_SCENARIOS).entries()) {
    const reader = new ItemReader(`scenarios[${index}]`, item);
    const read = reader.scenario();
    if (reader.mistakes.length === 0) scenarios.push(read);
    else mistakes.push(...reader.mistakes);
  }
  return { scenarios, mistakes };
}

/** The first object in a text that has others around it, as answers have. */
function jsonIn(text: string): unknown {
  if (text.length > MAX_ANSWER) return undefined;
  const [start, end] = [text.indexOf('{'), text.lastIndexOf('}')];
  try {
    return JSON.parse(text.slice(start, end + 1)) as unknown;
  } catch {
    return undefined;
  }
}

class ItemReader {
  readonly mistakes: string[] = [];
  private readonly item: Record<string, unknown>;

  constructor(
    private readonly place: string,
    item: unknown,
  ) {
    this.item = isObject(item) ? item : {};
    if (!isObject(item)) this.mistakes.push(`${place} is no object`);
  }

  scenario(): AnsweredScenario {
    return {
      category: this.category(),
      title: this.text('title', 200, true).replace(/\.$/, ''),
      trigger: this.text('trigger', 300),
      chain: this.list('chain', 8).map((link) =>
        typeof link === 'string' ? oneLine(link, 200) : this.wrong('chain'),
      ),
      hurts: this.text('hurts', 200),
      prevention: this.text('prevention', 400, true),
      earlyWarning: this.text('earlyWarning', 300),
      verify: this.text('verify', 300),
      likelihood: this.share('likelihood'),
      impact: this.share('impact'),
      evidence: this.list('evidence', MAX_EVIDENCE).map((cited) => this.cited(cited)),
    };
  }

  private category(): Category {
    const { category } = this.item;
    if (typeof category === 'string' && Object.hasOwn(CATEGORIES, category)) return category as Category;
    this.wrong('category');
    return 'operations';
  }

  private text(key: string, length: number, isNeeded = false): string {
    const value = this.item[key] ?? '';
    if (typeof value !== 'string' || (isNeeded && value.trim().length < 8)) return this.wrong(key);
    return oneLine(value, length);
  }

  private share(key: string): number {
    const value = this.item[key];
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
    this.wrong(key);
    return 0;
  }

  private list(key: string, length: number): unknown[] {
    const value = this.item[key] ?? [];
    if (Array.isArray(value)) return (value as unknown[]).slice(0, length);
    this.wrong(key);
    return [];
  }

  private cited(value: unknown): { file: string; line: number; quote: string } {
    const { file, line, quote } = isObject(value) ? value : {};
    if (typeof file === 'string' && typeof line === 'number' && typeof quote === 'string')
      return { file: file.replace(/^\.\//, ''), line, quote: quote.slice(0, 1000) };
    this.wrong('evidence');
    return { file: '', line: 0, quote: '' };
  }

  private wrong(key: string): string {
    this.mistakes.push(`${this.place}.${key} is missing, or not as it was asked for`);
    return '';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
