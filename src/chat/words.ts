import { t } from '../base/texts';

/** What stands behind a command of the chat. */
export interface ChatWords {
  /** The first word that is no number; undefined for none. */
  name: string | undefined;
  /** Words after it. */
  more: readonly string[];
  /** The first whole number, such as of lines; undefined for none. */
  number: number | undefined;
}

/** `web 50`, `50 web`, `"my project" 50 lines`: names and numbers in any order, as people write them. */
export function wordsOf(prompt: string): ChatWords {
  const words = [...prompt.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, plain]) => double ?? single ?? plain ?? '')
    .filter((word) => word !== '' && !/^(of|for|the|last|lines?|project|please)$/i.test(word));
  const numbers = words.filter((word) => /^\d{1,9}$/.test(word)).map(Number);
  const [name, ...more] = words.filter((word) => !/^\d{1,9}$/.test(word));
  return { name, more, number: numbers[0] };
}

const MEANT: readonly [command: ChatCommand, words: RegExp][] = [
  ['rollback', /\broll(ing)?[\s-]?back\b/i],
  ['premortem', /\b(pre-?mortem|risks?|how (can|will|might) (it|this) fail)\b/i],
  ['restart', /\brestart\b/i],
  ['deploy', /\bdeploy(ment)?\b|\bship\b/i],
  ['logs', /\blogs?\b/i],
  ['audit', /\baudit\b|\bwill (it|this) hold\b/i],
  ['status', /\b(status|running|containers?|healthy?)\b/i],
];

export const CHAT_COMMANDS = [
  'status',
  'logs',
  'restart',
  'deploy',
  'rollback',
  'audit',
  'premortem',
  'help',
] as const;
export type ChatCommand = (typeof CHAT_COMMANDS)[number];

/** What a sentence without a command asks for, by its words alone; `help` where they don't say. */
export function commandMeant(prompt: string): ChatCommand {
  return MEANT.find(([, words]) => words.test(prompt))?.[0] ?? 'help';
}

/** Whether an answer agrees: `yes`, or the word for it in the language that is spoken. */
export function isYes(prompt: string): boolean {
  return ['yes', 'y', t('yes')].includes(onlyWord(prompt));
}

export function isNo(prompt: string): boolean {
  return ['no', 'n', t('no')].includes(onlyWord(prompt));
}

function onlyWord(prompt: string): string {
  return prompt.trim().replace(/[.!]$/, '').toLowerCase();
}
