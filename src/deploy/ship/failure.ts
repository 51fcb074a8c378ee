import { isCancelled, messageWithNextStep, UserError } from '../../base/errors';
import type { EngineConnection } from '../../engine/connection';
import type { ContainerDetails } from '../../engine/inspect';
import { lastLogLines } from '../../fleet/lastLogLines';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';

const LOG_TAIL = 20;

/** Something of a deploy went wrong; `explanation` are the lines that tell why: logs, outputs of probes. */
export class ShipFailure extends UserError {
  constructor(
    message: string,
    readonly explanation: readonly string[] = [],
  ) {
    super(message);
    this.name = 'ShipFailure';
  }
}

/** A sentence for what a deploy was ended by. */
export function reasonOf(error: unknown): string {
  return isCancelled(error) ? t('It was cancelled.') : messageWithNextStep(error);
}

/** What a container printed last, and what its health check said, a line each. */
export async function explain(
  engine: EngineConnection,
  details: ContainerDetails,
  signal: AbortSignal,
): Promise<string[]> {
  const lines = await lastLogLines(engine, details, LOG_TAIL, signal);
  const name = oneLine(details.name, 100);
  const probes = details.probes.map(({ exitCode, output }) =>
    t('{0}, health check (exit code {1}): {2}', name, exitCode, oneLine(output, 300)),
  );
  return [...lines.map((line) => `${name}: ${oneLine(line, 500)}`), ...probes];
}
