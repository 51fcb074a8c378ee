import { count, oneLine } from '../../../base/text';
import type { AdvisoryFact } from '../facts/sourceFacts';
import { lockedPackages } from './lockedPackages';
import type { LockedPackage } from './lockedPackages';
import { NotReached } from './source';
import type { ResearchSource } from './source';
import { listIn, objectIn, textIn } from './webReader';
import type { WebReader } from './webReader';

/** What the service takes at a time. */
const BATCH = 1000;
/** So many are described; each costs a question. */
const MAX_DESCRIBED = 30;
const ID = /^[A-Z][A-Za-z0-9_-]{3,60}$/;

/** Known weaknesses of what the lockfiles name, from OSV. Only names and versions of packages are sent. */
export function advisoriesSource(web: WebReader): ResearchSource {
  return {
    id: 'advisories',
    title: 'Advisories (OSV)',
    needsNetwork: true,
    timeoutMs: 20_000,
    async gather({ facts }, signal) {
      if (!facts) throw new NotReached('the workspace was not read');
      const packages = lockedPackages(facts);
      const found: AdvisoryFact[] = [];
      for (let at = 0; at < packages.length; at += BATCH)
        found.push(...(await askBatch(web, packages.slice(at, at + BATCH), signal)));
      const ids = [...new Set(found.map(({ id }) => id))].slice(0, MAX_DESCRIBED);
      const summaries = new Map<string, string>();
      for (const id of ids) summaries.set(id, await summaryOf(web, id, signal));
      const advisories = found.map((each) => ({ ...each, summary: summaries.get(each.id) ?? '' }));
      return {
        parts: { advisories },
        notes: [`${count(packages.length, 'package')} asked about.`],
        artifacts: advisories
          .slice(0, 100)
          .map(({ id, package: name, version, summary, url, file, line }) => ({
            ...{
              kind: 'advisory',
              title: `${id}: ${name} ${version}`,
              description: summary,
              relevance: 1,
              url,
            },
            place: { file, line },
          })),
      };
    },
  };
}

async function askBatch(
  web: WebReader,
  packages: readonly LockedPackage[],
  signal: AbortSignal,
): Promise<AdvisoryFact[]> {
  const queries = packages.map(({ ecosystem, name, version }) => ({ package: { ecosystem, name }, version }));
  const answer = await web.json({ path: '/v1/querybatch', body: { queries }, signal });
  const results = listIn(answer, 'results', 'OSV');
  // Answers come in the order of the questions; another number of them can't be told apart.
  if (results.length !== packages.length) throw new NotReached('OSV answered another number of questions');
  return packages.flatMap(({ name, version, file, line }, index) => {
    const { vulns } = objectIn(results[index]);
    const ids = (Array.isArray(vulns) ? (vulns as unknown[]) : []).map((each) =>
      textIn(objectIn(each)['id'], 64),
    );
    return ids
      .filter((id) => ID.test(id))
      .map((id) => ({
        id,
        package: name,
        version,
        file,
        line,
        summary: '',
        url: `https://osv.dev/vulnerability/${id}`,
      }));
  });
}

/** Empty where it can't be had: the id and the link say enough. */
async function summaryOf(web: WebReader, id: string, signal: AbortSignal): Promise<string> {
  try {
    const { summary, details } = objectIn(await web.json({ path: `/v1/vulns/${id}`, signal }));
    return oneLine(textIn(summary, 300) || textIn(details, 300), 200);
  } catch (error) {
    if (error instanceof NotReached) return '';
    throw error;
  }
}
