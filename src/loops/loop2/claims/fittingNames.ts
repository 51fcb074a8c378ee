import { wordsOf } from '../../../base/words';
import type { ClaimContext, Place } from './claimContext';
import { isDocument } from './conventions';

const PASSED_OVER = new Set(
  (
    'a an and or the of for to in on with by from as at into via per is are be that this it its all any each so when if not no new ' +
    'add create implement write build set up setup make define introduce wire expose register update extend handle support use ' +
    'using return export import generate ensure enable connect integrate call render show keep task user users story test tests unit integration ' +
    'function class method module file code feature logic basic simple proper full correct page component service endpoint api app data ' +
    'get put post delete patch handler model manager helper util utils index main run'
  ).split(' '),
);
const MAX_FITTING = 4;

/** Definitions whose names are made of at least two words of a text, the closest first. */
export async function fittingPlaces(context: ClaimContext, text: string): Promise<Place[]> {
  const wanted = tellingWords(text);
  if (wanted.size < 2) return [];
  const scored: { name: string; hits: number; rest: number }[] = [];
  for (const name of (await context.names()).keys()) {
    const words = [...new Set(wordsOf(name).map(stem))];
    const telling = words.filter((word) => !PASSED_OVER.has(word));
    const hits = telling.filter((word) => wanted.has(word)).length;
    if (hits >= 2) scored.push({ name, hits, rest: telling.length - hits });
  }
  scored.sort((a, b) => b.hits - a.hits || a.rest - b.rest);
  const [best] = scored;
  return scored
    .filter(({ hits, rest }) => hits === best?.hits && rest <= 1)
    .slice(0, MAX_FITTING)
    .flatMap(({ name }) => context.places(name))
    .filter(({ file }) => !context.isTest(file));
}

/** Files that are no documents, whose path has one of the words of a text and whose content another, the closest first. */
export function fittingFiles({ workspace: { texts } }: ClaimContext, text: string): string[] {
  const wanted = tellingWords(text);
  const scored: { file: string; hits: number }[] = [];
  for (const [file, content] of wanted.size < 2 ? [] : texts) {
    if (isDocument(file)) continue;
    const inPath = new Set(
      wordsOf(file)
        .map(stem)
        .filter((word) => wanted.has(word)),
    );
    if (inPath.size === 0) continue;
    const lower = content.toLowerCase();
    const inText = [...wanted].filter((word) => !inPath.has(word) && new RegExp(`\\b${word}`).test(lower));
    if (inPath.size + inText.length >= 2) scored.push({ file, hits: 2 * inPath.size + inText.length });
  }
  scored.sort((a, b) => b.hits - a.hits);
  return scored
    .filter(({ hits }) => hits === scored[0]?.hits)
    .slice(0, MAX_FITTING)
    .map(({ file }) => file);
}

function tellingWords(text: string): Set<string> {
  return new Set(
    text
      .split(/[^A-Za-z0-9]+/)
      .flatMap(wordsOf)
      .filter((word) => !PASSED_OVER.has(word))
      .map(stem),
  );
}

function stem(word: string): string {
  const short = word.replace(/(?:ations?|ings?|ers?|ed|es|s|e)$/, '');
  return short.length >= 3 ? short : word;
}
