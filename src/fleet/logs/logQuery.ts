import * as vm from 'node:vm';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import { ansiText } from './ansi';

/** What is looked for in a log. */
export interface LogQuery {
  text: string;
  isExpression: boolean;
  isCaseSensitive: boolean;
}

/** How long an expression may take over one batch of lines, in milliseconds: some take for ever over some texts. */
const LIMIT = 250;

/**
 * Finds the lines that match. Gives the positions among `lines`. Rejects an expression that is none, or that takes too
 * long, with a `UserError`.
 */
export type LogMatcher = (lines: readonly string[]) => number[];

/** Undefined when nothing is looked for. */
export function logMatcher({ text, isExpression, isCaseSensitive }: LogQuery): LogMatcher | undefined {
  if (text === '') return undefined;
  const pattern = compile(
    isExpression ? text : text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'),
    isCaseSensitive,
  );
  const visible = (line: string): string => (line.includes('\u001b') ? ansiText(line) : line);
  if (!isExpression) {
    return (lines) => lines.flatMap((line, index) => (pattern.test(visible(line)) ? [index] : []));
  }
  const context = vm.createContext({ pattern, lines: [] as string[], found: [] as number[] });
  const script = new vm.Script(
    'lines.forEach((line, index) => { if (pattern.test(line)) found.push(index); })',
  );
  return (lines) => {
    const found: number[] = [];
    Object.assign(context, { lines: lines.map(visible), found });
    try {
      script.runInContext(context, { timeout: LIMIT });
    } catch (error) {
      throw new UserError(t('This expression takes too long over these lines'), t('Use a simpler one.'), {
        cause: error,
      });
    }
    return found;
  };
}

function compile(source: string, isCaseSensitive: boolean): RegExp {
  try {
    return new RegExp(source, isCaseSensitive ? 'u' : 'iu');
  } catch (error) {
    throw new UserError(t('This is no regular expression'), undefined, { cause: error });
  }
}
