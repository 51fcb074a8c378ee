/** A process of its own that has a sandbox waiting and is meant to be killed. Its owner id is its argument. */
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';
import { childSandbox } from './childSandbox';

async function main(): Promise<void> {
  (await childSandbox()).prepare('node:24-slim', DEFAULT_LIMITS);
}

void main();
