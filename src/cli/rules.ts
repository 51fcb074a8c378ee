import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseRuleOption, parseRuleSettings } from '../audit/parseRuleSettings';
import { RULE_IDS } from '../audit/ruleIds';
import type { RuleSettings } from '../audit/ruleSettings';
import { messageOf } from '../base/errors';
import { UsageError } from './usage';

/** What the command line says of the rules. */
export interface RuleOptions {
  preset: string | undefined;
  /** Such as `TH01=off`. */
  levels: readonly string[];
  config: string | undefined;
}

const CONFIG_FILE = 'seaworthy.json';
const MAX_CONFIG_BYTES = 100_000;

/** The settings of the project's file, with what the command line says on top. Throws `UsageError` for any mistake. */
export function ruleSettingsFor(workspace: string, options: RuleOptions): RuleSettings {
  const file = path.resolve(options.config ?? path.join(workspace, CONFIG_FILE));
  const read = readConfig(file, options.config !== undefined);
  const given = options.preset === undefined ? read : { ...(read as object), preset: options.preset };
  const { settings, problems } = parseRuleSettings(given, RULE_IDS);
  const [problem] = problems;
  if (problem !== undefined) {
    const from = options.preset !== undefined && problem.startsWith('preset:') ? '--preset' : file;
    throw new UsageError(`${from}: ${from === '--preset' ? problem.replace('preset: ', '') : problem}`);
  }
  const rules = { ...settings.rules };
  for (const text of options.levels) {
    const option = parseRuleOption(text, RULE_IDS);
    if (typeof option === 'string') throw new UsageError(`--rule ${option}`);
    rules[option.id] = option.level;
  }
  return { ...settings, rules };
}

function readConfig(file: string, isWanted: boolean): unknown {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat && !isWanted) return {};
  if (!stat?.isFile()) throw new UsageError(`${file}: there is no such file`);
  if (stat.size > MAX_CONFIG_BYTES) throw new UsageError(`${file}: larger than ${MAX_CONFIG_BYTES} bytes`);
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
}
