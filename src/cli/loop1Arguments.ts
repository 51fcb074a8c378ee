import * as path from 'node:path';
import type { Decision } from '../loops/loop1/scenario';
import { endOfDay } from './lastDay';
import { stateFolder } from './stateFolder';
import { existingFolder, UsageError } from './usage';

/** What a person says of a card, by the word of the command line. */
const VERDICTS = { accept: 'accepted', dismiss: 'dismissed', confirm: 'confirmed' } as const;
const PLAIN = ['start', 'status', 'resume', 'cards'] as const;

const FORMATS = { md: 'markdown', html: 'html', json: 'json' } as const;

type Plain = (typeof PLAIN)[number];
type Verdict = keyof typeof VERDICTS;

/** What is to be done; `card` is the id of a scenario, or a beginning that only one has. */
export type Loop1Action =
  | { name: Plain }
  | { name: Verdict; kind: Decision['kind']; card: string; reason: string; expiresAt: string | null }
  | { name: 'reopen'; card: string }
  | { name: 'export'; format: (typeof FORMATS)[keyof typeof FORMATS] }
  | { name: 'inject'; kind: 'constraint' | 'card'; text: string };

export interface Loop1Arguments {
  loop1Action: Loop1Action;
  /** Absolute. */
  workspace: string;
  /** Folder of the state. */
  storage: string;
  goal: string | undefined;
  network: boolean;
  json: boolean;
}

interface Options {
  workspace?: string | undefined;
  storage?: string | undefined;
  goal?: string | undefined;
  network?: boolean | undefined;
  json?: boolean | undefined;
  reason?: string | undefined;
  until?: string | undefined;
  constraint?: boolean | undefined;
  card?: boolean | undefined;
  format?: string | undefined;
}

export function parseLoop1Arguments(
  words: readonly string[],
  options: Options,
  now = new Date(),
): Loop1Arguments {
  return {
    loop1Action: actionOf(words, options, now),
    workspace: existingFolder('--workspace', options.workspace ?? '.'),
    storage: path.resolve(options.storage ?? stateFolder()),
    goal: options.goal,
    network: options.network ?? false,
    json: options.json ?? false,
  };
}

function actionOf(words: readonly string[], options: Options, now: Date): Loop1Action {
  const [name = '', about, ...more] = words;
  const plain = PLAIN.find((each) => each === name);
  if (name === 'export' && about === undefined) return { name, format: formatOf(options) };
  if (plain !== undefined && about === undefined) return { name: plain };
  if (plain !== undefined || name === 'export')
    throw new UsageError(`loop1 ${name} takes no ${about}; the folder is given with --workspace`);
  const known = [...PLAIN, 'export', ...Object.keys(VERDICTS), 'reopen', 'inject'];
  if (!known.includes(name)) throw new UsageError(`loop1 needs one of: ${known.join(', ')}`);
  if (about === undefined || about.trim() === '' || more.length > 0)
    throw new UsageError(
      name === 'inject'
        ? 'loop1 inject needs one text, in quotes'
        : `loop1 ${name} needs one CARD, as "loop1 cards" shows it`,
    );
  if (name === 'inject') return { name, kind: kindOf(options), text: about };
  if (name === 'reopen') return { name, card: about };
  const verdict = name as Verdict;
  const { reason = '', until } = options;
  if (reason.trim() === '') throw new UsageError(`loop1 ${name} needs --reason, for whoever reads it later`);
  return { name: verdict, kind: VERDICTS[verdict], card: about, reason, expiresAt: endOfDay(until, now) };
}

function formatOf({ format = 'md' }: Options): (typeof FORMATS)[keyof typeof FORMATS] {
  if (!Object.hasOwn(FORMATS, format))
    throw new UsageError(`--format ${format}: choose one of ${Object.keys(FORMATS).join(', ')}`);
  return FORMATS[format as keyof typeof FORMATS];
}

function kindOf({ constraint = false, card = false }: Options): 'constraint' | 'card' {
  if (constraint && card) throw new UsageError('a text is either a --constraint or a --card');
  return card ? 'card' : 'constraint';
}
