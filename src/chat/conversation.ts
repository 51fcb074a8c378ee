import { isCancelled, messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { oneLine, plainText } from '../base/text';
import { t } from '../base/texts';
import { auditFile } from '../tools/auditTools';
import { callTool } from '../tools/callTool';
import { containerLogs, containersStatus, projectNames, restartProject } from '../tools/containerTools';
import { folderNamed } from '../tools/places';
import { premortemCards } from '../tools/premortemTools';
import type { Tool, ToolCall, ToolHost } from '../tools/tool';
import type { DeployDesk, Shipping } from './deployDesk';
import { helpText } from './help';
import { PendingActions } from './pending';
import type { PendingAction, Suggestion } from './pending';
import { CHAT_COMMANDS, commandMeant, isNo, isYes, wordsOf } from './words';

/** What someone said. */
export interface Turn {
  /** Without its slash; undefined for a sentence. */
  command: string | undefined;
  prompt: string;
  /** Absolute path of a file that is attached; the editor attaches the open one to any question. */
  file?: string | undefined;
  /** Id of the question that the last answer has asked; undefined for none. */
  asked: unknown;
  signal: AbortSignal;
}

/** Where the answer goes, as it comes. */
export interface Answer {
  /** Words of ours. */
  say: (text: string) => void;
  /** Text of whatever origin, shown as it is, in lines that wrap. */
  show: (text: string) => void;
  /** The same in letters of one width, in lines that don't. */
  print: (text: string) => void;
  progress: (message: string) => void;
}

/** What is kept of an answer until the next turn. */
export interface TurnEnd {
  /** Id of the question that waits for a yes. */
  asks?: string;
  suggestions: readonly Suggestion[];
}

export interface ConversationParts {
  host: ToolHost;
  desk: DeployDesk;
  /** Path of the file that is looked at, relative to its folder or absolute; undefined for none. */
  activeFile: () => string | undefined;
  logger: Logger;
  pending?: PendingActions;
}

const LINES = 50;
const MAX_LINES = 1000;

/** Talks about containers, deploys and audits, with fixed words instead of a model. */
export class Conversation {
  private readonly pending: PendingActions;

  constructor(private readonly parts: ConversationParts) {
    this.pending = parts.pending ?? new PendingActions();
  }

  /** Never rejects: what went wrong is said. */
  async turn(turn: Turn, answer: Answer): Promise<TurnEnd> {
    try {
      const waiting = this.pending.take(turn.asked);
      if (waiting !== undefined && isAnswer(waiting, turn)) return await this.decide(waiting, turn, answer);
      return await this.obey(turn, answer);
    } catch (error) {
      if (isCancelled(error)) answer.say(t('Cancelled.'));
      else if (error instanceof UserError) answer.show(plainText(messageWithNextStep(error)));
      else {
        this.parts.logger.error(`chat: ${String(error)}`);
        answer.say(t('Seaworthy has failed at this, which is a defect of its own; its log says more.'));
      }
      return { suggestions: [] };
    }
  }

  private async decide(
    waiting: PendingAction | 'expired',
    { prompt, signal }: Turn,
    answer: Answer,
  ): Promise<TurnEnd> {
    if (waiting === 'expired') {
      answer.say(
        t('That question was asked more than five minutes ago. Nothing was done; ask for it once more.'),
      );
      return { suggestions: [] };
    }
    if (!isYes(prompt)) {
      if (isNo(prompt)) answer.say(t('Nothing was done.'));
      else answer.show(t('Nothing was done: {0} needs the answer "yes".', waiting.title));
      return { suggestions: [showStatus()] };
    }
    answer.progress(waiting.title);
    if (waiting.ask && (await waiting.ask(signal)) !== waiting.question)
      throw new UserError(
        t('What would be done has changed since you were asked'),
        t('Ask for it once more.'),
      );
    answer.show(await waiting.run({ signal, onProgress: answer.progress }));
    return { suggestions: waiting.next };
  }

  private obey(turn: Turn, answer: Answer): Promise<TurnEnd> {
    const command = CHAT_COMMANDS.find((each) => each === turn.command) ?? commandMeant(turn.prompt);
    // A sentence names its project too seldom to be taken for one.
    const { name, more, number } = wordsOf(turn.command === undefined ? '' : turn.prompt);
    switch (command) {
      case 'status':
        return this.tell(containersStatus, name === undefined ? {} : { project: name }, turn, answer, [
          { command: 'logs', prompt: name ?? '', label: t('Read the logs') },
        ]);
      case 'logs':
        return this.logs(name, number ?? LINES, turn, answer);
      case 'restart':
        return this.restart(name, more, turn, answer);
      case 'deploy':
        return this.ship({ kind: 'deploy', target: name, release: undefined }, turn, answer);
      case 'rollback':
        return this.ship({ kind: 'rollback', target: name, release: more[0] }, turn, answer);
      case 'audit':
        return this.audit(name, turn, answer);
      case 'premortem':
        return this.tell(premortemCards, {}, turn, answer, []);
      case 'help':
        answer.say(helpText());
        return Promise.resolve({ suggestions: [showStatus()] });
    }
  }

  private async logs(name: string | undefined, lines: number, turn: Turn, answer: Answer): Promise<TurnEnd> {
    const project = name ?? (await this.onlyProject(turn));
    const input = { project, lines: Math.min(Math.max(lines, 1), MAX_LINES) };
    const next = [showStatus(), { command: 'restart', prompt: quoted(project), label: t('Restart it') }];
    return this.tell(containerLogs, input, turn, answer, next, answer.print);
  }

  private async restart(
    name: string | undefined,
    services: readonly string[],
    turn: Turn,
    answer: Answer,
  ): Promise<TurnEnd> {
    const project = name ?? (await this.onlyProject(turn));
    const input = { project, ...(services.length > 0 && { services: [...services] }) };
    const { host } = this.parts;
    refuseUntrusted(host);
    const ask = async (signal: AbortSignal): Promise<string> =>
      (await restartProject.question?.(input, host, callOf(signal, answer))) ?? '';
    const next = [showStatus(), { command: 'logs', prompt: quoted(project), label: t('Read the logs') }];
    return this.ask(answer, {
      command: 'restart',
      ...{ title: t('Restart of {0}', oneLine(project, 100)), question: await ask(turn.signal), ask, next },
      run: ({ signal, onProgress }) =>
        restartProject.run(input, host, { signal, onProgress, caller: 'chat', isForPerson: true }),
    });
  }

  private async ship(what: Omit<Shipping, 'folder'>, turn: Turn, answer: Answer): Promise<TurnEnd> {
    const { host, desk } = this.parts;
    refuseUntrusted(host);
    const shipping = { ...what, folder: folderNamed(host, undefined) };
    answer.progress(t('planning'));
    const question = await desk.plan(shipping, turn.signal);
    const title = what.kind === 'deploy' ? t('Deployment') : t('Rollback');
    const back = { command: 'rollback', prompt: what.target ?? '', label: t('Go back to what was there') };
    return this.ask(answer, {
      command: what.kind,
      ...{ title, question, next: what.kind === 'deploy' ? [showStatus(), back] : [showStatus()] },
      run: (call) => desk.run(shipping, question, call),
    });
  }

  private ask(answer: Answer, action: PendingAction): TurnEnd {
    answer.show(plainText(action.question));
    answer.say(t('Type `yes` to go on, within five minutes. Anything else does nothing.'));
    const prompts = ['yes', 'no'] as const;
    return {
      asks: this.pending.add(action),
      suggestions: prompts.map((prompt) => ({ command: '', prompt, label: prompt })),
    };
  }

  private async audit(name: string | undefined, turn: Turn, answer: Answer): Promise<TurnEnd> {
    const file = name ?? turn.file ?? this.parts.activeFile();
    if (file === undefined)
      throw new UserError(
        t('No file is open'),
        t('Open the file to be audited, or name it: /audit src/cart.js'),
      );
    return this.tell(auditFile, { file }, turn, answer, [
      { command: 'premortem', prompt: '', label: t('Show how the project may fail') },
    ]);
  }

  private async tell<Input>(
    tool: Tool<Input>,
    input: Input,
    { signal }: Turn,
    answer: Answer,
    suggestions: readonly Suggestion[],
    write = answer.show,
  ): Promise<TurnEnd> {
    const { host, logger } = this.parts;
    answer.progress(tool.title());
    const { text, isError } = await callTool(tool as Tool, input, host, callOf(signal, answer), logger);
    (isError ? answer.show : write)(text);
    return { suggestions: isError ? [] : suggestions };
  }

  /** The one that there is, or is written down. Rejects with `UserError` which names them where there are several. */
  private async onlyProject({ signal }: Turn): Promise<string> {
    const names = await projectNames(this.parts.host, signal);
    const [only] = names;
    if (only !== undefined && names.length === 1) return only;
    throw new UserError(
      names.length === 0 ? t('There is no project on this machine') : t('There are several projects'),
      names.length === 0 ? t('Start one first.') : t('Name one: {0}.', names.join(', ')),
    );
  }
}

function showStatus(): Suggestion {
  return { command: 'status', prompt: '', label: t('Show the containers') };
}

/** The editor puts the command of the question before an answer that was offered with it. */
function isAnswer(waiting: PendingAction | 'expired', { command, prompt }: Turn): boolean {
  if (command === undefined) return true;
  const isSame = waiting === 'expired' || waiting.command === command;
  return isSame && (isYes(prompt) || isNo(prompt));
}

function callOf(signal: AbortSignal, answer: Answer): ToolCall {
  return { signal, onProgress: answer.progress, caller: 'chat', isForPerson: true };
}

function refuseUntrusted(host: ToolHost): void {
  if (!host.isTrusted())
    throw new UserError(t('The workspace is not trusted: nothing of it is run'), t('Trust it first.'));
}

function quoted(name: string): string {
  return /\s/.test(name) ? `"${name.replaceAll('"', '')}"` : name;
}
