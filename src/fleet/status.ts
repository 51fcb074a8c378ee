import { count, oneLine } from '../base/text';
import { portText, stateText, uptimeSeconds, uptimeText } from './containers';
import type { FleetContainer } from './containers';
import type { FleetProject } from './projects';

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
  if (projects.length === 0) return 'The engine has no containers.\n';
  return projects.map((project) => projectText(project, now)).join('\n');
}

function projectText(project: FleetProject, now: number): string {
  const running = project.containers.filter(({ state }) => state === 'running').length;
  const title = project.name === '' ? 'Without a project' : oneLine(project.name, 200);
  const mark = project.isProduction ? ', production' : '';
  const lines = [`${title}: ${running} of ${count(project.containers.length, 'container')} running${mark}`];
  if (project.workspacePath) lines.push(`  workspace:  ${oneLine(project.workspacePath, 500)}`);
  if (project.productionPath) lines.push(`  production: ${oneLine(project.productionPath, 500)}`);
  const cells = project.containers.map((container) => cellsOf(container, now));
  for (const name of project.missing) cells.push([`  ${oneLine(name, 100)}`, 'not found', '', '', '']);
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
    stateText(container),
    seconds === undefined ? '' : `up ${uptimeText(seconds)}`,
    oneLine(container.image, 80),
    container.ports.map(portText).join(', '),
  ];
}
