// npm test: installs, builds, runs every test layer and ends with the line "N passed, N failed".
import { parseArgs } from 'node:util';
import { failedCounts } from './lib/counts.mjs';
import { build, ensureDependencies } from './lib/install.mjs';
import { say } from './lib/output.mjs';
import { layers, stopLayers } from './lib/testLayers.mjs';

const USAGE = `usage: npm test -- [--only LAYER,...] [--file NAME] [--grep PATTERN]
layers: ${Object.keys(layers).join(', ')}`;

const UNSTEADY_LIMIT = 3;

function parseOptions() {
  const options = { only: { type: 'string' }, file: { type: 'string' }, grep: { type: 'string' } };
  const { values } = parseArgs({ options });
  const names = values.only?.split(',') ?? Object.keys(layers);
  const unknown = names.filter((name) => !layers[name]);
  if (unknown.length > 0) throw new Error(`no such layer: ${unknown.join(', ')}`);
  const { file, grep } = values;
  return { names: Object.keys(layers).filter((name) => names.includes(name)), chosen: { file, grep } };
}

async function runAll({ names, chosen }) {
  // Slow preparations go on while the first layers run; who needs one waits for it, and hears of its failure.
  for (const name of names) layers[name].prepare?.().catch(() => {});
  const results = [];
  for (const [name, work] of Object.entries({ install: ensureDependencies, build })) {
    try {
      await work();
    } catch (error) {
      console.log(error.message);
      results.push({ name, counts: failedCounts(name, error) });
      if (name === 'install') return results;
    }
  }
  for (const name of names) results.push(await runLayer(name, chosen));
  return results;
}

async function runLayer(name, chosen) {
  console.log(`\n== ${name}`);
  const begun = Date.now();
  const counts = await layers[name].run(chosen).catch((error) => {
    console.log(`  FAIL  ${error.message}`);
    return failedCounts(`the layer "${name}"`, error);
  });
  return { name, counts, seconds: (Date.now() - begun) / 1000 };
}

/** Tests that fail once and pass alone are told; more than a few are no accident. */
function judgeSteadiness(results) {
  const unsteady = results.reduce((sum, { counts }) => sum + counts.unsteady.length, 0);
  if (unsteady <= UNSTEADY_LIMIT) return;
  const error = new Error(`${unsteady} tests passed only when run again; at most ${UNSTEADY_LIMIT} may`);
  results.push({ name: 'steadiness', counts: failedCounts('steadiness', error) });
}

function summarize(results) {
  console.log('\n== summary');
  for (const { name, counts, seconds = 0 } of results) {
    const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : '';
    console.log(
      `  ${name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${seconds.toFixed(1)} s)`,
    );
    for (const { title, reason } of counts.skipped) console.log(`    skipped: ${title} (${reason})`);
    for (const { title, message } of counts.unsteady)
      console.log(`    passed when run again: ${title}: ${message.split('\n')[0]}`);
    for (const { title, message } of counts.failures)
      console.log(`    FAILED: ${title}: ${message.split('\n')[0]}`);
  }
  const total = (count) => results.reduce((sum, { counts }) => sum + count(counts), 0);
  const failed = total((counts) => counts.failed);
  const skipped = total((counts) => counts.skipped.length);
  console.log(
    `${total((counts) => counts.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  );
  return failed;
}

let options;
try {
  options = parseOptions();
} catch (error) {
  console.error(`${error.message}\n${USAGE}`);
  process.exit(2);
}
const results = await runAll(options);
try {
  await stopLayers(options.names);
} catch (error) {
  say(error.message);
  results.push({ name: 'stopping the engine', counts: failedCounts('stopping the engine', error) });
}
judgeSteadiness(results);
// Preparations nobody waited for, after an early failure, must not keep the process alive or print below the last line.
process.exit(summarize(results) === 0 ? 0 : 1);
