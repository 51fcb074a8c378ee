import type { Coverable } from '../../coverable';
import type { AuditedFile } from '../../stage';
import { reachedIn } from '../coverage/measure';
import type { Reached } from '../coverage/measure';
import type { ProjectCounts } from '../coverage/projectCounts';

/** What tests reached of one file of the workspace. */
export interface CoveredFile {
  path: string;
  /** As it was run. */
  text: string;
  reached: Reached;
  /** Test files that ran something of it, where that is known. */
  tests: string[];
  /** What one of `tests` reached. */
  reachedBy(test: string): Reached | undefined;
}

/**
 * Measures files one by one, and tells each as it is known. Files with nothing that can run, and those whose counts do not
 * fit their text, are left out.
 */
export async function coverageOf(
  counts: ProjectCounts,
  fileOf: (path: string) => AuditedFile | undefined,
  coverable: (file: AuditedFile) => Promise<Coverable | undefined>,
  onFile: (file: CoveredFile) => void,
): Promise<void> {
  for (const [path, { all, byTest }] of [...counts.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const file = fileOf(path);
    const places = file && (await coverable(file));
    const reached = places && reachedIn(all, file.text, places);
    if (!reached) continue;
    onFile({
      path,
      text: file.text,
      reached,
      tests: [...byTest.keys()],
      reachedBy: (test) => {
        const own = byTest.get(test);
        return own && reachedIn(own, file.text, places);
      },
    });
  }
}
