import { duration } from '../../src/base/text';
import type { Loop1View } from '../../src/loops/loop1/view';
import type { Loop1PageView } from '../../src/protocol';
import { element, made } from './host';
import { table } from './deployPlan';
import { askAndSay } from './loopAsk';
import { around, button, day, figure, refill } from './loopParts';

/** What research found, and what it could not reach. */
export function showResearch(view: Loop1PageView, run: Loop1View): void {
  const mayChange = view.isTrusted && !view.isPast && !view.isElsewhere;
  refill('network', [run.networkAllowed, mayChange], () => networkOf(run.networkAllowed, mayChange));
  refill('sources', run.sources, () => sourcesOf(run));
  element('artifactsTitle').textContent = `What it found (${run.artifacts.length})`;
  refill('artifacts', run.artifacts, () => artifactsOf(run));
}

function networkOf(isAllowed: boolean, mayChange: boolean): HTMLElement[] {
  const text = isAllowed
    ? 'The network was asked: names and versions of dependencies, and some words of the goal, were sent.'
    : 'The network was not asked: advisories, repositories and papers are left out.';
  const line = made('p', text, 'quiet');
  if (!mayChange) return [line];
  const act = isAllowed
    ? button('Turn Off', 'network', () => void askAndSay({ type: 'forbidNetwork' }))
    : button('Allow Network Sources', 'network', () => void askAndSay({ type: 'allowNetwork' }));
  return [around('div', 'actions', line, act)];
}

function sourcesOf({ sources }: Loop1View): HTMLElement[] {
  if (sources.length === 0) return [made('p', 'Nothing has been asked yet.', 'quiet')];
  const rows = sources.map(({ title, status, why, attempts, durationMs, notes }) => {
    const head = made('th', title);
    head.setAttribute('scope', 'row');
    const how = made('td');
    how.append(made('span', status, `source-${status.replaceAll(' ', '-')}`));
    const tries = attempts > 1 ? `, asked ${attempts} times` : '';
    const words = [why, ...notes].filter(Boolean).join('. ');
    return around('tr', '', head, how, made('td', words), made('td', `${duration(durationMs)}${tries}`));
  });
  return [table('Sources', ['Source', 'How it went', 'What it says', 'Took'], rows)];
}

function artifactsOf({ artifacts }: Loop1View): HTMLElement[] {
  if (artifacts.length === 0) return [made('p', 'Nothing yet.', 'quiet')];
  const rows = artifacts.map((artifact, index) => {
    const { kind, title, description, relevance, stars, authors = [], year, citations } = artifact;
    const facts = [
      stars === undefined ? '' : `${stars.toLocaleString('en-US')} stars`,
      authors.slice(0, 3).join(', ') + (authors.length > 3 ? ' and others' : ''),
      year === undefined ? '' : String(year),
      citations === undefined ? '' : `${citations.toLocaleString('en-US')} citations`,
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
    weight.setAttribute('aria-label', `relevance ${Math.round(relevance * 100)} %`);
    return around('li', '', made('span', kind, 'kind'), what, weight);
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
    ...titled('Notes of the pre-mortem', run.notes),
    ...titled(
      'Not looked for',
      run.notLooked.map(({ probe, why }) => `${probe}: ${why}`),
    ),
  ]);
}

function iterationsOf({ curve }: Loop1View): HTMLElement[] {
  if (curve.length === 0) return [made('p', 'No iteration has ended yet.', 'quiet')];
  const rows = [...curve].reverse().map(({ iteration, now, planned }) => {
    const head = made('th', String(iteration));
    head.setAttribute('scope', 'row');
    const before = curve.find((each) => each.iteration === iteration - 1);
    const change = before ? now - before.now : 0;
    const words =
      before === undefined
        ? ''
        : change === 0
          ? 'no change'
          : `${change > 0 ? '+' : '−'}${figure(Math.abs(change))}`;
    return around(
      'tr',
      '',
      ...[head, made('td', `${figure(now)} %`), made('td', words), made('td', `${figure(planned)} %`)],
    );
  });
  return [table('Iterations, the newest first', ['Iteration', 'Now', 'Change', 'Planned'], rows)];
}

function changeOf({ diff }: Loop1View): HTMLElement[] {
  if (!diff) return [];
  const { since, gone, fresh } = diff;
  const head = made('h2', `Since iteration ${since}: ${gone.length} gone, ${fresh.length} new`);
  const list = (name: string, sign: string, titles: readonly string[]): HTMLElement[] =>
    titles.length === 0
      ? []
      : [
          around(
            'ul',
            `diff ${name.toLowerCase()}`,
            ...titles.map((title) => made('li', `${sign} ${title}`)),
          ),
        ];
  return [head, ...list('Gone', '−', gone), ...list('New', '+', fresh)];
}

function saidOf({ injections }: Loop1View): HTMLElement[] {
  const rows = [...injections].reverse().map(({ kind, text, during, at }) => {
    const head = made('th', kind);
    head.setAttribute('scope', 'row');
    return around('tr', '', head, made('td', text), made('td', during), made('td', day(at)));
  });
  if (rows.length === 0) return [];
  return [made('h2', 'Put in by you'), table('Put in by you', ['What', 'Text', 'During', 'When'], rows)];
}

function titled(title: string, texts: readonly string[]): HTMLElement[] {
  if (texts.length === 0) return [];
  return [made('h2', title), around('ul', '', ...texts.map((text) => made('li', text)))];
}
