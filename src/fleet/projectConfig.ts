/** What a user wrote down about a project. */
export interface ProjectConfig {
  name: string;
  /** The Compose project's name. */
  composeProject: string | undefined;
  /** Names of its containers, where they are not found by their Compose project. */
  containers: readonly string[];
  primaryContainer: string | undefined;
  /** Absolute paths. */
  workspacePath: string | undefined;
  productionPath: string | undefined;
}

const MAX_PROJECTS = 200;

/**
 * Reads `.scar-projects.json`: by project name, `workspace`, `production`, `compose_project`, `containers` and
 * `primary_container`. What can't be read is left out.
 */
export function readProjectConfigs(text: string): ProjectConfig[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const all = record(record(parsed)?.['projects'] ?? parsed);
  return Object.entries(all ?? {})
    .slice(0, MAX_PROJECTS)
    .flatMap(([name, value]) => {
      const config = record(value);
      if (!config) return [];
      const containers: unknown = config['containers'];
      return [
        {
          name,
          composeProject: string(config['compose_project']),
          containers: Array.isArray(containers) ? containers.filter((each) => typeof each === 'string') : [],
          primaryContainer: string(config['primary_container']),
          workspacePath: string(config['workspace']),
          productionPath: string(config['production']),
        },
      ];
    });
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
