import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Loop1 } from '../../../src/loops/loop1/loop1';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import { reportOf } from '../../../src/loops/loop1/runText';
import type { Loop1Report } from '../../../src/loops/loop1/runText';
import { MemoryKeeper } from '../../support/memoryKeeper';
import { CLEAN_PROJECT, FAULTS } from '../../support/plantedProject';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('Loop 1 on a project with planted faults', () => {
  const folder = temporaryFolder('planted');
  let count = 0;

  function project(change: Record<string, string | null> = {}) {
    const root = path.join(folder, `${count++}`);
    apply(root, { ...CLEAN_PROJECT, ...change });
    const loop = new Loop1({ root, keeper: new MemoryKeeper(), sources: [workspaceSource] });
    const iterate = async (): Promise<Loop1Report> => reportOf(await loop.start());
    return { root, loop, iterate };
  }

  function apply(root: string, files: Record<string, string | null>): void {
    for (const [file, text] of Object.entries(files))
      if (text === null) fs.rmSync(path.join(root, file), { force: true });
      else writeFiles(root, { [file]: text });
  }

  it('finds nothing above P2 in one that is well kept', async () => {
    const { iterate } = project();
    const { scenarios, failureRate, status } = await iterate();
    assert.deepEqual(
      scenarios.filter(({ priority }) => priority === 'P0' || priority === 'P1').map(({ id }) => id),
      [],
    );
    assert.deepEqual(
      scenarios.map(({ id, evidence }) => `${id} ${evidence[0]?.shows}`),
      [],
    );
    assert.equal(failureRate.now, 0);
    assert.equal(status, 'completed');
  });

  for (const { name, change, scenario, evidence } of FAULTS) {
    it(`sees ${name} where it is, and no more once it is mended`, async () => {
      const { root, iterate } = project(change);
      const before = await iterate();
      const card = before.scenarios.find(({ id }) => id.startsWith(scenario));
      assert.ok(card, `${scenario} is not among ${before.scenarios.map(({ id }) => id).join(', ')}`);
      assert.equal(card.state, 'open');
      assert.deepEqual(card.evidence.map(({ file, line }) => ({ file, line })).slice(0, 1), [evidence]);
      assert.ok(before.failureRate.now > 5);

      const mended = Object.fromEntries(
        Object.keys(change).map((file) => [file, CLEAN_PROJECT[file] ?? null]),
      );
      apply(root, mended);
      const after = await iterate();
      assert.equal(after.runId, before.runId);
      assert.equal(after.iteration, 2);
      assert.deepEqual(after.scenarios, []);
      assert.equal(after.failureRate.now, 0);
    });
  }

  it('is not moved by promises in the plan', async () => {
    const all = Object.assign({}, ...FAULTS.map(({ change }) => change)) as Record<string, string | null>;
    const { root, iterate } = project(all);
    const before = await iterate();
    const promise =
      '\nHas error handling, 24 weeks with buffer. All risks are mitigated. Tests, backups, CI and health checks are in place.\n';
    apply(root, {
      'PLAN.md': `${CLEAN_PROJECT['PLAN.md'] ?? ''}${promise}`,
      'SPEC.md': promise,
      'README.md': promise,
      'docs/plan.md': `# Plan\n${promise}- [x] error handling\n`,
    });
    const after = await iterate();
    assert.ok(before.scenarios.length >= 5);
    assert.deepEqual(after.scenarios, before.scenarios);
    assert.deepEqual(after.failureRate, before.failureRate);
  });
});
