import type { FileFacts } from '../syntax/facts';
import type { SourceParser } from '../syntax/parser';
import type { Grammar } from '../language';
import { ignoredAt } from '../syntax/ignores';
import { generateMutants } from './generateMutants';
import type { MutatedSource } from './mutants';

const MUTANT_RULES = ['MT01', 'MT02'];

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
  if (again.errors.length > 0) return undefined;
  const functions = mutated.functions.map((one) => {
    const ignored = ignoredAt(one.startLine, MUTANT_RULES, facts);
    return Object.keys(ignored).length > 0 ? { ...one, ignored } : one;
  });
  return { ...mutated, functions };
}
