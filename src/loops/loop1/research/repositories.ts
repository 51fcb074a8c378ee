import { oneLine } from '../../../base/text';
import type { Artifact } from '../run';
import { searchWords } from './searchWords';
import type { ResearchSource } from './source';
import { countIn, linkIn, listIn, objectIn, textIn } from './webReader';
import type { WebReader } from './webReader';

const LIMIT = 20;

/** Repositories on GitHub that have to do with the goal. Only a few words of it are sent. */
export function repositoriesSource(web: WebReader): ResearchSource {
  return {
    id: 'repositories',
    title: 'GitHub repositories',
    needsNetwork: true,
    timeoutMs: 15_000,
    async gather(context, signal) {
      const words = searchWords(context);
      if (words.length === 0)
        return { parts: {}, artifacts: [], notes: ['There is no goal to search by: start with --goal.'] };
      const query = new URLSearchParams({ q: words.join(' '), sort: 'stars', per_page: String(LIMIT) });
      const answer = await web.json({ path: `/search/repositories?${query.toString()}`, signal });
      const items = listIn(answer, 'items', 'GitHub').slice(0, LIMIT);
      const artifacts = items.flatMap((item, rank): Artifact[] => {
        const { full_name: name, html_url: address, description, stargazers_count: stars } = objectIn(item);
        const url = linkIn(address);
        const title = oneLine(textIn(name, 200), 120);
        return title === '' || url === undefined
          ? []
          : [
              {
                ...{ kind: 'repository', title, url, stars: countIn(stars), relevance: 1 - rank / LIMIT },
                description: oneLine(textIn(description, 500), 300),
              },
            ];
      });
      return { parts: {}, artifacts, notes: [`Found ${artifacts.length} for "${words.join(' ')}".`] };
    },
  };
}
