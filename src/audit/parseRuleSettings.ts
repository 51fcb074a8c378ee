import type { Level, Preset, RuleSettings } from './ruleSettings';
import { defaultRuleSettings, LEVELS, PRESETS } from './ruleSettings';

/** What was understood, and each thing that was not, in words, with the key it stands under. */
export interface ParsedRuleSettings {
  settings: RuleSettings;
  problems: string[];
}

const KEYS = ['preset', 'rules', 'overrides', 'assertFunctions', 'domainWords'];
/** Read by others from the same file. */
const OTHER_KEYS = ['$schema', 'projects'];
const MAX_ENTRIES = 500;
const MAX_TEXT = 200;

/** Reads settings that came from a file or an editor. Never throws: what can't be understood is left out and told. */
export function parseRuleSettings(value: unknown, knownRules: readonly string[]): ParsedRuleSettings {
  const problems: string[] = [];
  if (!isRecord(value))
    return { settings: defaultRuleSettings, problems: ['the settings must be an object'] };
  for (const key of Object.keys(value))
    if (!KEYS.includes(key) && !OTHER_KEYS.includes(key))
      problems.push(`"${shorten(key)}" is no setting; there are ${KEYS.join(', ')}`);
  const settings: RuleSettings = {
    preset: parsePreset(value['preset'], problems),
    rules: parseLevels('rules', value['rules'], knownRules, problems),
    overrides: parseOverrides(value['overrides'], knownRules, problems),
    assertFunctions: parseTexts('assertFunctions', value['assertFunctions'], problems),
    domainWords: parseTexts('domainWords', value['domainWords'], problems),
  };
  return { settings, problems };
}

/** Reads `TH01=off`, as on a command line; a text that says what is wrong where it can't be read. */
export function parseRuleOption(
  text: string,
  knownRules: readonly string[],
): { id: string; level: Level } | string {
  const [id = '', word = ''] = text.split('=');
  const level = LEVELS.find((name) => name === word);
  if (!isKnown(id, knownRules)) return unknownRule(id);
  return level ? { id, level } : `${id}: "${shorten(word)}" is no level; there are ${LEVELS.join(', ')}`;
}

function parsePreset(value: unknown, problems: string[]): Preset {
  const preset = PRESETS.find((name) => name === value);
  if (preset === undefined && value !== undefined)
    problems.push(`preset: ${describe(value)} is no preset; there are ${PRESETS.join(', ')}`);
  return preset ?? defaultRuleSettings.preset;
}

function parseLevels(
  key: string,
  value: unknown,
  knownRules: readonly string[],
  problems: string[],
): Record<string, Level> {
  const levels: Record<string, Level> = {};
  if (value === undefined) return levels;
  if (!isRecord(value)) {
    problems.push(`${key}: must be an object such as { "TH01": "off" }`);
    return levels;
  }
  for (const [id, word] of Object.entries(value).slice(0, MAX_ENTRIES)) {
    const level = LEVELS.find((name) => name === word);
    if (!isKnown(id, knownRules)) problems.push(`${key}: ${unknownRule(id)}`);
    else if (level) levels[id] = level;
    else problems.push(`${key}.${id}: ${describe(word)} is no level; there are ${LEVELS.join(', ')}`);
  }
  return levels;
}

function parseOverrides(
  value: unknown,
  knownRules: readonly string[],
  problems: string[],
): RuleSettings['overrides'] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push('overrides: must be a list of { "files": pattern, "rules": { ... } }');
    return [];
  }
  return value.slice(0, MAX_ENTRIES).flatMap((entry: unknown, index) => {
    const key = `overrides[${index}]`;
    const files = isRecord(entry) ? entry['files'] : undefined;
    if (!isRecord(entry) || typeof files !== 'string' || files === '' || files.length > MAX_TEXT) {
      problems.push(`${key}: needs "files", a pattern such as "scripts/**"`);
      return [];
    }
    return [{ files, rules: parseLevels(`${key}.rules`, entry['rules'], knownRules, problems) }];
  });
}

function parseTexts(key: string, value: unknown, problems: string[]): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push(`${key}: must be a list of texts`);
    return [];
  }
  return value.slice(0, MAX_ENTRIES).flatMap((entry: unknown, index) => {
    if (typeof entry === 'string' && entry.trim() !== '' && entry.length <= MAX_TEXT) return [entry.trim()];
    problems.push(`${key}[${index}]: ${describe(entry)} is not a text of 1 to ${MAX_TEXT} characters`);
    return [];
  });
}

function isKnown(id: string, knownRules: readonly string[]): boolean {
  return knownRules.includes(id) || /^(TH|TT|QC|SE)\*$/.test(id);
}

function unknownRule(id: string): string {
  return `there is no rule "${shorten(id)}"; rules are written TH01, families TH*`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return shorten(JSON.stringify(value) ?? 'undefined');
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
