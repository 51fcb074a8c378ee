import type { FileFacts } from '../syntax/facts';
import type { SourceParser } from '../syntax/parser';
import type { Grammar } from '../language';
import { generateMutants } from './generateMutants';
import type { MutatedSource } from './mutants';

/** The mutants of a file, built into it; undefined for a file that can't be read as a whole, before or after. */
export async function mutateSource(
  parser: SourceParser,
  facts: FileFacts,
  grammar: Grammar,
  switchName: string,
): Promise<MutatedSource | undefined> {
  if (facts.tree.errors.length > 0 || facts.tree.text.includes(switchName)) return undefined;
  const mutated = generateMutants(facts, switchName);
  const again = await parser.parse(mutated.text, grammar);
  return again.errors.length > 0 ? undefined : mutated;
}
