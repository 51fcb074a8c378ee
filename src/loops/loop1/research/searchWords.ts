import { wordsOf } from '../../../base/words';
import type { ResearchContext } from './source';

const COMMON = new Set(
  'that this with from have will they them then than into your what when which would should could about there their where while after before make makes build write need needs want wants user users data code file files test tests todo using used also only each every more most some such very just like'.split(
    ' ',
  ),
);
const MAX_WORDS = 6;

/** A few words to search by: of the goal, otherwise of the open tasks and the names of direct dependencies. */
export function searchWords({ goal, constraints, facts }: ResearchContext): string[] {
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
