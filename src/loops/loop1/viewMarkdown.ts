import { plainText } from '../../base/text';
import type { Artifact, SourceOutcome } from './run';
import type { CardView, Loop1View } from './view';

/** A run as Markdown, for people and for whatever reads Markdown. Text of the workspace and the network is made plain. */
export function viewMarkdown(view: Loop1View): string {
  const { rate, goal, iteration, maxIterations, status, reason } = view;
  const facts = [
    `- State: ${status}${reason === '' ? '' : `. ${safe(reason)}`}`,
    `- Failure rate: ${rate.now} % now, ${rate.planned} % planned, target ${rate.target} %`,
    `- Iteration ${iteration} of at most ${maxIterations}`,
  ];
  return [
    '# Loop 1: how will it fail?',
    ...(goal.text === '' ? [] : [`Goal: ${safe(goal.text)}`]),
    facts.join('\n'),
    ...curve(view),
    ...view.columns.flatMap(({ priority, share, cards }) =>
      cards.length === 0
        ? []
        : [`## ${priority} (${cards.length}, ${share} points)`, ...cards.map((card) => cardText(card))],
    ),
    ...section(
      'Accepted or dismissed',
      view.settled.map((card) => cardText(card)),
    ),
    ...section('Gone since the last iteration', [list(view.gone.map(({ title }) => safe(title)))]),
    ...section('Constraints', [list(view.constraints.map(safe))]),
    ...section('Where it looked', [list(view.sources.map(sourceText))]),
    ...section('What research found', [list(view.artifacts.map(artifactText))]),
    ...section('Not looked for', [
      list(view.notLooked.map(({ probe, why }) => `${safe(probe)}: ${safe(why)}`)),
    ]),
    ...section('Notes', [list(view.notes.map(safe))]),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

function curve({ curve: points, diff }: Loop1View): string[] {
  if (points.length === 0) return [];
  const rows = points.map(({ iteration, now, planned }) => `| ${iteration} | ${now} % | ${planned} % |`);
  const change = diff
    ? [`Since iteration ${diff.since}: ${diff.gone.length} gone, ${diff.fresh.length} new.`]
    : [];
  return [['| Iteration | Now | Planned |', '| --- | --- | --- |', ...rows].join('\n'), ...change];
}

function cardText(card: CardView): string {
  const { title, state, share, likelihood, impact, category } = card;
  const weight = state === 'open' ? `${share} points` : state;
  const places = card.evidence.map(
    ({ file, line, shows }) => `  - ${code(`${file}:${line}`)} ${safe(shows)}`,
  );
  const more = card.evidenceCount - card.evidence.length;
  const facts: [string, string][] = [
    ['Weighs', `${weight} (likelihood ${likelihood}, impact ${impact}), ${category}`],
    ...cardFacts(card),
  ];
  const lines = facts.map(([name, text]) => `- ${name}: ${safe(text)}`);
  const evidence = places.length > 0 ? ['- Evidence:', ...places] : [];
  const rest = more > 0 ? [`  - and ${more} more`] : [];
  return [`### ${safe(title)}`, '', ...lines, ...evidence, ...rest].join('\n');
}

/** What a card says besides its weight and its evidence, by name; without what it has nothing to say of. */
export function cardFacts(card: CardView): [string, string][] {
  const { decision, sources, source } = card;
  const facts: [string, string][] = [
    ['Trigger', card.trigger],
    ['Chain', card.chain.join(' → ')],
    ['Hurts', card.hurts],
    ['Prevention', card.prevention],
    ['Early warning', card.earlyWarning],
    ['Verify', card.verify],
    ['Remedy', remedyText(card)],
    [
      'Decision',
      decision ? `${decision.kind} by ${decision.by}: ${decision.reason}${until(decision.expiresAt)}` : '',
    ],
    ['Note', card.note ?? ''],
    ['Source', (sources.length > 0 ? sources : [source]).join(', ')],
  ];
  return facts.filter(([, text]) => text !== '');
}

function remedyText({ remedy }: CardView): string {
  if (!remedy) return '';
  switch (remedy.kind) {
    case 'edit':
      return `${remedy.title} (an edit of ${remedy.files.join(', ')})`;
    case 'command':
      return `${remedy.title}: ${remedy.command} in ${remedy.folder}`;
    case 'task':
      return `a task. Done when: ${remedy.acceptance}`;
  }
}

function until(expiresAt: string | null): string {
  return expiresAt === null ? '' : `, until ${expiresAt.slice(0, 10)}`;
}

function sourceText({ title, status, why }: Omit<SourceOutcome, 'artifacts'>): string {
  return `${safe(title)}: ${status}${why === '' ? '' : ` (${safe(why)})`}`;
}

function artifactText({ kind, title, description, url, place }: Artifact): string {
  const where = place
    ? ` ${code(`${place.file}:${place.line}`)}`
    : url === undefined
      ? ''
      : ` <${encodeURI(url)}>`;
  return `${kind}: ${safe(title)}${description === '' ? '' : `. ${safe(description)}`}${where}`;
}

function section(title: string, parts: readonly string[]): string[] {
  const filled = parts.filter(Boolean);
  return filled.length === 0 ? [] : [`## ${title}`, ...filled];
}

function list(texts: readonly string[]): string {
  return texts.map((text) => `- ${text}`).join('\n');
}

/** One line, in which nothing is markup. */
function safe(text: string): string {
  return plainText(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>#|~!&]/g, '\\$&');
}

function code(text: string): string {
  return `\`${plainText(text).replace(/[`\n]/g, "'")}\``;
}
