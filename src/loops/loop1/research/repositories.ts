import { oneLine } from '../../../base/text';
import type { Artifact } from '../run';
import { searchSource } from './searchWords';
import type { ResearchSource } from './source';
import { countIn, linkIn, listIn, objectIn, textIn } from './webReader';
import type { WebReader } from './webReader';

const LIMIT = 20;

/** Repositories on GitHub that have to do with the goal. Only a few words of it are sent. */
export function repositoriesSource(web: WebReader): ResearchSource {
  const about = { id: 'repositories', title: 'GitHub repositories', timeoutMs: 15_000 } as const;
  return searchSource(about, async (words, signal) => {
    const query = new URLSearchParams({ q: words.join(' '), sort: 'stars', per_page: String(LIMIT) });
    const answer = await web.json({ path: `/search/repositories?${query.toString()}`, signal });
    const items = listIn(answer, 'items', 'GitHub').slice(0, LIMIT);
    return { artifacts: items.flatMap(repositoryOf) };
  });
}

function repositoryOf(item: unknown, rank: number): Artifact[] {
  const { full_name: name, html_url: address, description, stargazers_count: stars } = objectIn(item);
  const url = linkIn(address);
  const title = oneLine(textIn(name, 200), 120);
  if (title === '' || url === undefined) return [];
  return [
    {
      ...{ kind: 'repository', title, url, stars: countIn(stars), relevance: 1 - rank / LIMIT },
      description: oneLine(textIn(description, 500), 300),
    },
  ];
}
