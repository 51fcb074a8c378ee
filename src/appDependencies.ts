import * as os from 'node:os';
import * as path from 'node:path';
import type { AppOptions } from './app';
import { PROJECT_ROOT } from './audit/production/layout';
import type { Engine } from './engine/engine';
import { DependencyImages } from './sandbox/dependencies/dependencyImages';
import { dialFrom } from './sandbox/dependencies/dial';
import { thisProcess } from './sandbox/owner';
import { pull } from './sandbox/unavailable';

/** Images of the dependencies of projects, as audits need them. */
export function dependencyImages(
  engine: Engine,
  { logger, distDirectory }: Pick<AppOptions, 'logger' | 'distDirectory'>,
): DependencyImages {
  return new DependencyImages({
    ...{ engine, logger, owner: thisProcess(), pullImage: pull },
    surroundings: { env: process.env, home: os.homedir() },
    dial: dialFrom(process.env),
    installerDirectory: path.join(distDirectory, 'installer'),
    rootInAudit: PROJECT_ROOT,
  });
}
