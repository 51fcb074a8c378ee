import { failedCounts, sumCounts } from './counts.mjs';
import { isStopping } from './shutdown.mjs';

/**
 * @typedef {{counts: import('./counts.mjs').Counts, output: string}} BatchResult
 * @typedef {(files: string[], place: number) => Promise<BatchResult>} RunBatch runs test files in a process
 */

/**
 * Runs batches of test files in several places at once, each batch printed when it has ended. A batch with failures
 * is run once more when all others are over: what passes then is counted as passed and told as unsteady.
 * @param {string[][]} batches in the order in which they begin
 * @param {{places: number, run: RunBatch}} options places: how many run at once
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function runPool(batches, { places, run }) {
  const waiting = [...batches];
  const done = [];
  const work = async (place) => {
    for (let files = waiting.shift(); files; files = waiting.shift()) {
      const counts = await runPrinted(files, place, run);
      done.push({ files, counts });
    }
  };
  await Promise.all(Array.from({ length: places }, (_, place) => work(place)));
  const settled = [];
  for (const { files, counts } of done)
    settled.push(counts.failed === 0 ? counts : await againAlone(files, counts, run));
  return sumCounts(settled);
}

async function runPrinted(files, place, run) {
  try {
    if (isStopping()) throw new Error('the tests were stopped');
    const begun = Date.now();
    const { counts, output } = await run(files, place);
    process.stdout.write(`${output}  ${nameOf(files)}: ${Math.round((Date.now() - begun) / 1000)} s\n`);
    return counts;
  } catch (error) {
    console.log(`  FAIL  ${nameOf(files)}\n${error.message}`);
    return failedCounts(nameOf(files), error);
  }
}

const nameOf = (files) => (files.length > 1 ? `${files[0]} and ${files.length - 1} more` : files[0]);

async function againAlone(files, first, run) {
  console.log(`\n  once more, alone: ${nameOf(files)}`);
  const second = await runPrinted(files, 0, run);
  return second.failed === 0
    ? { ...second, unsteady: first.failures }
    : { ...first, failures: [...first.failures, ...second.failures.map(markedSecond)] };
}

const markedSecond = ({ title, message }) => ({ title: `${title} (once more, alone)`, message });
