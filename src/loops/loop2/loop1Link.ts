import type { Loop1 } from '../loop1/loop1';
import type { Loop1Run } from '../loop1/run';
import type { Escalation } from './run';
import type { Loop1Link } from './tellLoop1';

const BY = 'Loop 2';

/** Tells the Loop 1 of the same workspace how tasks went. Rejects with `UserError` where that has no run, or no such card. */
export function linkTo(loop1: () => Promise<Pick<Loop1, 'decide' | 'undecide' | 'inject'>>): Loop1Link {
  return {
    passed: async ({ id, scenarios }, verdict) => {
      const loop = await loop1();
      const reason = `${passedWords(id)} (verdict ${verdict.id}).`;
      for (const scenarioId of scenarios)
        await loop.decide({ scenarioId, kind: 'task passed', reason, by: BY, expiresAt: null });
    },
    withdrawn: async ({ id, scenarios }) => {
      if (scenarios.length === 0) return;
      const loop = await loop1();
      for (const scenarioId of scenarios)
        await loop.undecide(
          scenarioId,
          ({ kind, by, reason }) =>
            kind === 'task passed' && by === BY && reason.startsWith(`${passedWords(id)} (`),
        );
    },
    raise: async ({ kind, reason }, task, verdict) => {
      const loop = await loop1();
      const places = verdict.findings.filter(({ file }) => file !== '').slice(0, 10);
      await loop.inject('card', reason, {
        category: kind === 'critical finding' ? 'security' : 'schedule',
        prevention:
          kind === 'pass rate' ? 'Think the plan over.' : `Think ${task.id} over: ${task.description}`,
        evidence: places.map(({ file, line, message }) => ({ file, line, shows: message })),
      });
    },
  };
}

/** Id of the card that was made of an escalation; undefined where it is gone, or was never made. */
export function cardOf(
  { ownCards }: Pick<Loop1Run, 'ownCards'>,
  { reason }: Pick<Escalation, 'reason'>,
): string | undefined {
  return ownCards.findLast(({ title }) => title === reason.trim())?.id;
}

function passedWords(taskId: string): string {
  return `The task ${taskId} has passed its audit`;
}
