import { count } from '../../../base/text';
import { currentScenarios } from '../../loop1/current';
import type { Loop1Run } from '../../loop1/run';
import type { Scenario } from '../../loop1/scenario';
import type { PlanPart } from './fromList';
import type { TaskDraft } from './task';

/**
 * What a run of Loop 1 leaves to be done: the tasks among its remedies, and the open cards that persons and models wrote. The heaviest
 * first. What an edit or a command mends is left to Loop 1.
 */
export function tasksOfLoop1(run: Loop1Run, now: Date): PlanPart {
  const open = currentScenarios(run, now)
    .filter(({ state }) => state === 'open')
    .sort((a, b) => b.likelihood * b.impact - a.likelihood * a.impact);
  const remedies = new Map((run.remediation?.remedies ?? []).map((remedy) => [remedy.scenarioId, remedy]));
  const quick = open.filter(({ id }) => ['edit', 'command'].includes(remedies.get(id)?.kind ?? ''));
  const drafts = open.flatMap((scenario): TaskDraft[] => {
    const remedy = remedies.get(scenario.id);
    const probe = /^probe (.+)$/.exec(scenario.source)?.[1];
    const linked = { id: scenario.id, scenarios: [scenario.id] };
    if (remedy?.kind === 'task')
      return [
        {
          ...linked,
          description: remedy.description,
          files: remedy.files,
          acceptance: probe
            ? { kind: 'probe', probe, words: remedy.acceptance }
            : { kind: 'words', words: remedy.acceptance },
        },
      ];
    return probe === undefined && remedy === undefined ? [{ ...linked, ...written(scenario) }] : [];
  });
  const notes =
    quick.length === 0
      ? []
      : [
          `${count(quick.length, 'card')} of Loop 1 can be mended by an edit or a command, and no task is made of them.`,
        ];
  return { drafts, notes };
}

function written({ title, prevention, verify, evidence }: Scenario): Omit<TaskDraft, 'id'> {
  return {
    description: prevention === '' ? title : `${title}. ${prevention}`,
    files: [...new Set(evidence.map(({ file }) => file))],
    acceptance: { kind: 'words', words: verify },
  };
}
