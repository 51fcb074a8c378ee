import { durationWords } from '../../src/base/texts';
import type { Loop1View } from '../../src/loops/loop1/view';
import { artifactWords, sourceStatusWords } from '../../src/loops/words';
import type { Loop1PageView } from '../../src/protocol';
import { element, made } from './host';
import { table } from './deployPlan';
import { askAndSay } from './loopAsk';
import { around, button, day, figure, refill } from './loopParts';
import { plural, t } from './texts';

/** What research found, and what it could not reach. */
export function showResearch(view: Loop1PageView, run: Loop1View): void {
  const mayChange = view.isTrusted && !view.isPast && !view.isElsewhere;
  refill('network', [run.networkAllowed, mayChange], () => networkOf(run.networkAllowed, mayChange));
  refill('sources', run.sources, () => sourcesOf(run));
  element('artifactsTitle').textContent = t('What it found ({0})', run.artifacts.length);
  refill('artifacts', run.artifacts, () => artifactsOf(run));
}

function networkOf(isAllowed: boolean, mayChange: boolean): HTMLElement[] {
  const text = isAllowed
    ? t('The network was asked: names and versions of dependencies, and some words of the goal, were sent.')
    : t('The network was not asked: advisories, repositories and papers are left out.');
  const line = made('p', text, 'quiet');
  if (!mayChange) return [line];
  const act = isAllowed
    ? button(t('Turn Off'), 'network', () => void askAndSay({ type: 'forbidNetwork' }))
    : button(t('Allow Network Sources'), 'network', () => void askAndSay({ type: 'allowNetwork' }));
  return [around('div', 'actions', line, act)];
}

function sourcesOf({ sources }: Loop1View): HTMLElement[] {
  if (sources.length === 0) return [made('p', t('Nothing has been asked yet.'), 'quiet')];
  const rows = sources.map(({ title, status, why, attempts, durationMs, notes }) => {
    const head = made('th', title);
    head.setAttribute('scope', 'row');
    const how = made('td');
    how.append(made('span', sourceStatusWords(status), `source-${status.replaceAll(' ', '-')}`));
    const took =
      attempts > 1
        ? t('{0}, asked {1} times', durationWords(durationMs), attempts)
        : durationWords(durationMs);
    const words = [why, ...notes].filter(Boolean).join('. ');
    return around('tr', '', head, how, made('td', words), made('td', took));
  });
  return [table(t('Sources'), [t('Source'), t('How it went'), t('What it says'), t('Took')], rows)];
}

function artifactsOf({ artifacts }: Loop1View): HTMLElement[] {
  if (artifacts.length === 0) return [made('p', t('Nothing yet.'), 'quiet')];
  const rows = artifacts.map((artifact, index) => {
    const { kind, title, description, relevance, stars, authors = [], year, citations } = artifact;
    const facts = [
      stars === undefined ? '' : plural(stars, '{0} star', '{0} stars'),
      authors.length > 3 ? t('{0} and others', authors.slice(0, 3).join(', ')) : authors.join(', '),
      year === undefined ? '' : String(year),
      citations === undefined ? '' : plural(citations, '{0} citation', '{0} citations'),
    ].filter(Boolean);
    const canOpen = artifact.place !== undefined || artifact.url !== undefined;
    const name = canOpen
      ? button(title, `artifact ${index}`, () => void askAndSay({ type: 'openArtifact', index }), 'link')
      : made('span', title);
    if (artifact.url !== undefined) name.title = artifact.url;
    const what = around(
      'div',
      'what',
      name,
      made('p', [description, ...facts].filter(Boolean).join(' · '), 'quiet'),
    );
    const bar = made('span', '', 'bar');
    bar.style.width = `${Math.round(relevance * 100)}%`;
    const weight = around('span', 'track', bar);
    weight.setAttribute('role', 'img');
    weight.setAttribute('aria-label', t('relevance {0} %', Math.round(relevance * 100)));
    return around('li', '', made('span', artifactWords(kind), 'kind'), what, weight);
  });
  const list = around('ul', 'artifacts', ...rows);
  list.setAttribute('role', 'list');
  return [list];
}

/** How the run got here. */
export function showIterations(run: Loop1View): void {
  refill('iterations', run.curve, () => iterationsOf(run));
  refill('change', [run.diff, run.gone.map(({ title }) => title)], () => changeOf(run));
  refill('said', [run.constraints, run.injections], () => saidOf(run));
  refill('notes', [run.notes, run.notLooked], () => [
    ...titled(t('Notes of the pre-mortem'), run.notes),
    ...titled(
      t('Not looked for'),
      run.notLooked.map(({ probe, why }) => `${probe}: ${why}`),
    ),
  ]);
}

function iterationsOf({ curve }: Loop1View): HTMLElement[] {
  if (curve.length === 0) return [made('p', t('No iteration has ended yet.'), 'quiet')];
  const rows = [...curve].reverse().map(({ iteration, now, planned }) => {
    const head = made('th', String(iteration));
    head.setAttribute('scope', 'row');
    const before = curve.find((each) => each.iteration === iteration - 1);
    const change = before ? now - before.now : 0;
    const words =
      before === undefined
        ? ''
        : change === 0
          ? t('no change')
          : `${change > 0 ? '+' : '−'}${figure(Math.abs(change))}`;
    return around(
      'tr',
      '',
      ...[head, made('td', `${figure(now)} %`), made('td', words), made('td', `${figure(planned)} %`)],
    );
  });
  return [
    table(t('Iterations, the newest first'), [t('Iteration'), t('Now'), t('Change'), t('Planned')], rows),
  ];
}

function changeOf({ diff }: Loop1View): HTMLElement[] {
  if (!diff) return [];
  const { since, gone, fresh } = diff;
  const head = made('h2', t('Since iteration {0}: {1} gone, {2} new', since, gone.length, fresh.length));
  const list = (name: string, sign: string, titles: readonly string[]): HTMLElement[] =>
    titles.length === 0
      ? []
      : [around('ul', `diff ${name}`, ...titles.map((title) => made('li', `${sign} ${title}`)))];
  return [head, ...list('gone', '−', gone), ...list('new', '+', fresh)];
}

function saidOf({ injections }: Loop1View): HTMLElement[] {
  const rows = [...injections].reverse().map(({ kind, text, during, at }) => {
    const head = made('th', kind === 'card' ? t('card') : t('constraint'));
    head.setAttribute('scope', 'row');
    return around('tr', '', head, made('td', text), made('td', during), made('td', day(at)));
  });
  if (rows.length === 0) return [];
  return [
    made('h2', t('Put in by you')),
    table(t('Put in by you'), [t('What'), t('Text'), t('During'), t('When')], rows),
  ];
}

function titled(title: string, texts: readonly string[]): HTMLElement[] {
  if (texts.length === 0) return [];
  return [made('h2', title), around('ul', '', ...texts.map((text) => made('li', text)))];
}
