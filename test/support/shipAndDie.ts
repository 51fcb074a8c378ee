import { silentLogger } from '../../src/base/logger';
import { chooseEnvironment } from '../../src/deploy/chooseEnvironment';
import { loadProjects } from '../../src/deploy/loadProjects';
import { deploy } from '../../src/deploy/ship/rollBack';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';

/**
 * Deploys the workspace that is its first argument, and kills itself at the first progress of the step that is its second
 * whose message has the third in it. Ends with 5 when that never came.
 */
async function main([workspace = '', step = '', part = '']: string[]): Promise<void> {
  const chosen = await chooseEnvironment(await loadProjects(workspace), 'shop/live', workspace);
  const engine = new Engine({ environment: localEnvironment(), logger: silentLogger });
  await deploy(chosen, await engine.connect(), {
    signal: new AbortController().signal,
    confirm: async () => true,
    onProgress: (progress) => {
      if (progress.step === step && progress.message.includes(part)) process.kill(process.pid, 'SIGKILL');
    },
  });
  process.exit(5);
}

void main(process.argv.slice(2));
