import type { Finding } from '../../../audit/finding';
import type { StaticAnalyzer } from '../../../audit/stage';
import { isCancelled, throwIfCancelled } from '../../../base/errors';
import { count } from '../../../base/text';
import type { CodeFile } from '../facts/projectFacts';
import { NotReached } from './source';
import type { ResearchSource } from './source';

const MAX_BYTES = 200_000;
const AT_ONCE = 4;

/**
 * What the audit's rules say of the code. It takes so long at most; files that are left come first in the next iteration, since
 * what is known already costs nothing.
 */
export function staticSource(analyzer: Pick<StaticAnalyzer, 'analyze'>, budgetMs = 5_000): ResearchSource {
  return {
    id: 'static',
    title: 'Rules of the audit',
    needsNetwork: false,
    timeoutMs: 30_000,
    async gather({ facts }, signal) {
      if (!facts) throw new NotReached('the workspace was not read');
      const wanted = facts.code.filter(isJudged);
      const findings: Finding[] = [];
      const left: string[] = [];
      const begun = performance.now();
      const queue = wanted.values();
      const work = async (): Promise<void> => {
        for (const { path, text } of queue) {
          throwIfCancelled(signal);
          if (performance.now() - begun > budgetMs) {
            left.push(path);
            continue;
          }
          try {
            const { theater, quality } = await analyzer.analyze({ path, text }, signal);
            findings.push(...theater, ...quality);
          } catch (error) {
            if (isCancelled(error)) throw error;
            // The parser gave up on it: what was said of it before stands.
            left.push(path);
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      findings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.startLine - b.startLine));
      const withheld = left.map((path) => ({ path, why: 'was not read by the rules in time' }));
      return {
        parts: { findings, withheld: [...facts.parts.withheld, ...withheld] },
        artifacts: [],
        notes: [
          `${count(wanted.length - left.length, 'file')} read by the rules of the audit.`,
          ...(left.length > 0 ? [`${count(left.length, 'file')} left for the next iteration.`] : []),
        ],
      };
    },
  };
}

function isJudged({ role, text }: CodeFile): boolean {
  return (role === 'production' || role === 'test') && text.length <= MAX_BYTES;
}
