import type { FleetEngine } from '../appFleet';
import type { ContainersState } from '../fleet/containerList';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { FleetContainer } from '../fleet/containers';
import { stateWords } from '../fleet/words';
import type { ProjectConfig } from '../fleet/projects';
import { projectsOf } from '../fleet/projects';
import type { FleetProject } from '../fleet/projects';
import type { DeploymentNode, DeploymentRows } from './deploying/deploymentRows';

export type ContainerNode = {
  kind: 'container';
  key: string;
  engine: FleetEngine;
  container: FleetContainer;
};
export type ProjectNode = { kind: 'project'; key: string; engine: FleetEngine; project: FleetProject };
export type EngineNode = { kind: 'engine'; key: string; engine: FleetEngine; state: ContainersState };
type SandboxesNode = { kind: 'sandboxes'; key: string; engine: FleetEngine; count: number };
export type FleetNode = ContainerNode | ProjectNode | EngineNode | SandboxesNode | DeploymentNode;

/**
 * The rows of the tree. The node of a row stays the same object for as long as the row exists, and only what it
 * carries is replaced, so that one row can be shown anew.
 */
export class ContainersModel {
  private readonly states = new Map<FleetEngine, ContainersState>();
  private readonly nodes = new Map<string, FleetNode>();
  private filter = '';

  constructor(
    private readonly engines: () => FleetEngine[],
    private readonly groupBy: () => 'project' | 'engine' | 'flat',
    private readonly configs: () => readonly ProjectConfig[],
    private readonly deployments?: Pick<DeploymentRows, 'of' | 'children'>,
  ) {}

  setState(engine: FleetEngine, state: ContainersState): void {
    // While it looks again, what was last seen stays.
    if (state.kind !== 'looking' || !this.states.has(engine)) this.states.set(engine, state);
  }

  forget(engine: FleetEngine): void {
    this.states.delete(engine);
  }

  /** Shows only what has this text in its name, image, project or state; all when empty. */
  setFilter(text: string): void {
    this.filter = text.trim().toLowerCase();
  }

  roots(): FleetNode[] {
    const engines = this.engines();
    const [only] = engines;
    if (engines.length === 1 && only && this.groupBy() !== 'engine') return this.rowsOf(only);
    const known = engines.filter((engine) => this.states.has(engine));
    return known.map((engine) =>
      this.node({ kind: 'engine', key: `engine:${engine.setting}`, engine, state: this.stateOf(engine) }),
    );
  }

  children(node: FleetNode): FleetNode[] {
    switch (node.kind) {
      case 'engine':
        return this.rowsOf(node.engine);
      case 'project':
        return [...this.containersIn(node), ...this.deploymentsOf(node)];
      case 'deployments':
        return (this.deployments?.children(node) ?? []).map((each) => this.node(each));
      case 'sandboxes':
        return this.containersOf(node.engine)
          .filter(({ isSandbox }) => isSandbox)
          .map((container) => this.containerNode(node.engine, container));
      case 'container':
      case 'release':
      case 'note':
        return [];
    }
  }

  /** Only where an environment is written down. */
  deploymentsOf({ engine, project }: ProjectNode): DeploymentNode[] {
    // What is written down belongs to the engine of the audits.
    if (engine.setting !== '' || this.filter !== '') return [];
    return (this.deployments?.of(project.name) ?? []).map((each) => this.node(each));
  }

  containersIn({ engine, project }: ProjectNode): ContainerNode[] {
    return project.containers.map((container) => this.containerNode(engine, container));
  }

  /**
   * The nodes to show anew after containers have changed: theirs, and those of projects whose counts differ now.
   * Undefined when the rows have to be made anew.
   */
  changedNodes(engine: FleetEngine, ids: ReadonlySet<string>): FleetNode[] | undefined {
    // Any change may bring a row or take it away.
    if (this.filter !== '') return undefined;
    const isGrouped = this.groupBy() === 'project';
    const nodes: FleetNode[] = [];
    for (const project of this.projects(engine)) {
      const changed = project.containers.filter(({ id }) => ids.has(id));
      if (changed.length === 0) continue;
      const known = this.nodes.get(projectKey(engine, project));
      if (isGrouped && known?.kind === 'project' && summaryOf(known.project) !== summaryOf(project))
        nodes.push(known);
      if (known?.kind === 'project') known.project = project;
      nodes.push(...changed.map((container) => this.containerNode(engine, container)));
    }
    const sandboxes = this.containersOf(engine).filter(({ isSandbox, id }) => isSandbox && ids.has(id));
    return [...nodes, ...sandboxes.map((container) => this.containerNode(engine, container))];
  }

  /** The containers in these rows and below, as far as `isOpen` says that what is below is shown. */
  shownIn(nodes: readonly FleetNode[], isOpen: (node: FleetNode) => boolean): ContainerNode[] {
    return nodes.flatMap((node) => {
      if (node.kind === 'container') return [node];
      return isOpen(node) ? this.shownIn(this.children(node), isOpen) : [];
    });
  }

  nodeOf(engine: FleetEngine, id: string): FleetNode | undefined {
    return this.nodes.get(keyOf(engine, id));
  }

  /** Every container that is shown, in no order of interest. */
  all(): ContainerNode[] {
    return this.engines().flatMap((engine) =>
      this.projects(engine)
        .flatMap(({ containers }) => containers)
        .map((container) => this.containerNode(engine, container)),
    );
  }

  allProjects(): ProjectNode[] {
    return this.engines().flatMap((engine) =>
      this.projects(engine).map((each) => this.projectNode(engine, each)),
    );
  }

  /** The first engine's state, which the welcome texts speak of. */
  primaryState(): ContainersState {
    const [engine] = this.engines();
    return engine ? this.stateOf(engine) : { kind: 'looking' };
  }

  projectOf({ engine, container }: ContainerNode): FleetProject | undefined {
    return this.projects(engine).find(({ containers }) => containers.some(({ id }) => id === container.id));
  }

  private rowsOf(engine: FleetEngine): FleetNode[] {
    const sandboxes = this.containersOf(engine).filter(({ isSandbox }) => isSandbox);
    const isGrouped = this.groupBy() === 'project';
    const rows = this.projects(engine).flatMap((project): FleetNode[] =>
      isGrouped && project.name !== ''
        ? [this.projectNode(engine, project)]
        : project.containers.map((container) => this.containerNode(engine, container)),
    );
    if (sandboxes.length === 0) return rows;
    const key = `sandboxes:${engine.setting}`;
    return [...rows, this.node({ kind: 'sandboxes', key, engine, count: sandboxes.length })];
  }

  private projects(engine: FleetEngine): FleetProject[] {
    // What a configuration misses belongs to the engine of the audits.
    const configs = engine.setting === '' ? this.configs() : [];
    return projectsOf(this.containersOf(engine), configs).filter(
      ({ name, containers, missing }) =>
        containers.length > 0 ||
        (this.filter === '' && (missing.length > 0 || this.isDeployed(engine, name))),
    );
  }

  private isDeployed(engine: FleetEngine, project: string): boolean {
    return engine.setting === '' && (this.deployments?.of(project).length ?? 0) > 0;
  }

  private containersOf(engine: FleetEngine): readonly FleetContainer[] {
    const state = this.stateOf(engine);
    if (state.kind !== 'ready') return [];
    if (this.filter === '') return state.containers;
    return state.containers.filter((container) => {
      const { name, image, project, state: now, health } = container;
      return [name, image, project ?? '', now, health, stateWords(container)].some((text) =>
        text.toLowerCase().includes(this.filter),
      );
    });
  }

  stateOf(engine: FleetEngine): ContainersState {
    return this.states.get(engine) ?? { kind: 'looking' };
  }

  private containerNode(engine: FleetEngine, container: FleetContainer): ContainerNode {
    return this.node(containerNode(engine, container));
  }

  private projectNode(engine: FleetEngine, project: FleetProject): ProjectNode {
    return this.node({ kind: 'project', key: projectKey(engine, project), engine, project });
  }

  private node<T extends FleetNode>(fresh: T): T {
    const known = this.nodes.get(fresh.key);
    if (known?.kind === fresh.kind) return Object.assign<FleetNode, T>(known, fresh);
    this.nodes.set(fresh.key, fresh);
    return fresh;
  }

  /** Drops the nodes of rows that are gone. */
  prune(): void {
    const ids = new Set(
      [...this.states].flatMap(([engine, state]) =>
        state.kind === 'ready' ? state.containers.map(({ id }) => keyOf(engine, id)) : [],
      ),
    );
    for (const [key, { kind }] of this.nodes)
      if (kind === 'container' && !ids.has(key)) this.nodes.delete(key);
  }
}

/** A row for commands that are given one. */
export function containerNode(engine: FleetEngine, container: FleetContainer): ContainerNode {
  return { kind: 'container', key: keyOf(engine, container.id), engine, container };
}

function keyOf(engine: FleetEngine, id: string): string {
  return `${engine.setting}/${id}`;
}

function projectKey(engine: FleetEngine, { name }: FleetProject): string {
  return `project:${engine.setting}:${name}`;
}

/** The short facts in the row of a project. */
export function summaryOf({ containers, missing, isProduction }: FleetProject): string {
  const running = containers.filter(({ state }) => state === 'running').length;
  return [
    containers.length === 0 ? t('nothing runs') : t('{0} of {1} running', running, containers.length),
    missing.length > 0 ? t('{0} missing', missing.length) : '',
    isProduction ? t('production') : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What an engine's row is called. */
export function engineName(engine: FleetEngine): string {
  return engine.setting === '' ? t('Engine of the audits') : oneLine(engine.setting, 200);
}

export function unhealthyIn(nodes: readonly ContainerNode[]): number {
  return nodes.filter(({ container }) => container.health === 'unhealthy').length;
}

/** The rows a command is for: the selected ones where there are several. */
export function isContainerNode(value: unknown): value is ContainerNode {
  return (value as { kind?: unknown } | undefined)?.kind === 'container';
}

export function isProjectNode(value: unknown): value is ProjectNode {
  return (value as { kind?: unknown } | undefined)?.kind === 'project';
}
