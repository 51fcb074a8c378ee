import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { CheckedClaim } from '../../../../src/loops/loop2/claims/checkClaim';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import type { GateFinding } from '../../../../src/loops/loop2/verdict';
import { loop2Bench } from '../../../support/loop2Bench';
import { auditReport, finding, stageResult } from '../../../support/reports';
import { temporaryFolder } from '../../../support/temporaryFolder';

describe('the findings of a verdict', function () {
  this.timeout(30_000);
  const folder = temporaryFolder('loop2-verdict');
  let number = 0;
  const stores: { close(): Promise<void> }[] = [];
  after(() => Promise.all(stores.map((store) => store.close())));

  const found = async (gate: NonNullable<Parameters<typeof loop2Bench>[1]>['gate']): Promise<string[]> => {
    const { loop, write, store } = loop2Bench(path.join(folder, `${number++}`), { ...(gate && { gate }) });
    stores.push(store);
    write({ 'src/a.js': 'GOOD', 'src/b.js': 'GOOD' });
    const drafts = [{ id: 'a', description: 'A', files: ['src/a.js', 'src/b.js'] }];
    await loop.begin(makePlan([{ drafts, notes: [] }]), { source: 'a test' });
    await loop.ready('a');
    const [verdict] = await loop.verdictsOf('a');
    return (verdict?.findings ?? []).map(
      ({ rule, file, line, message }: GateFinding) => `${rule} ${file}:${line} ${message}`,
    );
  };

  it('name a place once, however many audits have seen it', async () => {
    const inBoth = finding({
      file: 'test/ab.test.js',
      ruleId: 'TH03',
      severity: 'error',
      message: 'No assertion',
    });
    const own = (file: string) => finding({ file, ruleId: 'TH01', severity: 'error', message: 'A stub' });
    const audit = async (file: string) =>
      auditReport({
        ...{ file, verdict: 'fail' as const, reason: 'theater failed' },
        stages: [
          stageResult({ stage: 'theater', status: 'fail', reason: 'bad', findings: [inBoth, own(file)] }),
        ],
      });
    const all = await found({ audit });
    assert.deepEqual(
      all.map((each) => each.replace(/:\d+/, '')),
      ['TH03 test/ab.test.js No assertion', 'TH01 src/a.js A stub', 'TH01 src/b.js A stub'],
    );
  });

  it('say of a claim what is wrong with it, and where, and not what is well', async () => {
    const evidence = [
      { file: 'src/a.js', line: 1, shows: 'the file is there' },
      { file: 'src/b.js', line: 1, shows: 'the file is there' },
    ];
    const claim: CheckedClaim = {
      ...{ verdict: 'partial', reason: 'Nothing uses src/b.js.', evidence },
      faults: [{ file: 'src/b.js', line: 1, why: 'Nothing uses src/b.js' }],
    };
    const { open } = loop2Bench(path.join(folder, `${number++}`)).gate;
    const all = await found({
      open: async (signal) => ({ ...(await open(signal)), claim: async () => claim }),
    });
    assert.deepEqual(all, ['claim partial src/b.js:1 Nothing uses src/b.js']);
  });
});
