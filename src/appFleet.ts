import type { Logger } from './base/logger';
import { Engine } from './engine/engine';
import { localEnvironment } from './engine/localEnvironment';
import { ContainerList } from './fleet/containerList';
import { MetricsSampler } from './fleet/metricsSampler';
import type { Settings } from './settings';

/** An engine whose containers are shown. */
export interface FleetEngine {
  /** What the setting holds for it; empty for the one that audits use. */
  setting: string;
  engine: Engine;
  list: ContainerList;
  metrics: MetricsSampler;
}

interface FleetOptions {
  settings: () => Settings;
  logger: Logger;
}

/** The engines whose containers are shown, each made when it is first asked for. */
export class FleetEngines {
  private readonly known = new Map<string, FleetEngine>();

  /** @param own the engine of the audits */
  constructor(
    own: Engine,
    private readonly options: FleetOptions,
  ) {
    this.known.set('', shown('', own, options.logger));
  }

  /** The engine of the audits, then those that are shown besides. */
  all(): FleetEngine[] {
    return ['', ...new Set(this.options.settings().otherEngines)].map((setting) => this.of(setting));
  }

  /** The one that a setting names; without one, that of the audits. */
  of(setting: string): FleetEngine {
    const known = this.known.get(setting);
    if (known) return known;
    const { logger } = this.options;
    const engine = new Engine({ environment: localEnvironment(), setting: () => setting, logger });
    const made = shown(setting, engine, logger);
    this.known.set(setting, made);
    return made;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.known.values()].map(({ engine }) => engine.dispose()));
  }
}

function shown(setting: string, engine: Engine, logger: Logger): FleetEngine {
  const list = new ContainerList(engine, logger);
  return { setting, engine, list, metrics: new MetricsSampler(list) };
}
