import { wordsOf } from '../../../base/words';
import type { Artifact } from '../run';
import type { Gathered, ResearchContext, ResearchSource } from './source';

const COMMON = new Set(
  'that this with from have will they them then than into your what when which would should could about there their where while after before make makes build write need needs want wants user users data code file files test tests todo using used also only each every more most some such very just like'.split(
    ' ',
  ),
);
const MAX_WORDS = 6;

/** A few words to search by: of the goal, otherwise of the open tasks and the names of direct dependencies. */
function searchWords({ goal, constraints, facts }: ResearchContext): string[] {
  const tasks = goal.tasks.filter(({ isDone }) => !isDone).map(({ text }) => text);
  const texts = [goal.text, ...constraints, ...tasks.slice(0, 5)].join(' ');
  const words = wordsOf(texts.slice(0, 2000)).filter((word) => word.length > 3 && !COMMON.has(word));
  const names = (facts?.packages ?? []).flatMap(({ dependencies }) =>
    dependencies
      .filter(({ isForDevelopment }) => !isForDevelopment)
      .map(({ name }) => name.replace(/^@[^/]+\//, '')),
  );
  return [...new Set([...words, ...(words.length >= 2 ? [] : names)])].slice(0, MAX_WORDS);
}

/** What a search by words found, and what could not be asked. */
interface Found {
  artifacts: readonly Artifact[];
  notes?: readonly string[];
}

/** A source on the network that is asked with a few words of the goal, which is all that is sent. */
export function searchSource(
  about: Pick<ResearchSource, 'id' | 'title' | 'timeoutMs'>,
  search: (words: readonly string[], signal: AbortSignal) => Promise<Found>,
): ResearchSource {
  return {
    ...about,
    needsNetwork: true,
    async gather(context, signal): Promise<Gathered> {
      const words = searchWords(context);
      if (words.length === 0)
        return { parts: {}, artifacts: [], notes: ['There is no goal to search by: start with --goal.'] };
      const { artifacts, notes = [] } = await search(words, signal);
      const found = `Found ${artifacts.length} for "${words.join(' ')}".`;
      return { parts: {}, artifacts, notes: [found, ...notes] };
    },
  };
}
