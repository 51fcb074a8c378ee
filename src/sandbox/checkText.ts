import { plainText } from '../base/text';
import type { SandboxCheck, SandboxLayer } from './preflight';

/** What "check sandbox" answers: an engine and what it offers. */
export interface SandboxCheckReport extends SandboxCheck {
  /** Name, version and address. */
  engine: string;
  /** False when a mandatory layer is missing: nothing runs then. */
  usable: boolean;
}

const HEADINGS: Record<SandboxLayer['need'], string> = {
  mandatory: 'Mandatory: without one of these no code is run.',
  expected: 'Expected: a missing one is told in every report.',
  extra: 'Extra: used where the engine has it.',
};

/** The report as text for a terminal or a document. */
export function sandboxCheckText({ engine, usable, layers, advice }: SandboxCheckReport): string {
  const lines = [`Sandbox on ${engine}: ${usable ? 'usable' : 'NOT usable, so no code is run'}`];
  for (const need of ['mandatory', 'expected', 'extra'] as const) {
    lines.push('', HEADINGS[need]);
    for (const { name, state, why } of layers.filter((layer) => layer.need === need))
      lines.push(`  ${state.padEnd(8)} ${name.padEnd(25)} ${why}`);
  }
  if (advice.length > 0) lines.push('', 'To make it safer:', ...advice.map((sentence) => `  ${sentence}`));
  return plainText(lines.join('\n'));
}
