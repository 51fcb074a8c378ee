import { posix } from 'node:path';
import type { SandboxFile } from '../sandbox';
import type { DependencyProject, LockKind } from './dependencyProject';
import { BUILD_FOLDER, DEPENDENCY_PROJECT, DEPENDENCY_SITE, PROXY_PORT } from './installPlan';
import type { InstallPlan } from './installPlan';
import { packageManagerOf } from './packageManagers';

/** Changes with everything here that makes another image of the same lockfile. */
export const INSTALL_VERSION = 1;

const MANAGER_FOLDER = `${BUILD_FOLDER}/manager`;
const CERTIFICATES = `${BUILD_FOLDER}/certificates.pem`;
const PROXY = `http://127.0.0.1:${PROXY_PORT}`;

/** What is done in the container that installs a project's dependencies, and the files it is done with. */
export function planInstall(
  project: DependencyProject,
  extras: { manager: Buffer | undefined; certificates: Buffer | undefined; rootInAudit: string },
): { plan: InstallPlan; files: SandboxFile[] } {
  const manager = packageManagerOf(project.kind, project.format);
  const env = { ...environment(extras.certificates !== undefined), ...OWN_ENVIRONMENT[project.kind] };
  const step = (...command: string[]): InstallPlan['steps'][number] => ({
    command,
    cwd: DEPENDENCY_PROJECT,
    env,
  });
  const program = `${MANAGER_FOLDER}/package/${manager?.program ?? ''}`;
  const unpack = manager
    ? [
        step('mkdir', '-p', MANAGER_FOLDER),
        step('tar', '-xof', `${BUILD_FOLDER}/manager.tar`, '-C', MANAGER_FOLDER),
      ]
    : [];
  const plan: InstallPlan = {
    proxyPort: PROXY_PORT,
    steps: [
      step('mkdir', '-p', env['HOME'] ?? '', env['TMPDIR'] ?? ''),
      ...unpack,
      ...commandsOf(project, program).map((command) => step(...command)),
    ],
    project: DEPENDENCY_PROJECT,
    projectInAudit: posix.join(extras.rootInAudit, project.folder),
    folders: project.members,
    remove: [BUILD_FOLDER],
  };
  const inBuild = (name: string): string => posix.join('build', name);
  const files: SandboxFile[] = project.files.map((file) => ({ ...file, path: `project/${file.path}` }));
  if (extras.manager) files.push({ path: inBuild('manager.tar'), content: extras.manager });
  if (extras.certificates) files.push({ path: inBuild('certificates.pem'), content: extras.certificates });
  files.push({ path: inBuild('plan.json'), content: Buffer.from(JSON.stringify(plan)) });
  return { plan, files };
}

/** What one package manager understands and others would only complain about. */
const OWN_ENVIRONMENT: Partial<Record<LockKind, Record<string, string>>> = {
  pnpm: {
    npm_config_manage_package_manager_versions: 'false',
    npm_config_store_dir: `${BUILD_FOLDER}/store`,
    // Links into the store would lead nowhere once it is gone.
    npm_config_package_import_method: 'copy',
  },
  yarn: { YARN_CACHE_FOLDER: `${BUILD_FOLDER}/yarn` },
  'yarn-berry': {
    YARN_HTTP_PROXY: PROXY,
    YARN_HTTPS_PROXY: PROXY,
    YARN_CACHE_FOLDER: `${BUILD_FOLDER}/yarn`,
  },
};

function commandsOf(project: DependencyProject, program: string): string[][] {
  switch (project.kind) {
    case 'npm':
      return [
        [
          'node',
          program,
          'ci',
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          '--loglevel=warn',
          '--fetch-retries=1',
          '--fetch-retry-mintimeout=1000',
          '--include=dev',
        ],
      ];
    case 'pnpm':
      return [
        [
          'node',
          program,
          'install',
          '--frozen-lockfile',
          '--ignore-scripts',
          '--ignore-pnpmfile',
          '--reporter=append-only',
        ],
      ];
    case 'yarn':
      return [
        [
          'node',
          program,
          'install',
          '--frozen-lockfile',
          '--ignore-scripts',
          '--non-interactive',
          '--no-progress',
          '--production=false',
        ],
      ];
    case 'yarn-berry':
      return [['node', program, 'install', '--immutable', '--mode=skip-build']];
    case 'uv':
    case 'poetry':
    case 'pip':
      return [pipCommand(project)];
  }
}

function pipCommand({ kind, files }: DependencyProject): string[] {
  const requirements = files.filter(({ path }) => !path.includes('/')).flatMap(({ path }) => ['-r', path]);
  // A lockfile names everything; looking for more would only find what is not for this platform.
  const locked = kind === 'pip' ? [] : ['--no-deps', '--require-hashes'];
  return [
    ...[
      'python3',
      '-m',
      'pip',
      'install',
      '--target',
      DEPENDENCY_SITE,
      '--only-binary=:all:',
      '--no-compile',
    ],
    ...[
      '--no-cache-dir',
      '--no-input',
      '--disable-pip-version-check',
      '--progress-bar=off',
      '--proxy',
      PROXY,
    ],
    ...locked,
    ...requirements,
  ];
}

function environment(hasCertificates: boolean): Record<string, string> {
  const certificates = hasCertificates
    ? {
        NODE_EXTRA_CA_CERTS: CERTIFICATES,
        PIP_CERT: CERTIFICATES,
        SSL_CERT_FILE: CERTIFICATES,
        npm_config_cafile: CERTIFICATES,
      }
    : {};
  return {
    HOME: `${BUILD_FOLDER}/home`,
    // Not the memory file system on /tmp: what is unpacked can be larger than it.
    TMPDIR: `${BUILD_FOLDER}/tmp`,
    LANG: 'C.UTF-8',
    CI: '1',
    NO_COLOR: '1',
    HTTP_PROXY: PROXY,
    HTTPS_PROXY: PROXY,
    http_proxy: PROXY,
    https_proxy: PROXY,
    npm_config_proxy: PROXY,
    npm_config_https_proxy: PROXY,
    npm_config_noproxy: '',
    npm_config_update_notifier: 'false',
    ...certificates,
  };
}
