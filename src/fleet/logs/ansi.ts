import { withoutControls } from '../../base/text';

/** A piece of a line and how it looks: names of classes such as `bold`, `fg-red` and `bg-bright-blue`. */
export interface StyledText {
  text: string;
  classes: readonly string[];
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const COLOURS = [...NAMES, ...NAMES.map((name) => `bright-${name}`)];
/** What the sixteen look like as a rule, to find the one that is nearest to any other colour. */
const VALUES = [
  [0, 0, 0],
  [205, 49, 49],
  [13, 188, 121],
  [229, 229, 16],
  [36, 114, 200],
  [188, 63, 188],
  [17, 168, 205],
  [204, 204, 204],
  [102, 102, 102],
  [241, 76, 76],
  [35, 209, 139],
  [245, 245, 67],
  [59, 142, 234],
  [214, 112, 214],
  [41, 184, 219],
  [255, 255, 255],
] as const;

const ATTRIBUTES: Readonly<Record<number, string>> = {
  ...{ 1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 7: 'inverse', 9: 'strike' },
};

// Built from code points so that this file itself holds no invisible characters.
const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const SEQUENCE = new RegExp(
  `${ESCAPE}(?:\\[([0-?]*)[ -/]*([@-~])|[\\]PX^_][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)?|[ -/]*[0-~]?)`,
  'g',
);

interface Style {
  foreground: string;
  background: string;
  attributes: Set<string>;
}

/** A line as people read it: what is overwritten after a carriage return, and all escape sequences, left out. */
export function ansiText(line: string): string {
  return styledText(line)
    .map(({ text }) => text)
    .join('');
}

/** A line with its colours; colours beyond the sixteen become the nearest of these. Each line begins plain. */
export function styledText(line: string): StyledText[] {
  const pieces: StyledText[] = [];
  let style: Style = { foreground: '', background: '', attributes: new Set() };
  let at = 0;
  const take = (raw: string): void => {
    const text = withoutControls(raw);
    if (text !== '') pieces.push({ text, classes: classesOf(style) });
  };
  const shown = lastOverwrite(line);
  for (const match of shown.matchAll(SEQUENCE)) {
    take(shown.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') style = applied(style, match[1] ?? '');
  }
  take(shown.slice(at));
  return pieces;
}

/** Progress bars write over themselves. */
function lastOverwrite(line: string): string {
  const end = line.replace(/\r+$/, '');
  return end.slice(end.lastIndexOf('\r') + 1);
}

function classesOf({ foreground, background, attributes }: Style): string[] {
  return [
    ...attributes,
    ...(foreground === '' ? [] : [`fg-${foreground}`]),
    ...(background === '' ? [] : [`bg-${background}`]),
  ];
}

function applied(before: Style, parameters: string): Style {
  const style = { ...before, attributes: new Set(before.attributes) };
  const codes = parameters.split(/[;:]/, 64).map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, used } = longColour(codes.slice(index + 1));
      if (code === 38) style.foreground = colour;
      else style.background = colour;
      index += used;
    } else applyOne(style, code);
  }
  return style;
}

function applyOne(style: Style, code: number): void {
  if (code === 0) {
    style.foreground = style.background = '';
    style.attributes.clear();
  } else if (ATTRIBUTES[code]) style.attributes.add(ATTRIBUTES[code]);
  else if (code === 22) ['bold', 'dim'].forEach((name) => style.attributes.delete(name));
  else if (code > 22 && code < 30) style.attributes.delete(ATTRIBUTES[code - 20] ?? '');
  else if (code === 39) style.foreground = '';
  else if (code === 49) style.background = '';
  else if (code >= 30 && code < 38) style.foreground = COLOURS[code - 30] ?? '';
  else if (code >= 40 && code < 48) style.background = COLOURS[code - 40] ?? '';
  else if (code >= 90 && code < 98) style.foreground = COLOURS[code - 82] ?? '';
  else if (code >= 100 && code < 108) style.background = COLOURS[code - 92] ?? '';
}

/** `5;N` of the 256 colours or `2;R;G;B`. */
function longColour([kind, ...values]: number[]): { colour: string; used: number } {
  if (kind === 5) {
    const index = values[0] ?? 0;
    return { colour: index < 16 ? (COLOURS[index] ?? '') : nearest(...paletteColour(index)), used: 2 };
  }
  if (kind === 2) return { colour: nearest(values[0] ?? 0, values[1] ?? 0, values[2] ?? 0), used: 4 };
  return { colour: '', used: 1 };
}

function paletteColour(index: number): [number, number, number] {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function nearest(red: number, green: number, blue: number): string {
  const distances = VALUES.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  return COLOURS[distances.indexOf(Math.min(...distances))] ?? '';
}
