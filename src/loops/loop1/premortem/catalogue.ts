import type { Probe } from './probe';
import { blockingCallInHandler } from './probes/blocking-call-in-handler';
import { callWithoutTimeout } from './probes/call-without-timeout';
import { committedSecret } from './probes/committed-secret';
import { containerRunsAsRoot } from './probes/container-runs-as-root';
import { databaseWithoutVolume } from './probes/database-without-volume';
import { dockerSocketMounted } from './probes/docker-socket-mounted';
import { envNotIgnored } from './probes/env-not-ignored';
import { noCi } from './probes/no-ci';
import { noDockerignore } from './probes/no-dockerignore';
import { noHealthCheck } from './probes/no-health-check';
import { noLockfile } from './probes/no-lockfile';
import { noMemoryLimit } from './probes/no-memory-limit';
import { noRestartPolicy } from './probes/no-restart-policy';
import { noTests } from './probes/no-tests';
import { privilegedContainer } from './probes/privileged-container';
import { publishedDatabasePort } from './probes/published-database-port';
import { unpinnedImage } from './probes/unpinned-image';
import { weakDatabasePassword } from './probes/weak-database-password';

/** Every way to fail that is looked for without a model. */
export const PROBES: readonly Probe[] = [
  blockingCallInHandler,
  callWithoutTimeout,
  committedSecret,
  containerRunsAsRoot,
  databaseWithoutVolume,
  dockerSocketMounted,
  envNotIgnored,
  noCi,
  noDockerignore,
  noHealthCheck,
  noLockfile,
  noMemoryLimit,
  noRestartPolicy,
  noTests,
  privilegedContainer,
  publishedDatabasePort,
  unpinnedImage,
  weakDatabasePassword,
];
