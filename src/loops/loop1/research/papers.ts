import { isCancelled, messageOf } from '../../../base/errors';
import { oneLine } from '../../../base/text';
import type { Artifact } from '../run';
import { searchSource } from './searchWords';
import { NotReached } from './source';
import type { ResearchSource } from './source';
import { countIn, linkIn, listIn, objectIn, textIn } from './webReader';
import type { WebReader } from './webReader';

const LIMIT = 10;
const MAX_AUTHORS = 10;

/** Papers that have to do with the goal, from OpenAlex and arXiv. One of the two is enough. Only a few words are sent. */
export function papersSource(openAlex: WebReader, arxiv: WebReader): ResearchSource {
  const about = { id: 'papers', title: 'Papers (OpenAlex, arXiv)', timeoutMs: 20_000 } as const;
  return searchSource(about, async (words, signal) => {
    const asked = await Promise.allSettled([
      fromOpenAlex(openAlex, words, signal),
      fromArxiv(arxiv, words, signal),
    ]);
    const failed = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    if (failed.some(isCancelled) || failed.length === asked.length) throw failed[0];
    const found = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    // The same paper is often in both, without and with a number of citations.
    const artifacts = found.filter(
      ({ title }, index) => found.findIndex((other) => plain(other.title) === plain(title)) === index,
    );
    return { artifacts, notes: failed.map((error) => `Not reached: ${messageOf(error)}.`) };
  });
}

async function fromOpenAlex(
  web: WebReader,
  words: readonly string[],
  signal: AbortSignal,
): Promise<Artifact[]> {
  const query = new URLSearchParams({ search: words.join(' '), 'per-page': String(LIMIT) });
  const answer = await web.json({ path: `/works?${query.toString()}`, signal });
  return listIn(answer, 'results', 'OpenAlex')
    .slice(0, LIMIT)
    .flatMap((work, rank): Artifact[] => {
      const {
        display_name: name,
        id,
        doi,
        publication_year: year,
        cited_by_count: citations,
        authorships,
      } = objectIn(work);
      const url = linkIn(doi) ?? linkIn(id);
      const title = oneLine(textIn(name, 400), 300);
      if (title === '' || url === undefined) return [];
      const authors = (Array.isArray(authorships) ? (authorships as unknown[]) : [])
        .slice(0, MAX_AUTHORS)
        .map((each) => oneLine(textIn(objectIn(objectIn(each)['author'])['display_name'], 100), 100));
      return [
        {
          ...{ kind: 'paper', title, url, authors, year: countIn(year), citations: countIn(citations) },
          ...{ relevance: 1 - rank / LIMIT, description: '' },
        },
      ];
    });
}

/** arXiv answers in Atom. Of each entry a few elements without inner ones are taken; whatever else is in it is left. */
async function fromArxiv(web: WebReader, words: readonly string[], signal: AbortSignal): Promise<Artifact[]> {
  const wanted = words.map((word) => `all:${word}`).join(' AND ');
  const query = new URLSearchParams({ search_query: wanted, max_results: String(LIMIT) });
  const text = await web.text({ path: `/api/query?${query.toString()}`, signal });
  if (!/<feed\b/.test(text)) throw new NotReached('arXiv answered something else than was expected');
  return text
    .split(/<entry\b[^>]*>/)
    .slice(1, LIMIT + 1)
    .flatMap((entry, rank): Artifact[] => {
      const url = linkIn(elements(entry, 'id')[0]);
      const title = oneLine((elements(entry, 'title')[0] ?? '').replace(/\s+/g, ' '), 300);
      if (title === '' || url === undefined) return [];
      return [
        {
          ...{ kind: 'paper', title, url, relevance: 1 - rank / LIMIT },
          authors: elements(entry, 'name').slice(0, MAX_AUTHORS),
          year: countIn(Number((elements(entry, 'published')[0] ?? '').slice(0, 4))),
          description: oneLine((elements(entry, 'summary')[0] ?? '').replace(/\s+/g, ' '), 300),
        },
      ];
    });
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]{1,5000})</${name}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(amp|lt|gt|quot|apos);/g, (_whole, entity: string) => ENTITIES[entity] ?? '').trim(),
  );
}

function plain(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ');
}
