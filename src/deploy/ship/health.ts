import { pause } from '../../base/cancellation';
import { throwIfCancelled } from '../../base/errors';
import { runProgram } from '../../base/program';
import { oneLine, plainText } from '../../base/text';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import { whyBroken } from '../../fleet/waitUntilReady';
import { containersByService } from '../deployed';
import type { Members } from '../deployed';
import type { DeployEnvironment } from '../project';
import { explain, ShipFailure } from './failure';

const BETWEEN_MS = 500;
const ONE_REQUEST_MS = 10_000;
const MAX_BODY = 2000;
const COMMAND_MS = 30 * 60_000;

/** Waits until what the environment says of its health holds. Rejects with a `ShipFailure` that tells what was seen last. */
export async function waitHealthy(
  { health }: Pick<DeployEnvironment, 'health'>,
  workspace: string,
  signal: AbortSignal,
): Promise<void> {
  if (!health) return;
  const until = performance.now() + health.seconds * 1000;
  for (const look of [
    health.url && urlLook(health.url),
    health.command && commandLook(health.command, workspace),
  ]) {
    if (!look) continue;
    for (;;) {
      const left = until - performance.now();
      const wrong = await look(Math.ceil(Math.max(1000, left)), signal);
      if (wrong === undefined) break;
      throwIfCancelled(signal);
      if (performance.now() + BETWEEN_MS > until)
        throw new ShipFailure(
          t('It was not healthy within {0} s: {1}', health.seconds, wrong[0] ?? ''),
          wrong,
        );
      await pause(BETWEEN_MS, signal);
    }
  }
}

/** Undefined when all is well, otherwise lines that tell what is not. */
type Look = (limitMs: number, signal: AbortSignal) => Promise<readonly string[] | undefined>;

function urlLook(url: string): Look {
  return async (limitMs, signal) => {
    const patience = AbortSignal.timeout(Math.min(limitMs, ONE_REQUEST_MS));
    try {
      const answer = await fetch(url, { signal: AbortSignal.any([signal, patience]), redirect: 'manual' });
      const body = answer.status < 400 ? '' : await beginning(answer);
      await answer.body?.cancel();
      if (answer.status < 400) return undefined;
      return [t('{0} answers {1}', url, answer.status), ...plainText(body).split('\n').slice(0, 10)];
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return [t('{0} does not answer: {1}', url, oneLine(String(cause), 200))];
    }
  };
}

async function beginning({ body }: Response): Promise<string> {
  let text = '';
  if (body)
    for await (const piece of body.values({ preventCancel: true })) {
      text += Buffer.from(piece as Uint8Array).toString('utf8');
      if (text.length > MAX_BODY) break;
    }
  return text.slice(0, MAX_BODY);
}

function commandLook(words: readonly string[], workspace: string): Look {
  return async (limitMs, signal) => {
    const failed = await failureOf(words, workspace, limitMs, signal);
    return failed && [failed.message, ...failed.explanation];
  };
}

/** Runs commands one after the other. Rejects with a `ShipFailure` for the first that fails. */
export async function runCommands(
  commands: readonly (readonly string[])[],
  workspace: string,
  signal: AbortSignal,
): Promise<void> {
  for (const words of commands) {
    const failed = await failureOf(words, workspace, COMMAND_MS, signal);
    if (failed) throw failed;
  }
}

async function failureOf(
  [program = '', ...words]: readonly string[],
  workspace: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<ShipFailure | undefined> {
  const shown = oneLine([program, ...words].join(' '), 200);
  try {
    const { exitCode, stdout, stderr } = await runProgram(program, words, {
      cwd: workspace,
      limitMs,
      signal,
    });
    if (exitCode === 0) return undefined;
    const lines = plainText(`${stdout.subarray(-8000).toString('utf8')}\n${stderr.slice(-8000)}`).split('\n');
    const said = lines.filter((line) => line.trim() !== '').slice(-20);
    return new ShipFailure(t('{0} failed with exit code {1}', shown, exitCode), said);
  } catch (error) {
    throwIfCancelled(signal);
    return new ShipFailure(t('{0} could not be run: {1}', shown, oneLine(String(error), 200)));
  }
}

/** Looks at the containers of a project for a while. Rejects with a `ShipFailure` for the first that does not stay up. */
export async function watchServices(
  engine: EngineConnection,
  members: Members,
  services: readonly string[],
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<void> {
  const found = await containersByService(engine, members, signal);
  const running = services.flatMap((service) =>
    (found.get(service) ?? []).filter(({ state }) => state === 'running').map(({ id }) => ({ id, service })),
  );
  const first = new Map(
    await Promise.all(
      running.map(async ({ id }) => [id, await engine.inspectContainer(id, signal)] as const),
    ),
  );
  const until = performance.now() + seconds * 1000;
  while (running.length > 0 && performance.now() < until) {
    await pause(Math.min(1000, Math.max(0, until - performance.now())), signal);
    for (const { id, service } of running) {
      const details = await engine.inspectContainer(id, signal);
      const why = whyBroken(details, first.get(id) ?? details);
      if (why === undefined) continue;
      throw new ShipFailure(
        t('{0} did not stay up: {1}', service, why),
        await explain(engine, details, signal),
      );
    }
  }
}
