import * as path from 'node:path';
import { messageOf, UserError } from '../../../base/errors';
import { relativeInside } from '../../../base/paths';
import { readRegularFile } from '../../../base/regularFile';
import { t } from '../../../base/texts';
import { readWorkspace } from '../../loop1/facts/readWorkspace';
import { isPlan } from '../../loop1/goal';
import type { Loop1Run } from '../../loop1/run';
import { tasksOfList } from './fromList';
import type { PlanPart } from './fromList';
import { tasksOfLoop1 } from './fromLoop1';
import { makePlan } from './plan';
import type { Plan } from './plan';

const MAX_BYTES = 2_000_000;

interface Wanted {
  /** Absolute path of the workspace. */
  root: string;
  /** Task lists, absolute or relative to the workspace; none for what there is. */
  from: readonly string[];
  loop1Run: Loop1Run | undefined;
  now: Date;
}

/**
 * The plan of a workspace, and where it comes from in words: of the lists that are named, otherwise of what Loop 1 has left, otherwise
 * of the task lists that lie in the workspace. Rejects with `UserError` where there is none.
 */
export async function findPlan(wanted: Wanted, signal: AbortSignal): Promise<{ plan: Plan; source: string }> {
  const { root, from, loop1Run, now } = wanted;
  if (from.length > 0) {
    const parts = await Promise.all(from.map((file) => readList(root, file)));
    return { plan: makePlan(parts), source: from.join(', ') };
  }
  const left = loop1Run && tasksOfLoop1(loop1Run, now);
  if (left && left.drafts.length > 0) return { plan: makePlan([left]), source: 'Loop 1' };
  const { texts } = (await readWorkspace(root, signal)).parts;
  const lists = [...texts]
    .filter(([file]) => isPlan(file))
    .map(([file, text]) => ({ file, part: tasksOfList(file, text) }));
  const open = lists.filter(({ part }) => part.drafts.length > 0);
  return { plan: makePlan(open.map(({ part }) => part)), source: open.map(({ file }) => file).join(', ') };
}

async function readList(root: string, file: string): Promise<PlanPart> {
  const absolute = path.resolve(root, file);
  try {
    const text = (await readRegularFile(absolute, MAX_BYTES)).toString('utf8');
    return tasksOfList(relativeInside(root, absolute) ?? path.basename(absolute), text);
  } catch (error) {
    throw new UserError(
      t('The task list {0} can not be read: {1}', file, messageOf(error)),
      t('Name a Markdown file of up to 2 MB.'),
    );
  }
}
