/** What the container that installs dependencies is to do; it reads this as JSON. Paths are those inside of it. */
export interface InstallPlan {
  /** Where on its loopback the way out begins. */
  proxyPort: number;
  /** One after the other, until one fails. */
  steps: { command: string[]; cwd: string; env: Record<string, string> }[];
  /** Where the manifests lie and the dependencies come to be. */
  project: string;
  /** Where the same folder lies in an audit. */
  projectInAudit: string;
  /** Folders of the project that may get a `node_modules`, relative to it. */
  folders: string[];
  /** What is not kept once all is done. */
  remove: string[];
}

/** The folder of an image that holds dependencies; an audit mounts nothing over it. */
export const DEPENDENCY_ROOT = '/deps';
/** Where a project's manifests are, with `node_modules` beside them. */
export const DEPENDENCY_PROJECT = `${DEPENDENCY_ROOT}/project`;
/** Where Python's packages are. */
export const DEPENDENCY_SITE = `${DEPENDENCY_ROOT}/site`;
/** Programs and caches of the installation. */
export const BUILD_FOLDER = `${DEPENDENCY_ROOT}/build`;
export const PROXY_PORT = 3128;
