import { byName } from './containers';
import type { FleetContainer } from './containers';

/** What is written down about the containers of a project. */
export interface ProjectConfig {
  name: string;
  /** The Compose project's name. */
  composeProject: string | undefined;
  /** Names of its containers, where they are not found by their Compose project. */
  containers: readonly string[];
  primaryContainer: string | undefined;
  /** Absolute. */
  workspacePath: string | undefined;
  /** Where it serves real users: a path, or `user@host:/path`. */
  productionPath: string | undefined;
}

/** Containers that belong together. */
export interface FleetProject {
  /** Empty for the containers that belong to no project. */
  name: string;
  /** The primary one first, then by name. */
  containers: readonly FleetContainer[];
  /** Names that were written down as its containers, of which there are none. */
  missing: readonly string[];
  workspacePath: string | undefined;
  productionPath: string | undefined;
  /** It serves real users, as a label of a container or the configuration says. */
  isProduction: boolean;
}

/**
 * The projects that the containers form, by name, those without one last. Sandboxes of audits are left out. A
 * configured project is there even when all its containers are missing.
 */
export function projectsOf(
  containers: readonly FleetContainer[],
  configs: readonly ProjectConfig[],
): FleetProject[] {
  const groups = new Map<string, FleetContainer[]>(configs.map(({ name }) => [name, []]));
  for (const container of containers) {
    if (container.isSandbox) continue;
    const name = configOf(container, configs)?.name ?? container.project ?? '';
    groups.set(name, [...(groups.get(name) ?? []), container]);
  }
  return [...groups]
    .map(([name, members]) =>
      toProject(
        name,
        members,
        configs.find((config) => config.name === name),
      ),
    )
    .sort((a, b) => Number(a.name === '') - Number(b.name === '') || (a.name < b.name ? -1 : 1));
}

function configOf(container: FleetContainer, configs: readonly ProjectConfig[]): ProjectConfig | undefined {
  return configs.find(
    ({ composeProject, containers }) =>
      (composeProject !== undefined && composeProject === container.project) ||
      containers.includes(container.name),
  );
}

function toProject(
  name: string,
  members: readonly FleetContainer[],
  config: ProjectConfig | undefined,
): FleetProject {
  const containers = members
    .map((container) =>
      isNamed(container, config?.primaryContainer) ? { ...container, isPrimary: true } : container,
    )
    .sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary) || byName(a, b));
  const missing = (config?.containers ?? []).filter(
    (wanted) => !containers.some((container) => isNamed(container, wanted)),
  );
  return {
    name,
    containers,
    missing,
    workspacePath: config?.workspacePath ?? containers.find(({ folder }) => folder)?.folder,
    productionPath: config?.productionPath,
    isProduction: containers.some(({ isProduction }) => isProduction) || config?.productionPath !== undefined,
  };
}

function isNamed(container: FleetContainer, wanted: string | undefined): boolean {
  return wanted !== undefined && (container.name === wanted || container.service === wanted);
}

/** A project by its name; else the container of that name, as if it were a project of its own. Undefined where there is neither. */
export function projectNamed(projects: readonly FleetProject[], name: string): FleetProject | undefined {
  const found = projects.find((project) => project.name === name && name !== '');
  if (found) return found;
  for (const project of projects) {
    const containers = project.containers.filter((each) => each.name === name);
    if (containers.length > 0) return { ...project, containers, missing: [] };
  }
  return undefined;
}
