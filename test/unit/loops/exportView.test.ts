import assert from 'node:assert/strict';
import { currentScenarios } from '../../../src/loops/loop1/current';
import { ownCard } from '../../../src/loops/loop1/ownCard';
import type { Loop1Run } from '../../../src/loops/loop1/run';
import { viewOf } from '../../../src/loops/loop1/view';
import { viewHtml } from '../../../src/loops/loop1/viewHtml';
import { viewMarkdown } from '../../../src/loops/loop1/viewMarkdown';
import { loop1Run } from '../../support/loopRun';

const HOSTILE = '<img src=x onerror=alert(1)> [click](command:evil) `code` **bold**\n# Not a title';
const NOW = new Date('2026-11-25T00:00:00.000Z');

/** A run with two cards of a person, one of them accepted, and a source that was not reached. */
function run(title: string): Loop1Run {
  const evidence = [{ file: 'src/a`b.js', line: 3, shows: title }];
  const open = ownCard({ title, likelihood: 0.8, impact: 0.9, prevention: 'Do it well', evidence }, 1);
  const accepted = ownCard({ title: 'Known and small', likelihood: 0.2, impact: 0.1 }, 1);
  const history = [70, 61.2].map((now, index) => ({
    ...{ iteration: index + 1, now, planned: 8, finishedAt: NOW.toISOString() },
    scenarios: [open].map((one) => ({ ...one, title })),
  }));
  const source = { id: 'git' as const, title: 'Git history', status: 'not reached' as const, why: 'no git' };
  return loop1Run({
    status: 'waiting for you',
    nextStep: null,
    goal: { text: title, files: [], tasks: [] },
    research: {
      sources: [{ ...source, attempts: 1, durationMs: 5, notes: [], artifacts: [] }],
      ...{ advisories: null, completedAt: NOW.toISOString() },
    },
    ownCards: [open, accepted],
    premortem: { scenarios: [], notLooked: [], notes: [], completedAt: NOW.toISOString() },
    decisions: [
      {
        ...{ scenarioId: accepted.id, kind: 'accepted', reason: 'it costs nothing', by: 'ann' },
        ...{ at: NOW.toISOString(), expiresAt: '2027-01-01T00:00:00.000Z' },
      },
    ],
    history,
  });
}

describe('a run, exported', () => {
  const plain = viewOf(run('The disk breaks'), NOW);

  it('says in Markdown what stands, where it was seen and what was decided', () => {
    const text = viewMarkdown(plain);
    assert.equal(currentScenarios(run('x'), NOW).length, 2);
    assert.match(text, /^# Loop 1: how will it fail\?\n/);
    assert.match(text, /\n## P0 \(1, [\d.]+ points\)\n\n### The disk breaks\n/);
    assert.match(text, /`src\/a'b\.js:3` The disk breaks/);
    assert.match(text, /\| 2 \| 61\.2 % \| 8 % \|/);
    assert.match(text, /## Accepted or dismissed\n\n### Known and small/);
    assert.match(text, /Decision: accepted by ann: it costs nothing, until 2027-01-01/);
    assert.match(text, /Git history: not reached \(no git\)/);
  });

  it('names the files of an edit, and leaves their text where it is', () => {
    const [open] = currentScenarios(run('The disk breaks'), NOW);
    const edits = [{ file: 'compose.yaml', before: null, after: 'a whole file' }];
    const view = viewOf(
      {
        ...run('The disk breaks'),
        ...{ ownCards: open ? [open] : [], decisions: [] },
        remediation: {
          remedies: [{ scenarioId: open?.id ?? '', title: 'Add a copy', kind: 'edit', edits }],
          completedAt: NOW.toISOString(),
        },
      },
      NOW,
    );
    assert.doesNotMatch(JSON.stringify(view), /a whole file/);
    assert.match(viewMarkdown(view), /Remedy: Add a copy \(an edit of compose\.yaml\)/);
  });

  it('has nothing in Markdown that text of the workspace could make a title, a link or markup', () => {
    const text = viewMarkdown(viewOf(run(HOSTILE), NOW));
    assert.doesNotMatch(text, /(?<!\\)<img/);
    assert.doesNotMatch(text, /(?<!\\)\[click/);
    assert.doesNotMatch(text, /^\\?# Not a title/m);
    assert.doesNotMatch(text, /(?<!\\)\*\*bold/);
    assert.match(text, /\\<img src=x onerror=alert\(1\)\\>/);
  });

  it('is one HTML file that runs and loads nothing, with the curve and the cards', () => {
    const text = viewHtml(plain);
    assert.match(text, /default-src &#39;none&#39;|default-src 'none'/);
    assert.doesNotMatch(text, /<script|<link|src=|url\(/);
    assert.match(text, /aria-label="Failure rate by iteration: 1: 70 %, 2: 61\.2 %\. Target 5 %\."/);
    assert.match(text, /<h2>P0 · 1 · [\d.]+ points<\/h2>/);
    assert.match(text, /<dt>Decision<\/dt><dd>accepted by ann: it costs nothing, until 2027-01-01<\/dd>/);
    assert.match(text, /@media print/);
  });

  it('has no markup in HTML but its own', () => {
    const text = viewHtml(viewOf(run(HOSTILE), NOW));
    assert.doesNotMatch(text, /<img/);
    assert.match(text, /&lt;img src=x onerror=alert\(1\)&gt;/);
  });
});
