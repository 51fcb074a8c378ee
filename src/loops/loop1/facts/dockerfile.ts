/** One instruction, its continued lines joined. */
interface Instruction {
  /** In upper case: `FROM`, `RUN`. */
  name: string;
  /** All that follows the name, comments between the lines left out. */
  value: string;
  /** Of the name, from 1. */
  line: number;
}

/** What is between two `FROM`s. */
export interface BuildStage {
  /** As `FROM` names it, such as `node:24-slim`, with the defaults of arguments filled in. */
  image: string;
  /** The name it has after `AS`, in lower case. */
  name: string | undefined;
  from: Instruction;
  instructions: readonly Instruction[];
}

export interface Dockerfile {
  path: string;
  stages: readonly BuildStage[];
  /** What its image is made from. */
  last: BuildStage;
}

const MAX_INSTRUCTIONS = 2000;

/** Undefined for a text without a `FROM`. */
export function readDockerfile(path: string, text: string): Dockerfile | undefined {
  const stages: {
    image: string;
    name: string | undefined;
    from: Instruction;
    instructions: Instruction[];
  }[] = [];
  const defaults = new Map<string, string>();
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === 'FROM') stages.push(stageOf(instruction, defaults));
    else if (stages.length > 0) stages.at(-1)?.instructions.push(instruction);
    else if (instruction.name === 'ARG') {
      const [, name = '', value = ''] = /^([A-Za-z_]\w*)=["']?([^"'\s]*)/.exec(instruction.value) ?? [];
      defaults.set(name, value);
    }
  }
  const last = stages.at(-1);
  return last && { path, stages, last };
}

function stageOf(from: Instruction, defaults: ReadonlyMap<string, string>) {
  const words = from.value.split(/\s+/).filter((word) => !word.startsWith('--'));
  const image = (words[0] ?? '').replace(
    /\$\{?([A-Za-z_]\w*)(?::?-([^}]*))?\}?/g,
    (whole, name: string, otherwise: string | undefined) => defaults.get(name) ?? otherwise ?? whole,
  );
  const name = words[1]?.toLowerCase() === 'as' ? words[2]?.toLowerCase() : undefined;
  return { image, name, from, instructions: [] };
}

function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open: Instruction | undefined;
  let heredoc: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (heredoc !== undefined) {
      if (raw.trim() === heredoc) heredoc = undefined;
      else found.slice(-1).forEach((last) => (last.value += `\n${raw}`));
      continue;
    }
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const isContinued = /[\\`]$/.test(line);
    const piece = isContinued ? line.slice(0, -1).trim() : line;
    if (open) open.value += ` ${piece}`;
    else {
      const [, name = '', value = ''] = /^([A-Za-z]+)\s*(.*)$/s.exec(piece) ?? [];
      open = { name: name.toUpperCase(), value, line: index + 1 };
      found.push(open);
    }
    if (isContinued) continue;
    heredoc = /<<-?["']?(\w+)["']?/.exec(open.value)?.[1];
    open = undefined;
    if (found.length >= MAX_INSTRUCTIONS) break;
  }
  return found;
}
