/** A path with an ending, in the words of a task. */
const PATH =
  /(?:^|[\s`"'(])((?:[\w.@-]+\/)+[\w.@-]+\.(?:[cm]?[jt]sx?|py|sql|go|rs|java|rb|sh|ya?ml|css|html))(?=$|[\s`"'),.:;])/g;

/** Paths of files that the words of a task name, as they stand there, without `./`. */
export function filesNamed(text: string): string[] {
  return [...text.matchAll(PATH)].map(([, path = '']) => path.replace(/^\.\//, ''));
}
