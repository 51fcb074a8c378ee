import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import { callsWithin, isSleepCall } from './effects';

export const fixedSleep: Rule = {
  id: 'TT13',
  name: 'fixed-sleep',
  stage: 'theater',
  severity: 'info',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A test waits for a fixed time instead of for what it needs.',
  bad: [
    {
      grammar: 'typescript',
      path: 'job.test.ts',
      code: `
it('finishes', async () => {
  const job = start();
»  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(job.done).toBe(true);
});`,
    },
    {
      grammar: 'python',
      path: 'test_job.py',
      code: `
def test_finishes():
    job = start()
»    time.sleep(5)
    assert job.done
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'job.test.ts',
      code: `
it('debounces', async () => {
  const job = debounce(run, 10);
  job();
  await sleep(20);
  expect(job.done).toBe(true);
});`,
    },
    {
      grammar: 'python',
      path: 'test_job.py',
      code: `
def test_finishes():
    job = start()
    while not job.done:
        time.sleep(0.1)
    assert job.result == 1
`,
    },
  ],
  *check(facts) {
    for (const test of facts.tests) {
      if (
        /debounce|throttle|timeout|delay|interval|sleep|wait|timer|expir|ttl|rate|slow|duration|elapsed/i.test(
          test.title,
        )
      )
        continue;
      if (/fakeTimers|FakeTimers|freezegun|freeze_time/.test(facts.tree.text)) return;
      const loops = facts.loops.filter((loop) => test.body.body.contains(loop.node));
      for (const call of callsWithin(test.body.body, facts.calls)) {
        const isOuter =
          isSleepCall(call) &&
          (!call.isNew || /\bsetTimeout\b/.test(call.node.text)) &&
          call.function === test.body;
        if (
          !isOuter ||
          loops.some((loop) => loop.node.contains(call.node)) ||
          /[,(]\s*0\s*\)/.test(call.node.text)
        )
          continue;
        yield {
          range: call.node,
          message: 'This waits for a fixed time: too short on a slow machine, too long on all others.',
        };
      }
    }
  },
};
