import { advisoriesSource } from './advisories';
import { papersSource } from './papers';
import { repositoriesSource } from './repositories';
import type { ResearchSource } from './source';
import { WebReader } from './webReader';

/** The sources that need the network, with the addresses of their services. */
export function networkSources(): ResearchSource[] {
  return [
    advisoriesSource(new WebReader('https://api.osv.dev')),
    repositoriesSource(new WebReader('https://api.github.com')),
    papersSource(new WebReader('https://api.openalex.org'), new WebReader('https://export.arxiv.org')),
  ];
}
