import type { Chosen } from '../../deploy/chooseEnvironment';
import type { DeployPlan } from '../../deploy/plan';
import type { ShipOptions } from '../../deploy/ship/ship';
import type { DeployEnvironment } from '../../deploy/project';
import type { LockOwner, Release, ShipResult } from '../../deploy/ship/release';
import type { EngineConnection } from '../../engine/connection';

/** What carries plans out and keeps releases. */
export interface Shipper {
  /** Without a look at locks, and without a change to anything. */
  plan(chosen: Chosen, engine: EngineConnection, signal: AbortSignal): Promise<DeployPlan>;
  deploy(chosen: Chosen, engine: EngineConnection, options: ShipOptions): Promise<ShipResult>;
  rollBack(
    chosen: Chosen,
    engine: EngineConnection,
    release: string,
    options: ShipOptions,
  ): Promise<ShipResult>;
  promote(
    chosen: Chosen,
    from: DeployEnvironment,
    engine: EngineConnection,
    options: ShipOptions,
  ): Promise<ShipResult>;
  /** The newest first. */
  readHistory(environment: DeployEnvironment): Promise<Release[]>;
  /** Whose deploy died in the middle, so that the environment has to be put back. */
  interruptedDeploy(environment: DeployEnvironment): Promise<LockOwner | undefined>;
  recover(chosen: Chosen, engine: EngineConnection, options: ShipOptions): Promise<ShipResult | undefined>;
}

/** The one that does; what it takes is loaded when it is first asked. */
export const shipper: Shipper = {
  plan: async ({ project, environment }, engine, signal) =>
    (await import('../../deploy/shipping')).planDeploy(project, environment, engine, { signal }),
  deploy: async (...asked) => (await import('../../deploy/shipping')).deploy(...asked),
  rollBack: async (...asked) => (await import('../../deploy/shipping')).rollBack(...asked),
  promote: async (...asked) => (await import('../../deploy/shipping')).promote(...asked),
  readHistory: async (environment) => (await import('../../deploy/shipping')).readHistory(environment),
  interruptedDeploy: async (environment) =>
    (await import('../../deploy/shipping')).interruptedDeploy(environment),
  recover: async (...asked) => (await import('../../deploy/shipping')).recover(...asked),
};
