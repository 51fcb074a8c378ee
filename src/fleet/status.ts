import { oneLine } from '../base/text';
import { countOf, t } from '../base/texts';
import { portText, uptimeSeconds } from './containers';
import type { FleetContainer } from './containers';
import type { FleetProject } from './projects';
import { stateWords, uptimeWords } from './words';

/** The status as other programs read it. */
export interface StatusReport {
  projects: {
    /** Empty for containers without a project. */
    name: string;
    workspacePath: string | null;
    productionPath: string | null;
    containers: {
      name: string;
      /** A state of the engine, or `not_found` for one that should be there. */
      state: string;
      /** `none`, `starting`, `healthy` or `unhealthy`. */
      health: string;
      /** Null while it does not run. */
      uptimeSeconds: number | null;
      ports: string[];
      image: string;
      primary: boolean;
    }[];
  }[];
}

/** `now` is in milliseconds since 1970. */
export function statusReport(projects: readonly FleetProject[], now: number): StatusReport {
  return {
    projects: projects.map((project) => ({
      name: project.name,
      workspacePath: project.workspacePath ?? null,
      productionPath: project.productionPath ?? null,
      containers: [
        ...project.containers.map((container) => ({
          name: container.name,
          state: container.state,
          health: container.health,
          uptimeSeconds: uptimeSeconds(container, now) ?? null,
          ports: container.ports.map(portText),
          image: container.image,
          primary: container.isPrimary,
        })),
        ...project.missing.map((name) => ({
          ...{ name, state: 'not_found', health: 'none', uptimeSeconds: null, ports: [], image: '' },
          primary: false,
        })),
      ],
    })),
  };
}

/** The status as people read it, a line a container. */
export function statusText(projects: readonly FleetProject[], now: number): string {
  if (projects.length === 0) return `${t('The engine has no containers.')}\n`;
  return projects.map((project) => projectText(project, now)).join('\n');
}

function projectText(project: FleetProject, now: number): string {
  const running = project.containers.filter(({ state }) => state === 'running').length;
  const title = project.name === '' ? t('Without a project') : oneLine(project.name, 200);
  const all = countOf(project.containers.length, 'container');
  const lines = [
    project.isProduction
      ? t('{0}: {1} of {2} running, production', title, running, all)
      : t('{0}: {1} of {2} running', title, running, all),
  ];
  if (project.workspacePath) lines.push(t('  workspace:  {0}', oneLine(project.workspacePath, 500)));
  if (project.productionPath) lines.push(t('  production: {0}', oneLine(project.productionPath, 500)));
  const cells = project.containers.map((container) => cellsOf(container, now));
  for (const name of project.missing) cells.push([`  ${oneLine(name, 100)}`, t('not found'), '', '', '']);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    lines.push(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  return `${lines.join('\n')}\n`;
}

function cellsOf(container: FleetContainer, now: number): string[] {
  const seconds = uptimeSeconds(container, now);
  return [
    `${container.isPrimary ? '* ' : '  '}${oneLine(container.name, 100)}`,
    stateWords(container),
    seconds === undefined ? '' : t('up {0}', uptimeWords(seconds)),
    oneLine(container.image, 80),
    container.ports.map(portText).join(', '),
  ];
}
