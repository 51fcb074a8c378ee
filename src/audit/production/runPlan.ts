import type {
  Sandbox,
  SandboxFile,
  SandboxLimits,
  SandboxProgress,
  SandboxResult,
} from '../../sandbox/sandbox';
import type { ImageChoice } from './imageChoice';
import { COVERAGE_REPORT, LOAD_MARK, LOAD_REPORT, LOADED_REPORT, PROJECT_FOLDER, testReport } from './layout';
import type { Plan, PlanInput } from './plan';

/** Runs what was planned for a file over a snapshot of its workspace, and brings back every report that a step may write. */
export function runPlan(
  { sandbox, limits }: { sandbox: Sandbox; limits: SandboxLimits },
  { groups }: PlanInput,
  { planned, image, snapshot }: { planned: Plan; image: ImageChoice; snapshot: readonly SandboxFile[] },
  options: { signal?: AbortSignal; onProgress?: SandboxProgress },
): Promise<SandboxResult> {
  const project = snapshot.map((file) => ({ ...file, path: `${PROJECT_FOLDER}/${file.path}` }));
  const ofTests = groups.map((_, index) => testReport(index));
  return sandbox.run(
    {
      image: image.image,
      imageName: image.name,
      files: [...project, ...planned.files],
      steps: planned.steps,
      reports: [...ofTests, LOAD_REPORT, LOAD_MARK, LOADED_REPORT, COVERAGE_REPORT],
      limits,
    },
    options,
  );
}
