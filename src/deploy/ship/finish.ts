import type { EngineConnection } from '../../engine/connection';
import type { ReleaseFolder } from './releaseFolder';
import { forgetImages } from './snapshot';

/** What is done once a release serves; can be done again after a crash. */
export async function finish(
  folder: ReleaseFolder,
  engine: EngineConnection,
  release: string,
  keep: number,
): Promise<void> {
  await folder.setCurrent(release);
  await folder.endAttempt();
  for (const forgotten of await folder.prune(keep)) {
    const state = await folder.state(forgotten).catch(() => undefined);
    if (state) await forgetImages(engine, folder, forgotten, state);
  }
}
