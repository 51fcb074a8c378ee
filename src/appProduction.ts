import type { ProductionRunner } from './audit/audit';
import type { ProductionParts } from './audit/production/production';
import type { StaticAnalyzer } from './audit/stage';

/** Stage 2 of audits, loaded when the first is asked for. `parts` are those that the settings of now make. */
export function productionRunner(
  analyzer: StaticAnalyzer,
  parts: () => Promise<Omit<ProductionParts, 'mutate' | 'coverable'>>,
): ProductionRunner {
  return {
    run: async (input, options) => {
      const { ProductionStage } = await import('./audit/production/production');
      const stage = new ProductionStage({
        ...(await parts()),
        mutate: async (file, switchName, signal) =>
          (await analyzer.analyze({ ...file, switchName }, signal)).mutated,
        coverable: async (file, signal) =>
          (await analyzer.analyze({ ...file, measures: true }, signal)).coverable,
      });
      return stage.run(input, options);
    },
  };
}
