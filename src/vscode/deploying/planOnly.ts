import { UserError } from '../../base/errors';
import { planDeploy } from '../../deploy/plan';
import type { Shipper } from './shipper';

const NOT_YET = new UserError('Carrying a plan out is not part of this version');

/** Makes plans, and carries none out. */
export const planOnly: Shipper = {
  plan: ({ project, environment }, engine, signal) => planDeploy(project, environment, engine, { signal }),
  deploy: async ({ project, environment }, engine, options) => {
    const { signal } = options;
    const onStep = (message: string): void => options.onProgress({ step: 'plan', message });
    await options.confirm(await planDeploy(project, environment, engine, { signal, onStep }));
    throw NOT_YET;
  },
  rollBack: () => Promise.reject(NOT_YET),
  promote: () => Promise.reject(NOT_YET),
  readHistory: async () => [],
  interruptedDeploy: async () => undefined,
  recover: () => Promise.reject(NOT_YET),
};
