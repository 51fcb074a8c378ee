import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { CancelledError, isCancelled, messageOf, throwIfCancelled, UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { oneLine, plainText } from '../../base/text';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import { EngineError, EngineLost } from '../../engine/errors';
import { AttachedStream } from '../attachedRun';
import { NOBODY } from '../containerSpec';
import type { SandboxOwner } from '../owner';
import type { SandboxFile, SandboxProgress } from '../sandbox';
import { folderArchive, tarChunks, tarSize } from '../tar';
import type { Dial } from './dial';
import { installContainer } from './installContainer';
import { InstallProxy } from './installProxy';
import { RelayHost } from './relayHost';
import type { InstallOutcome } from './relayFrames';

/** Bounds of one installation. */
interface InstallLimits {
  timeoutMs: number;
  /** From the network. */
  downloadBytes: number;
  /** On the engine's disk. */
  writtenBytes: number;
  memoryMb: number;
}

export interface InstallRequest {
  image: string;
  /** Relative to the dependencies' folder. */
  files: SandboxFile[];
  /** Program and arguments of the relay inside. */
  relay: string[];
  hosts: readonly string[];
  limits: InstallLimits;
}

export interface InstallParts {
  engine: EngineConnection;
  owner: SandboxOwner;
  dial: Dial;
  logger: Logger;
}

const SIZE_CHECK_MS = 3000;
const REMOVAL_ATTEMPTS = 6;
const KEPT_LOG = 64_000;
const SHOWN_LINES = 12;

/**
 * Installs in a container that has no network but a proxy at our end, and gives what `keep` makes of the container once it
 * has ended well. The container is removed whatever happens. Rejects with `UserError` (the last lines of the package manager
 * and what could be done) or `CancelledError`.
 */
export async function install<T>(
  parts: InstallParts,
  request: InstallRequest,
  keep: (containerId: string, outcome: InstallOutcome) => Promise<T>,
  options: { signal: AbortSignal; onProgress: SandboxProgress },
): Promise<T> {
  const { engine, owner, logger } = parts;
  throwIfCancelled(options.signal);
  const name = `seaworthy-install-${randomBytes(8).toString('hex')}`;
  let id = name;
  try {
    id = await engine.createContainer(name, installContainer(request, owner, engine.facts));
    await engine.images.unpackInto(id, '/', folderArchive('deps/', NOBODY));
    const outcome = await new Installation(parts, request, options).run(id);
    throwIfCancelled(options.signal);
    return await keep(id, outcome);
  } catch (error) {
    if (error instanceof EngineError)
      throw new UserError(t('The engine refused the installation: {0}', error.message), undefined, {
        cause: error,
      });
    throw error;
  } finally {
    await remove(engine, id).catch((error: unknown) => {
      logger.warn(`Container ${id} could not be removed now, a later start will: ${messageOf(error)}`);
    });
  }
}

/** What thousands of files were written to takes an engine longer to remove than it has for an answer. */
async function remove(engine: EngineConnection, id: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await engine.removeContainer(id);
      return;
    } catch (error) {
      if (!(error instanceof EngineLost) || attempt === REMOVAL_ATTEMPTS) throw error;
    }
  }
}

/** One run of the container, from its start to its end. */
class Installation {
  private readonly proxy: InstallProxy;
  private log = '';
  private outcome: InstallOutcome | undefined;
  private stop: (error: Error) => void = () => undefined;
  private told = '';

  constructor(
    private readonly parts: InstallParts,
    private readonly request: InstallRequest,
    private readonly options: { signal: AbortSignal; onProgress: SandboxProgress },
  ) {
    const { downloadBytes } = request.limits;
    this.proxy = new InstallProxy(new Set(request.hosts), parts.dial, (total) => {
      if (total > downloadBytes)
        this.stop(
          overLimit(t('The installation was stopped: it fetched more than {0} MB', downloadBytes / 1e6)),
        );
      else this.tell();
    });
  }

  async run(id: string): Promise<InstallOutcome> {
    const { engine } = this.parts;
    const { signal } = this.options;
    const { limits } = this.request;
    const over = new AbortController();
    const stopped = new Promise<never>((_resolve, reject) => (this.stop = reject));
    stopped.catch(() => undefined);
    const cancel = (): void => this.stop(new CancelledError());
    signal.addEventListener('abort', cancel);
    const timer = setTimeout(
      () =>
        this.stop(
          this.failure(
            t('The installation was stopped at its limit of {0} minutes', limits.timeoutMs / 60_000),
          ),
        ),
      limits.timeoutMs,
    );
    const watch = setInterval(() => void this.checkSize(id, over.signal), SIZE_CHECK_MS);
    const stream = await engine.attach(id);
    const attached = new AttachedStream(stream);
    try {
      const relayed = this.follow(attached, stream);
      await engine.startContainer(id);
      this.options.onProgress(t('Unpacking the package manager'));
      const work = (async () => {
        await attached.write(this.input());
        await relayed;
        return engine.images.waitForEnd(id, over.signal);
      })();
      work.catch(() => undefined);
      const exit = await Promise.race([work, stopped]);
      if (exit.outOfMemory)
        throw this.failure(t('The installation needed more than its {0} MB of memory', limits.memoryMb));
      return this.checked(exit.exitCode);
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal.removeEventListener('abort', cancel);
      over.abort();
      this.proxy.close();
      stream.destroy();
    }
  }

  private *input(): Generator<Buffer> {
    const { files } = this.request;
    yield Buffer.from(`\n${tarSize(files)}\n`);
    yield* tarChunks(files);
  }

  /** Resolves when the container's output is over. */
  private async follow(attached: AttachedStream, stream: Duplex): Promise<void> {
    const host = new RelayHost(stream, {
      onConnection: (connection) => this.proxy.accept(connection),
      onLog: (text) => this.note(text),
      onDone: (outcome) => (this.outcome = outcome),
    });
    attached.readWith((channel, data) => {
      if (channel === 'stderr') return this.note(data);
      try {
        host.push(data);
      } catch (error) {
        this.stop(
          this.failure(t('The container of the installation answered with nonsense ({0})', messageOf(error))),
        );
        attached.destroy();
      }
    });
    await attached.ended;
    host.close();
  }

  private note(text: Buffer): void {
    this.log = (this.log + text.toString('utf8')).slice(-KEPT_LOG);
    this.tell();
  }

  private tell(): void {
    const last = oneLine(this.lastLines().at(-1) ?? '', 100);
    const fetched = t('{0} MB fetched', Math.round(this.proxy.record.bytes / 1e6));
    const message = last === '' ? fetched : `${fetched}: ${last}`;
    if (message !== this.told) this.options.onProgress((this.told = message));
  }

  private async checkSize(id: string, signal: AbortSignal): Promise<void> {
    const { writtenBytes } = this.request.limits;
    try {
      if ((await this.parts.engine.images.written(id, signal)) > writtenBytes)
        this.stop(
          overLimit(t('The installation was stopped: it wrote more than {0} MB', writtenBytes / 1e6)),
        );
    } catch (error) {
      if (!isCancelled(error)) this.parts.logger.debug(`The size of ${id} is not known: ${messageOf(error)}`);
    }
  }

  private checked(exitCode: number): InstallOutcome {
    const { outcome } = this;
    if (outcome?.failedStep === undefined && outcome && exitCode === 0) return outcome;
    const code = outcome?.exitCode ?? exitCode;
    throw this.failure(t('The installation failed (exit code {0})', code));
  }

  private failure(what: string): UserError {
    const lines = this.lastLines().slice(-SHOWN_LINES);
    const message = lines.length > 0 ? t('{0}. Its last lines:\n{1}', what, lines.join('\n')) : what;
    return new UserError(message, adviceFor(this.log, this.proxy));
  }

  private lastLines(): string[] {
    return plainText(this.log)
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  }
}

function overLimit(what: string): UserError {
  return new UserError(
    what,
    t('Install the dependencies in the workspace: they are sent along where they fit.'),
  );
}

function adviceOf(log: string): string | undefined {
  const known: readonly (readonly [pattern: RegExp, advice: string])[] = [
    [
      /\b40[13]\b|ENEEDAUTH|E401|E403|Unauthorized/,
      t(
        'The registry asks for credentials, and none are sent: install the dependencies in the workspace instead.',
      ),
    ],
    [
      /No module named pip/,
      t('The image has no pip: choose one that has, such as the one docker/python/Dockerfile makes.'),
    ],
    [
      /No matching distribution|could not find a version|only-binary/i,
      t(
        'A package has no wheel for this image, and building one would run its code: choose an image of another Python version or platform.',
      ),
    ],
    [
      /EUSAGE|out of (?:date|sync)|ERR_PNPM_OUTDATED_LOCKFILE|needs to be updated|YN0028|would have been modified/,
      t('The lockfile does not fit the manifest: update it with your package manager, then try again.'),
    ],
    [
      /THESE PACKAGES DO NOT MATCH THE HASHES|EINTEGRITY|YN0018|integrity check/i,
      t('What the registry sent is not what the lockfile names: find out why before you use it.'),
    ],
    [/No space left|ENOSPC/, t("Make room on the engine's disk.")],
  ];
  return known.find(([pattern]) => pattern.test(log))?.[1];
}

function adviceFor(log: string, { record }: InstallProxy): string {
  const refused = [...record.refused].slice(0, 5);
  if (refused.length > 0)
    return t(
      'It wanted to fetch from {0}, which neither the lockfile nor the registry settings name.',
      refused.join(', '),
    );
  const failed = [...record.failed].slice(0, 3);
  if (failed.length > 0) return t('Check the network of this machine: {0}.', failed.join('; '));
  return (
    adviceOf(log) ??
    t(
      'Look at the lines above, or install the dependencies in the workspace: they are sent along where they fit.',
    )
  );
}
