import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Finding } from '../src/audit/finding';
import { failsStage } from '../src/audit/finding';
import type { AnalysisInput } from '../src/audit/stage';
import { languageOf } from '../src/audit/language';
import { analyzeSource } from '../src/audit/syntax/analyzeSource';
import { SourceParser } from '../src/audit/syntax/parser';
import { RULES } from '../src/audit/syntax/registry';
import { DigestCache } from '../src/audit/workspace/digestCache';
import { WorkspaceIndex } from '../src/audit/workspace/workspaceIndex';
import { readSpecimens } from './specimens';
import type { Specimen } from './specimens';

/*
 * npm run eval [-- --verbose]: how often the rules are right. Precision and recall per family over labelled specimens, in
 * the set the rules are developed with and in one they were not; then warnings per 1,000 lines of well-kept code.
 */

const FAMILIES = ['TH', 'TT', 'QC', 'SE'];
const LIMIT_PER_KLOC = 0.05;
/** Well-kept packages that this repository installs anyway; the folder that holds their written source. */
const PACKAGES = ['eslint/lib', 'mocha/lib', 'ajv/lib', 'semver', 'dockerode/lib', 'protobufjs/src'];
const MAX_BYTES = 1_000_000;
const MAX_CACHE = 64_000_000;
/** Rules that look at more than one file, and point something out without failing a stage: how often is shown as well. */
const SHOWN = ['QC09', 'QC11', 'QC12'];

const root = path.join(__dirname, '..');
const verbose = process.argv.includes('--verbose');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Score {
  found: number;
  missed: number;
  wrong: number;
}

async function findingsOf(parser: SourceParser, file: AnalysisInput): Promise<Finding[]> {
  const { theater, quality } = await analyzeSource(parser, file);
  return [...theater, ...quality];
}

/** People and rules differ on whether the head of a function or the line in it is the place. */
const TOLERANCE = 5;

function covers(finding: Finding, line: number): boolean {
  return (
    finding.startLine - TOLERANCE <= line && line <= Math.max(finding.endLine, finding.startLine + TOLERANCE)
  );
}

/** A label is found when a failing finding of its family covers its line; a failing finding without a label is wrong. */
function scoreOne(specimen: Specimen, findings: readonly Finding[], scores: Map<string, Score>): void {
  const failing = findings.filter(failsStage);
  for (const { line, family, weak } of specimen.labels) {
    const hit = (weak ? findings : failing).some(
      (finding) => finding.ruleId.startsWith(family) && covers(finding, line),
    );
    const score = scores.get(family);
    if (score) score[hit ? 'found' : 'missed'] += 1;
    if (!hit && verbose) {
      const weaker = findings.filter((finding) => covers(finding, line)).map(({ ruleId }) => ruleId);
      const shown = specimen.text.split('\n')[line - 1]?.trim() ?? '';
      print(
        `  missed  ${family}  ${specimen.path}:${line}  ${shown}${weaker.length > 0 ? `  (${weaker.join()})` : ''}`,
      );
    }
  }
  for (const finding of failing) {
    const family = finding.ruleId.slice(0, 2);
    const expected = specimen.labels.some((label) => label.family === family && covers(finding, label.line));
    const score = scores.get(family);
    if (expected || !score) continue;
    score.wrong += 1;
    if (verbose)
      print(`  wrong   ${finding.ruleId}  ${specimen.path}:${finding.startLine}  ${finding.message}`);
  }
}

const ratio = (part: number, whole: number): string => (whole === 0 ? '   -' : (part / whole).toFixed(2));

async function evaluateSet(parser: SourceParser, name: string): Promise<void> {
  const specimens = readSpecimens(path.join(root, 'eval', name));
  const scores = new Map<string, Score>(
    FAMILIES.map((family) => [family, { found: 0, missed: 0, wrong: 0 }]),
  );
  for (const specimen of specimens) scoreOne(specimen, await findingsOf(parser, specimen), scores);
  print(`${name} set: ${specimens.length} specimens`);
  for (const [family, { found, missed, wrong }] of scores) {
    const rates = `precision ${ratio(found, found + wrong)}  recall ${ratio(found, found + missed)}`;
    print(`  ${family}  ${rates}  (${found} found, ${missed} missed, ${wrong} wrong)`);
  }
}

function* sourceFiles(folder: string): Generator<string> {
  const names = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name));
  for (const entry of names) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!/^(node_modules|site-packages|dist-packages|__pycache__)$/.test(entry.name))
        yield* sourceFiles(full);
    } else if (entry.isFile() && languageOf(entry.name) && fs.statSync(full).size <= MAX_BYTES) {
      yield full;
    }
  }
}

/** Files of a folder as those of one workspace, each with what the others say of it. */
async function* inWorkspace(
  parser: SourceParser,
  folder: string,
): AsyncGenerator<{ file: string; input: AnalysisInput }> {
  const files = [...sourceFiles(folder)].map((file) => ({
    file,
    path: path.relative(folder, file).split(path.sep).join('/'),
  }));
  const cache = new DigestCache(MAX_CACHE);
  const index = new WorkspaceIndex(folder, {
    parser: async () => parser,
    cache,
    onReading: () => undefined,
  });
  await index.setFiles([...files.map((one) => one.path), 'package.json']);
  await index.read(Infinity);
  for (const { file, path: relative } of files) {
    const input = { path: relative, text: fs.readFileSync(file, 'utf8') };
    const workspace = await index.view({ ...input, assertFunctions: [] });
    yield { file, input: { ...input, ...(workspace ? { workspace } : {}) } };
  }
}

async function baseRate(parser: SourceParser, name: string, folders: readonly string[]): Promise<boolean> {
  const counts = new Map<string, number>();
  let lines = 0;
  for (const folder of folders) {
    for await (const { file, input } of inWorkspace(parser, folder)) {
      lines += input.text.split('\n').length;
      const found = await findingsOf(parser, input);
      for (const finding of found.filter((one) => failsStage(one) || SHOWN.includes(one.ruleId))) {
        counts.set(finding.ruleId, (counts.get(finding.ruleId) ?? 0) + 1);
        if (verbose) print(`  ${finding.ruleId}  ${file}:${finding.startLine}  ${finding.message}`);
      }
    }
  }
  const perThousand = (count: number): number => count / (lines / 1000);
  const tierA = RULES.filter((rule) => rule.confidence === 'high' && rule.severity === 'warning');
  const total = tierA.reduce((sum, rule) => sum + (counts.get(rule.id) ?? 0), 0);
  print(`${name}: ${lines} lines`);
  for (const [id, count] of [...counts].sort()) {
    const tier = tierA.some((rule) => rule.id === id) ? 'A' : ' ';
    print(
      `  ${id} ${tier}  ${String(count).padStart(4)} ${SHOWN.includes(id) ? 'findings' : 'warnings'}  ${perThousand(count).toFixed(4)} per 1,000 lines`,
    );
  }
  const holds = perThousand(total) < LIMIT_PER_KLOC;
  print(
    `  tier A together: ${perThousand(total).toFixed(4)} per 1,000 lines, limit ${LIMIT_PER_KLOC}: ${holds ? 'holds' : 'EXCEEDED'}`,
  );
  return holds;
}

/** The standard library beside the Python that is installed; undefined where there is none. */
function standardLibrary(): string | undefined {
  const folders = fs.existsSync('/usr/lib') ? fs.readdirSync('/usr/lib') : [];
  const newest = folders
    .filter((name) => /^python3\.\d+$/.test(name))
    .sort()
    .at(-1);
  return newest === undefined ? undefined : path.join('/usr/lib', newest);
}

async function main(): Promise<void> {
  const parser = await SourceParser.load(path.join(root, 'dist'));
  await evaluateSet(parser, 'development');
  await evaluateSet(parser, 'heldout');
  await evaluateSet(parser, 'hard');
  await evaluateSet(parser, 'typical');
  const packages = PACKAGES.map((name) => path.join(root, 'node_modules', name));
  const rates = [await baseRate(parser, `packages ${PACKAGES.join(', ')}`, packages)];
  const library = standardLibrary();
  if (library === undefined)
    print('no Python standard library is installed here, so its rate was not measured');
  else rates.push(await baseRate(parser, `Python standard library ${library}`, [library]));
  if (rates.includes(false)) process.exitCode = 1;
}

void main();
