import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { takeOver } from './channel';
import { MODULE_SOURCES, ROOT_VARIABLE } from './environment';
import { describeThrown, placeIn } from './errorPlace';
import type { NewerModuleApi } from './nodeApi';
import type { LoadRecord } from './records';

const [report = '', target = ''] = process.argv.splice(2);
const root = process.env[ROOT_VARIABLE] ?? '';
/** How many modules are checked one by one for a syntax error that names no place. */
const MAX_CHECKED = 6;

const { channel } = takeOver();
let settled = false;

function settle(record: Omit<LoadRecord, 'type'>): void {
  if (settled) return;
  settled = true;
  channel.write(report, { type: 'load', ...record });
  if (record.status === 'loaded' || record.status === 'exited') writeFileSync(`${report}.ok`, '');
}

function fail(error: unknown): void {
  const description = describeThrown(error, root, target);
  const isSyntax = description.name === 'SyntaxError' && description.line === undefined;
  settle({ status: 'failed', ...description, ...(isSyntax ? syntaxPlace(error) : {}) });
}

/** The compiler of TypeScript and JSX says where; Node keeps the place of a module's syntax error to itself until it prints it. */
function syntaxPlace(error: unknown): { file?: string; line?: number; message?: string } {
  const { message, loc } = error as { message?: unknown; loc?: { line?: unknown } };
  const compiled =
    typeof message === 'string'
      ? /^Error transforming ([^\n]+?): (.*?)(?: \(\d+:\d+\))?$/.exec(message)
      : null;
  if (compiled?.[1] && typeof loc?.line === 'number') {
    return { file: compiled[1], line: loc.line, message: compiled[2] ?? '' };
  }
  const sources =
    (globalThis as { [MODULE_SOURCES]?: Map<string, string> })[MODULE_SOURCES] ?? new Map<string, string>();
  for (const [path, source] of [...sources].slice(0, MAX_CHECKED)) {
    const copy = `${report}.mjs`;
    writeFileSync(copy, source);
    const checked = spawnSync(process.execPath, ['--check', copy], {
      encoding: 'utf8',
      env: {},
      timeout: 5000,
    });
    const place = checked.status === 0 ? {} : placeIn(checked.stderr, dirname(copy), copy);
    if (place.line !== undefined) return { file: path, line: place.line };
  }
  return {};
}

async function main(): Promise<void> {
  if (!(nodeModule as NewerModuleApi).registerHooks) {
    settle({
      status: 'unsupported',
      message: `Node ${process.version} has no module hooks; Node 22.15 or newer is needed`,
    });
    process.exit(0);
  }
  process.on('beforeExit', () => settle({ status: 'stuck' }));
  process.on('exit', (exitCode) => {
    settle({ status: 'exited', exitCode });
  });
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit(1);
  });
  try {
    await import(pathToFileURL(target).href);
    // A turn of the event loop, so that what the file started and what failed at once is seen too.
    await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    fail(error);
    process.exit(1);
  }
  settle({ status: 'loaded' });
  process.exit(0);
}

void main();
