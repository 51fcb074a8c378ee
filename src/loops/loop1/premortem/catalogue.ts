import type { Probe } from './probe';
import { blockingCallInHandler } from './probes/blocking-call-in-handler';
import { callWithoutTimeout } from './probes/call-without-timeout';
import { ciWithoutTests } from './probes/ci-without-tests';
import { codeFromInput } from './probes/code-from-input';
import { committedSecret } from './probes/committed-secret';
import { containerOutOfMemory } from './probes/container-out-of-memory';
import { containerRestarts } from './probes/container-restarts';
import { containerRunsAsRoot } from './probes/container-runs-as-root';
import { containerUnhealthy } from './probes/container-unhealthy';
import { databaseWithoutBackup } from './probes/database-without-backup';
import { databaseWithoutVolume } from './probes/database-without-volume';
import { debugInProduction } from './probes/debug-in-production';
import { dependencyFromUrl } from './probes/dependency-from-url';
import { dockerSocketMounted } from './probes/docker-socket-mounted';
import { endOfLifeRuntime } from './probes/end-of-life-runtime';
import { envNotIgnored } from './probes/env-not-ignored';
import { failedAudit } from './probes/failed-audit';
import { hollowTests } from './probes/hollow-tests';
import { imageInstallsUnlocked } from './probes/image-installs-unlocked';
import { knownAdvisory } from './probes/known-advisory';
import { loosePythonRequirements } from './probes/loose-python-requirements';
import { migrationWithoutWayBack } from './probes/migration-without-way-back';
import { noCi } from './probes/no-ci';
import { noDockerignore } from './probes/no-dockerignore';
import { noGracefulShutdown } from './probes/no-graceful-shutdown';
import { noHealthCheck } from './probes/no-health-check';
import { noLockfile } from './probes/no-lockfile';
import { noMemoryLimit } from './probes/no-memory-limit';
import { noRestartPolicy } from './probes/no-restart-policy';
import { noTests } from './probes/no-tests';
import { onlyCopy } from './probes/only-copy';
import { phantomTask } from './probes/phantom-task';
import { pretendedWork } from './probes/pretended-work';
import { privilegedContainer } from './probes/privileged-container';
import { publishedDatabasePort } from './probes/published-database-port';
import { queryInLoop } from './probes/query-in-loop';
import { releaseDrift } from './probes/release-drift';
import { remoteScriptPiped } from './probes/remote-script-piped';
import { schemaRewrittenAtStart } from './probes/schema-rewritten-at-start';
import { secretInImage } from './probes/secret-in-image';
import { singleOwner } from './probes/single-owner';
import { sqlByString } from './probes/sql-by-string';
import { startOrderByLuck } from './probes/start-order-by-luck';
import { swallowedError } from './probes/swallowed-error';
import { tlsVerificationOff } from './probes/tls-verification-off';
import { todoHotSpot } from './probes/todo-hot-spot';
import { twoLockfiles } from './probes/two-lockfiles';
import { unboundedLogs } from './probes/unbounded-logs';
import { unboundedRetry } from './probes/unbounded-retry';
import { uncommittedWork } from './probes/uncommitted-work';
import { unpaginatedRead } from './probes/unpaginated-read';
import { unpinnedAction } from './probes/unpinned-action';
import { unpinnedImage } from './probes/unpinned-image';
import { untestedHotSpot } from './probes/untested-hot-spot';
import { untrustedCheckout } from './probes/untrusted-checkout';
import { weakDatabasePassword } from './probes/weak-database-password';
import { wildcardVersion } from './probes/wildcard-version';

/** Every way to fail that is looked for without a model. */
export const PROBES: readonly Probe[] = [
  blockingCallInHandler,
  callWithoutTimeout,
  ciWithoutTests,
  codeFromInput,
  committedSecret,
  containerOutOfMemory,
  containerRestarts,
  containerRunsAsRoot,
  containerUnhealthy,
  databaseWithoutBackup,
  databaseWithoutVolume,
  debugInProduction,
  dependencyFromUrl,
  dockerSocketMounted,
  endOfLifeRuntime,
  envNotIgnored,
  failedAudit,
  hollowTests,
  imageInstallsUnlocked,
  knownAdvisory,
  loosePythonRequirements,
  migrationWithoutWayBack,
  noCi,
  noDockerignore,
  noGracefulShutdown,
  noHealthCheck,
  noLockfile,
  noMemoryLimit,
  noRestartPolicy,
  noTests,
  onlyCopy,
  phantomTask,
  pretendedWork,
  privilegedContainer,
  publishedDatabasePort,
  queryInLoop,
  releaseDrift,
  remoteScriptPiped,
  schemaRewrittenAtStart,
  secretInImage,
  singleOwner,
  sqlByString,
  startOrderByLuck,
  swallowedError,
  tlsVerificationOff,
  todoHotSpot,
  twoLockfiles,
  unboundedLogs,
  unboundedRetry,
  uncommittedWork,
  unpaginatedRead,
  unpinnedAction,
  unpinnedImage,
  untestedHotSpot,
  untrustedCheckout,
  weakDatabasePassword,
  wildcardVersion,
];
