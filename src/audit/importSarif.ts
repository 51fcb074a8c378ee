import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../base/errors';
import { relativeInside } from '../base/paths';
import { count, oneLine, plainText } from '../base/text';
import { t } from '../base/texts';
import type { OtherFinding, Severity } from './finding';

/** A log above this is refused: it is read whole. */
export const MAX_SARIF_BYTES = 50_000_000;
const MAX_RESULTS = 20_000;
const MAX_BASES = 8;
const LEVELS: Record<string, Severity> = { error: 'error', warning: 'warning', note: 'info', none: 'hint' };

/** What a log of another tool says of a project, and what of it could not be taken, in words. */
export interface ImportedSarif {
  findings: OtherFinding[];
  problems: string[];
}

type Json = Record<string, unknown>;

/** Reads SARIF 2.1.0 of any tool. `workspace` is absolute. Throws a `UserError` for what is no SARIF. */
export function importSarif(text: string, workspace: string): ImportedSarif {
  const log = parse(text);
  const findings: OtherFinding[] = [];
  const left = { outside: 0, placeless: 0, over: 0 };
  for (const run of list(log['runs']).map(record)) {
    const reader = new RunReader(run, workspace);
    for (const result of list(run['results']).map(record)) {
      if (isSetAside(result)) continue;
      if (findings.length >= MAX_RESULTS) left.over += 1;
      else {
        const finding = reader.read(result);
        if (typeof finding === 'string') left[finding] += 1;
        else findings.push(finding);
      }
    }
  }
  const problems: string[] = [];
  const say = (number: number, why: string): void => {
    if (number > 0) problems.push(`${count(number, 'result')} left out: ${why}`);
  };
  say(left.outside, 'outside of this project');
  say(left.placeless, 'no file and line');
  say(left.over, `more than ${MAX_RESULTS}`);
  return { findings, problems };
}

function parse(text: string): Json {
  const step = t('Give a SARIF 2.1.0 file');
  let log: Json;
  try {
    log = record(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    throw new UserError(t('The file is not valid JSON'), step);
  }
  const { version } = log;
  if (typeof version !== 'string' || !Array.isArray(log['runs']))
    throw new UserError(t('The file is not SARIF: it has no "version" and "runs"'), step);
  if (!version.startsWith('2.1.'))
    throw new UserError(t('The file is SARIF {0}, and only 2.1.0 is read', oneLine(version, 20)), step);
  return log;
}

/** What the tool itself does not hold against the code: suppressed, gone since the last run, or no failure at all. */
function isSetAside(result: Json): boolean {
  const suppressed = list(result['suppressions']).some((one) => record(one)['status'] !== 'rejected');
  return suppressed || result['baselineState'] === 'absent' || (result['kind'] ?? 'fail') !== 'fail';
}

class RunReader {
  private readonly tool: string;
  private readonly rules: Json[];
  private readonly rulesById: Map<unknown, Json>;
  private readonly artifacts: Json[];
  private readonly bases: Json;

  constructor(
    run: Json,
    private readonly workspace: string,
  ) {
    const driver = record(record(run['tool'])['driver']);
    this.tool = oneLine(textOf(driver['name']) || 'another tool', 60);
    this.rules = list(driver['rules']).map(record);
    this.rulesById = new Map(this.rules.map((rule) => [rule['id'], rule]));
    this.artifacts = list(run['artifacts']).map(record);
    this.bases = record(run['originalUriBaseIds']);
  }

  read(result: Json): OtherFinding | 'outside' | 'placeless' {
    const place = record(record(list(result['locations'])[0])['physicalLocation']);
    const region = record(place['region']);
    const startLine = lineOf(region['startLine']);
    const file = this.fileOf(record(place['artifactLocation']));
    if (file === undefined || startLine === undefined) return 'placeless';
    if (file === false) return 'outside';
    const { ruleIndex } = result;
    const ruleId = textOf(result['ruleId']) || textOf(record(result['rule'])['id']);
    const rule =
      this.rulesById.get(ruleId) ?? (typeof ruleIndex === 'number' ? this.rules[ruleIndex] : undefined) ?? {};
    const level = textOf(result['level']) || textOf(record(rule['defaultConfiguration'])['level']);
    return {
      tool: this.tool,
      ruleId: oneLine(ruleId || textOf(rule['id']), 100),
      severity: LEVELS[level] ?? 'warning',
      message: this.messageOf(record(result['message']), rule),
      file,
      startLine,
      endLine: Math.max(lineOf(region['endLine']) ?? startLine, startLine),
    };
  }

  private messageOf(message: Json, rule: Json): string {
    const id = textOf(message['id']);
    const template =
      textOf(message['text']) || textOf(record(record(rule['messageStrings'])[id])['text']) || 'no message';
    const values = list(message['arguments']);
    const filled = template.replace(/\{(\d{1,3})\}/g, (whole, index: string) => {
      const value = values[Number(index)];
      return typeof value === 'string' ? value : whole;
    });
    return plainText(filled.slice(0, 600)).trim().slice(0, 500);
  }

  /** Undefined where no file is named, false where it is none of the project. */
  private fileOf(location: Json): string | false | undefined {
    const { index } = location;
    const named =
      location['uri'] === undefined && typeof index === 'number'
        ? record(this.artifacts[index]?.['location'])
        : location;
    if (typeof named['uri'] !== 'string') return undefined;
    const uri = this.resolve(named['uri'], named['uriBaseId']);
    try {
      if (!/^[a-z][a-z0-9+.-]+:/i.test(uri)) return this.inside(decodeURIComponent(uri));
      return uri.startsWith('file:') && this.inside(fileURLToPath(uri));
    } catch {
      return false;
    }
  }

  private resolve(uri: string, baseId: unknown): string {
    let resolved = uri;
    let id = baseId;
    for (let step = 0; step < MAX_BASES && typeof id === 'string'; step++) {
      const base = record(Object.hasOwn(this.bases, id) ? this.bases[id] : undefined);
      const { uri: baseUri } = base;
      if (typeof baseUri === 'string' && baseUri !== '')
        resolved = `${baseUri.replace(/\/?$/, '/')}${resolved}`;
      id = base['uriBaseId'];
    }
    return resolved;
  }

  private inside(file: string): string | false {
    if (file.includes('\0')) return false;
    return relativeInside(this.workspace, path.resolve(this.workspace, file)) ?? false;
  }
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function lineOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
    ? Math.min(value, 1e8)
    : undefined;
}
