import assert from 'node:assert/strict';
import { ProjectFacts } from '../../../src/loops/loop1/facts/projectFacts';
import { PROBES } from '../../../src/loops/loop1/premortem/catalogue';
import { examine } from '../../../src/loops/loop1/premortem/examine';
import type { Probe, ProbeExample } from '../../../src/loops/loop1/premortem/probe';

const FIELDS = ['title', 'trigger', 'hurts', 'prevention', 'earlyWarning', 'verify'] as const;

/** The facts of an example, and the places where its probe has to see something. */
function read({ files, facts = {} }: ProbeExample): { facts: ProjectFacts; marked: string[] } {
  const marked: string[] = [];
  const texts = Object.entries(files).map(([path, code]): [string, string] => {
    const lines = code.split('\n');
    for (const [index, line] of lines.entries())
      if (line.startsWith('»')) marked.push(`${path}:${index + 1}`);
    return [path, lines.map((line) => line.replace(/^»/, '')).join('\n')];
  });
  const parts = {
    files: new Map(texts.map(([path, text]) => [path, text.length])),
    texts: new Map(texts),
    withheld: [],
    isPartial: false,
    ...facts,
  };
  return { facts: new ProjectFacts(parts), marked };
}

async function look(probe: Probe, example: ProbeExample) {
  const { facts, marked } = read(example);
  const { scenarios, notLooked } = await examine([probe], facts, { missing: new Map(), iteration: 1 });
  assert.deepEqual([...notLooked], []);
  return { scenarios, marked, facts };
}

describe('the catalogue of probes', () => {
  it('has distinct ids', () => {
    assert.equal(new Set(PROBES.map(({ id }) => id)).size, PROBES.length);
  });

  for (const probe of PROBES) {
    describe(probe.id, () => {
      it('tells a story that someone can picture', () => {
        assert.match(probe.id, /^[a-z]+(-[a-z]+)*$/);
        for (const field of FIELDS) assert.ok(probe[field].length > 10, field);
        assert.ok(!probe.title.endsWith('.'));
        assert.ok(probe.chain.length >= 2);
        assert.ok(probe.bad.length > 0 && probe.good.length > 0);
      });

      for (const [index, example] of probe.bad.entries()) {
        it(`sees bad example ${index + 1} at its marked lines, and weighs it`, async () => {
          const { scenarios, marked, facts } = await look(probe, example);
          const seen = scenarios.flatMap(({ evidence }) => evidence);
          const unlisted = (example.facts?.withheld ?? []).map(({ path }) => `${path}:1`);
          assert.deepEqual(
            seen.map(({ file, line }) => `${file}:${line}`).sort(),
            (marked.length > 0 ? marked : unlisted).sort(),
          );
          assert.ok(seen.length > 0, 'a bad example shows something');
          for (const { file, line, shows } of seen) {
            assert.ok(shows.length > 3 && shows.length <= 200);
            const text = facts.parts.texts.get(file);
            if (text !== undefined) assert.ok(line <= text.split('\n').length);
          }
          for (const { id, likelihood, impact } of scenarios) {
            assert.ok(id === probe.id || id.startsWith(`${probe.id}:`));
            assert.doesNotMatch(id, /:\d+$/, 'lines move, ids must not');
            assert.ok(likelihood > 0 && likelihood < 1, `likelihood ${likelihood}`);
            assert.ok(impact > 0 && impact <= 1);
          }
        });
      }

      for (const [index, example] of probe.good.entries()) {
        it(`is silent on good example ${index + 1}`, async () => {
          const { scenarios } = await look(probe, example);
          assert.deepEqual(
            scenarios.flatMap(({ evidence }) => evidence),
            [],
          );
        });
      }
    });
  }
});
