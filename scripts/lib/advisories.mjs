import { bundledPackages } from './bundle.mjs';
import { NotRun } from './counts.mjs';
import { captureNpm } from './install.mjs';

const LIMIT_MS = 60_000;

/**
 * Asks the registry whether a weakness is known of a package that is in the build.
 * @returns {Promise<string>} how many packages were asked about
 * @throws {NotRun} when the registry does not answer such questions
 * @throws {Error} with the packages, and how bad it is, where there is one
 */
export async function checkAdvisories() {
  const { output, timedOut } = await captureNpm(['audit', '--json'], LIMIT_MS);
  return summaryOf(timedOut ? '' : output, bundledPackages());
}

/** What the answer of `npm audit --json` means for these packages; as {@link checkAdvisories}. */
export function summaryOf(output, bundled) {
  const { vulnerabilities, message } = parsed(output);
  if (!vulnerabilities)
    throw new NotRun(`npm audit got no answer: ${(message ?? 'it took too long').slice(0, 200)}`);
  const weak = Object.values(vulnerabilities).filter(({ name }) => bundled.includes(name));
  if (weak.length > 0)
    throw new Error(weak.map(({ name, severity, range }) => `${name} ${range}: ${severity}`).join('\n'));
  return `${bundled.length} packages`;
}

/** npm may write lines before it, such as warnings of its settings. */

function parsed(output) {
  const json = output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1);
  try {
    return JSON.parse(json);
  } catch {
    return { message: output.trim() || undefined };
  }
}
