import { matchesGlob } from '../base/glob';
import type { Severity } from './finding';

export const PRESETS = ['nasa', 'strict', 'standard', 'lenient'] as const;
export type Preset = (typeof PRESETS)[number];

export const LEVELS = ['off', 'hint', 'info', 'warning', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** How rules are weighed. Plain JSON: it goes to the worker with each file. */
export interface RuleSettings {
  preset: Preset;
  /** Levels by rule id, or by family such as `TT*`; the exact id wins. */
  rules: Readonly<Record<string, Level>>;
  /** Levels for files of a pattern; of several that fit, the last one wins. */
  overrides: readonly { files: string; rules: Readonly<Record<string, Level>> }[];
  /** Patterns of functions that assert, such as `check*` or `harness.verify`. */
  assertFunctions: readonly string[];
  /** Words of the project's field, such as `simulation`, that admit nothing in a comment or a name. */
  domainWords: readonly string[];
}

export const defaultRuleSettings: RuleSettings = {
  preset: 'standard',
  rules: {},
  overrides: [],
  assertFunctions: [],
  domainWords: [],
};

/** What a rule gives by itself, before any setting. */
export interface RuleNature {
  id: string;
  severity: Severity;
  confidence: 'high' | 'medium' | 'low';
  isOffByDefault?: true;
}

const LIMITS = ['QC01', 'QC06', 'QC07'];
const METRICS = ['QC02', 'QC03', 'QC04', 'QC05', 'QC08'];

/** The level a preset gives to a rule. */
function presetLevel(preset: Preset, rule: RuleNature): Level {
  const isTheater = /^T[HT]/.test(rule.id);
  if (rule.isOffByDefault && (preset === 'standard' || preset === 'lenient')) return 'off';
  switch (preset) {
    case 'nasa':
      if (LIMITS.includes(rule.id)) return 'error';
      return METRICS.includes(rule.id) || isTheater ? raised(rule.severity) : rule.severity;
    case 'strict':
      return isTheater ? raised(rule.severity) : rule.severity;
    case 'lenient':
      return rule.severity === 'warning' && rule.confidence !== 'high' ? 'info' : rule.severity;
    case 'standard':
      return rule.severity;
  }
}

function raised(severity: Severity): Level {
  return severity === 'info' || severity === 'hint' ? 'warning' : severity;
}

/**
 * The severity of one observation of a rule in a file, undefined where it is off. An observation that the rule itself
 * holds for less, or that stands in doubt, stays as far below the level that is set.
 */
export function severityOf(
  rule: RuleNature,
  observed: Severity,
  file: string,
  settings: RuleSettings,
): Severity | undefined {
  const level = setLevel(rule.id, file, settings) ?? presetLevel(settings.preset, rule);
  if (level === 'off') return undefined;
  const below = Math.max(0, LEVELS.indexOf(rule.severity) - LEVELS.indexOf(observed));
  const above = Math.max(0, LEVELS.indexOf(observed) - LEVELS.indexOf(rule.severity));
  const rank = Math.min(Math.max(LEVELS.indexOf(level) - below + above, 1), LEVELS.length - 1);
  return LEVELS[rank] as Severity;
}

function setLevel(id: string, file: string, settings: RuleSettings): Level | undefined {
  let level = levelIn(settings.rules, id);
  for (const override of settings.overrides)
    if (matchesGlob(override.files, file)) level = levelIn(override.rules, id) ?? level;
  return level;
}

function levelIn(rules: Readonly<Record<string, Level>>, id: string): Level | undefined {
  return rules[id] ?? rules[`${id.slice(0, 2)}*`];
}
