import { chooseEnvironment } from '../deploy/chooseEnvironment';
import type { Chosen } from '../deploy/chooseEnvironment';
import { loadProjects } from '../deploy/loadProjects';
import type { DeployPlan } from '../deploy/plan';
import { planText } from '../deploy/planText';
import { resultText } from '../deploy/resultText';
import type { ShipResult } from '../deploy/ship/release';
import { deploy, rollBack } from '../deploy/ship/rollBack';
import type { ShipOptions } from '../deploy/ship/ship';
import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { ToolFolder, ToolHost } from '../tools/tool';

/** What is to be shipped. */
export interface Shipping {
  kind: 'deploy' | 'rollback';
  folder: ToolFolder;
  /** `PROJECT`, `PROJECT/ENVIRONMENT` or undefined for the only one. */
  target: string | undefined;
  /** Id of the release to go back to; undefined for the last one. */
  release: string | undefined;
}

interface ShipCall {
  signal: AbortSignal;
  onProgress: (message: string) => void;
}

/** Deploys and rollbacks that are agreed to in words. */
export class DeployDesk {
  constructor(
    private readonly app: ToolHost['app'],
    private readonly onShipped: (name: string, what: Shipping['kind'], result: ShipResult) => Promise<void>,
  ) {}

  /** The plan as people read it; nothing is touched. Rejects with `UserError` where it is not possible. */
  async plan(shipping: Shipping, signal: AbortSignal): Promise<string> {
    let plan: DeployPlan | undefined;
    const result = await this.ship(shipping, { signal, onProgress: () => undefined }, (made) => {
      plan = made;
      return false;
    });
    if (plan) return planText(plan).trimEnd();
    throw new UserError(resultText(result));
  }

  /** Carries out the plan that was shown, and no other. Resolves to how it ended, in words; rejects with `UserError`. */
  async run(shipping: Shipping, shown: string, call: ShipCall): Promise<string> {
    let isOther = false;
    const result = await this.ship(shipping, call, (plan) => {
      isOther = planText(plan).trimEnd() !== shown;
      return !isOther;
    });
    if (isOther)
      throw new UserError(
        t('What would be done has changed since you were asked'),
        t('Ask for it once more.'),
      );
    const text = resultText(result);
    if (result.outcome === 'deployed' || result.outcome === 'unchanged') return text;
    throw new UserError(text);
  }

  private async ship(
    { kind, folder, target, release }: Shipping,
    { signal, onProgress }: ShipCall,
    confirm: (plan: DeployPlan) => boolean,
  ): Promise<ShipResult> {
    const chosen = await chooseEnvironment(await loadProjects(folder.root), target, folder.root);
    const engine = await this.app.connectEngine(signal, chosen.environment.engine ?? '');
    const options: ShipOptions = {
      signal,
      onProgress: ({ message }) => onProgress(oneLine(message, 200)),
      confirm: async (plan) => confirm(plan),
      breakLock: async () => false,
    };
    const result =
      kind === 'deploy'
        ? await deploy(chosen, engine, options)
        : await rollBack(chosen, engine, release, options);
    if (result.outcome !== 'cancelled') await this.onShipped(nameOf(chosen), kind, result);
    return result;
  }
}

function nameOf({ project, environment }: Chosen): string {
  return oneLine(`${project.name}/${environment.name}`, 100);
}
