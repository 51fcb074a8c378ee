import { oneLine } from '../../base/text';
import type { PlannedTask } from './facts/projectFacts';
import { readTaskList } from '../taskList';
import type { Goal } from './run';

/** Task lists as spec-kit, Kiro and BMAD keep them, and plans in Markdown under the names people give them. */
const PLANS: readonly RegExp[] = [
  /^specs\/[^/]+\/tasks\.md$/i,
  /^\.specify\/.*tasks\.md$/i,
  /^\.kiro\/specs\/[^/]+\/tasks\.md$/i,
  /^(docs|_bmad-output|\.bmad[\w-]*)\/(.*\/)?stories\/[^/]+\.md$/i,
  /^(docs|_bmad-output)\/(.*\/)?(epics?|sprint)[\w.-]*\.md$/i,
  /^(docs\/|plans?\/)?(plan|todo|tasks|roadmap)\.md$/i,
  /^plans?\/[^/]+\.md$/i,
  /^\.agents\/plans\/[^/]+\.md$/i,
];
/** Documents that say what is to be built, without tasks. */
const SPECS: readonly RegExp[] = [
  /^specs\/[^/]+\/(spec|plan)\.md$/i,
  /^\.kiro\/specs\/[^/]+\/(requirements|design)\.md$/i,
  /^(docs\/)?(prd|spec|brief|project-brief)\.md$/i,
];
const MAX_TASKS = 2000;
const MAX_TEXT = 300;

/** Whether a file, relative to its workspace, is a list of tasks or a document that says what is to be built. */
export function isPlan(file: string): boolean {
  return [...PLANS, ...SPECS].some((pattern) => pattern.test(file));
}

/** Entries of all task lists of a workspace, by its texts. */
export function readTasks(texts: ReadonlyMap<string, string>): PlannedTask[] {
  const found: PlannedTask[] = [];
  for (const [file, text] of texts) {
    if (!PLANS.some((pattern) => pattern.test(file))) continue;
    for (const { id, line, text: said, isDone } of readTaskList(text)) {
      const whole = id === `L${line}` ? said : `${id} ${said}`;
      found.push({ file, line, text: oneLine(whole, MAX_TEXT), isDone });
      if (found.length >= MAX_TASKS) return found;
    }
  }
  return found;
}

/**
 * What is to be built, in the user's words and by the plans of the workspace. Nothing of it weighs anything: a promise in a
 * plan neither lowers nor raises a risk.
 */
export function goalOf(
  words: string,
  texts: ReadonlyMap<string, string>,
  tasks: readonly PlannedTask[],
): Goal {
  const specs = [...texts.keys()].filter((file) => SPECS.some((pattern) => pattern.test(file)));
  const files = [...new Set([...specs, ...tasks.map(({ file }) => file)])];
  return { text: words.trim().slice(0, 4000), files, tasks };
}
