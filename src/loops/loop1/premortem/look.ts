import type { CodeFile, ProjectFacts } from '../facts/projectFacts';
import { asList, asRecord, asText } from '../facts/composeFile';
import type { ComposeFile, WrittenService } from '../facts/composeFile';
import type { Observation } from './probe';

/** A call as it is written. */
interface WrittenCall {
  /** Of its name. */
  index: number;
  name: string;
  /** What is between its parentheses, without comments. */
  args: string;
  /** The same without what stands in strings. */
  bareArgs: string;
  /** Behind the closing parenthesis. */
  end: number;
}

const MAX_ARGUMENTS = 4000;

/**
 * The calls of a file whose name a pattern fits. `names` is the source of a regular expression for what stands right before the
 * parenthesis; nothing that belongs to the name may stand before it.
 */
export function* callsIn(file: CodeFile, names: string): Generator<WrittenCall> {
  for (const { index, 0: found } of file.bare.matchAll(new RegExp(`(?<![\\w$.])(?:${names})\\s*\\(`, 'g'))) {
    const start = index + found.length;
    const end = closing(file.bare, start);
    yield {
      index,
      name: found.slice(0, -1).trim(),
      args: file.plain.slice(start, end),
      bareArgs: file.bare.slice(start, end),
      end: end + 1,
    };
  }
}

/** Where the bracket that is open at `from` closes. */
export function closing(bare: string, from: number): number {
  const last = Math.min(bare.length, from + MAX_ARGUMENTS);
  for (let at = from, depth = 1; at < last; at++) {
    const character = bare[at];
    if (character === '(' || character === '[' || character === '{') depth += 1;
    else if (character === ')' || character === ']' || character === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return last;
}

/** The line of a position, as evidence. */
export function seenAt(file: CodeFile, index: number): Observation {
  const line = file.lineAt(index);
  return { file: file.path, line, shows: file.lineText(line) };
}

/** A service of a Compose file that people start as it is. */
export interface PlacedService {
  file: ComposeFile;
  service: WrittenService;
}

const BASE_NAME = /(^|\/)(docker-)?compose\.ya?ml$/i;
const LIVE_NAME = /(^|\/)(docker-)?compose[.-](prod|production|live|staging|deploy)[\w.-]*\.ya?ml$/i;
const JOB_NAME = /(^|[-_])(migrat\w*|init|seed\w*|setup|backup\w*|cron|job|test\w*)([-_]|$)/i;

/** Every service of every Compose file but those for development and tests. */
export function* services(facts: ProjectFacts): Generator<PlacedService> {
  for (const file of facts.composeFiles)
    if (BASE_NAME.test(file.path) || LIVE_NAME.test(file.path))
      for (const service of file.services) if (!isForDevelopment(service)) yield { file, service };
}

/**
 * The services of which it can be said that they lack something: no file of the same folder adds to them, and they don't
 * build on what is written elsewhere.
 */
export function* servicesWithout(facts: ProjectFacts, ...keys: string[]): Generator<PlacedService> {
  const has = ({ value }: WrittenService): boolean => keys.some((key) => value[key] !== undefined);
  for (const { file, service } of services(facts)) {
    if (!BASE_NAME.test(file.path) || has(service) || service.value['extends'] !== undefined) continue;
    const folder = folderOf(file.path);
    const isAddedTo = facts.composeFiles.some(
      (other) =>
        other !== file &&
        folderOf(other.path) === folder &&
        other.services.some((same) => same.name === service.name && has(same)),
    );
    if (!isAddedTo) yield { file, service };
  }
}

/** Whether a service does its work once and ends. */
export function isJob({ file, service }: PlacedService): boolean {
  const isAwaited = file.services.some(
    ({ value }) =>
      asRecord(asRecord(value['depends_on'])[service.name])['condition'] === 'service_completed_successfully',
  );
  return isAwaited || JOB_NAME.test(service.name) || asText(service.value['restart']) === 'no';
}

function isForDevelopment({ value }: WrittenService): boolean {
  const profiles = asList(value['profiles']).map(asText);
  return profiles.length > 0 && profiles.every((profile) => /dev|debug|test|tool|local/i.test(profile));
}

/** The image of a service, defaults of variables filled in; empty for one that is built. */
export function imageOf({ value }: WrittenService): string {
  return asText(value['image']).replace(/\$\{[A-Za-z_]\w*:?-([^}]*)\}/g, '$1');
}

/** The Dockerfile a service is built from, relative to the workspace; undefined for one that is not built here. */
export function dockerfileOf({ file, service }: PlacedService): string | undefined {
  const { build } = service.value;
  const context = typeof build === 'string' ? build : asText(asRecord(build)['context']);
  if (build === undefined || /^[a-z]+:\/\//.test(context)) return undefined;
  const name = asText(asRecord(build)['dockerfile']) || 'Dockerfile';
  const parts: string[] = [];
  for (const part of `${folderOf(file.path)}${context}/${name}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Where a service is written, as evidence. */
export function serviceSeen(
  { file, service }: PlacedService,
  shows: string,
  ...path: (string | number)[]
): Observation {
  const line = path.length > 0 ? service.lineOf(...path) : service.line;
  return { file: file.path, line, shows, part: service.name };
}

/** The folder of a file with a slash at its end; empty for the workspace itself. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The arguments of a call, each without the space around it. */
export function argumentsOf({ bareArgs, args }: Pick<WrittenCall, 'bareArgs' | 'args'>): string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = 0, depth = 0; at <= bareArgs.length; at++) {
    const character = bareArgs[at];
    if (character === '(' || character === '[' || character === '{') depth += 1;
    else if (character === ')' || character === ']' || character === '}') depth -= 1;
    else if (character === undefined || (character === ',' && depth === 0)) {
      found.push(args.slice(start, at).trim());
      start = at + 1;
    }
  }
  return found.filter((argument) => argument !== '');
}
