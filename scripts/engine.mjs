// npm run engine -- COMMAND ARGS...: runs COMMAND with DOCKER_HOST set to a working engine.
import { runInTerminal } from './lib/process.mjs';
import { say } from './lib/output.mjs';
import { provideEngine } from './lib/withEngine.mjs';

const USAGE_ERROR = 2;
const CANNOT_RUN = 126;
const NOT_FOUND = 127;

async function main([command, ...args]) {
  if (!command) {
    console.error('usage: npm run engine -- COMMAND ARGS...');
    return USAGE_ERROR;
  }
  const engine = await provideEngine();
  try {
    const env = { ...process.env, ...engine.env };
    return (await runInTerminal(command, args, { env, stdin: 'inherit' })).code;
  } catch (error) {
    say(`${command} could not be run: ${error.message}`);
    return error.code === 'ENOENT' ? NOT_FOUND : CANNOT_RUN;
  } finally {
    await engine.stop();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error.message);
  process.exitCode = CANNOT_RUN;
}
