import nodeAssert from 'node:assert';
import test from 'node:test';
import type { Canaries, Canary } from './canaries';

/** Taken before the project's code could put something else in their place. */
const add = test.bind(undefined);
const emit = process.emit.bind(process) as (event: string, code: unknown) => boolean;

/** Adds the harness's tests to those of a file whose top level is through, and ends the run when all have ended. */
export function nodeCanaries(canaries: Canaries): { addLast: () => Promise<void> } {
  const fail = (): void => nodeAssert.equal(canaries.reason, '');
  const run = ({ name, fails }: Canary): Promise<void> => {
    // A test still to be done may fail without failing the run.
    const options = { todo: true };
    if (fails === 'throws') return add(name, options, () => fail());
    if (fails === 'rejects') return add(name, options, () => Promise.resolve().then(fail));
    if (fails === 'calls back')
      return add(name, options, (_context, done) => void Promise.resolve().then(fail).catch(done));
    return add(name, () => nodeAssert.equal(name, name));
  };
  return {
    async addLast() {
      await run(canaries.start());
      // Events come later than what they tell of, and the names of the project's tests with them.
      await canaries.reached;
      for (const canary of canaries.rest()) await run(canary);
      // Node ends a run when nothing keeps the process, which a server left open does for ever.
      emit('beforeExit', process.exitCode ?? 0);
    },
  };
}
