import assert from 'node:assert/strict';
import { toSarif } from '../../../src/audit/sarif';
import { auditReport, finding, stageResult } from '../../support/reports';

interface Log {
  runs: {
    properties: { images: { name: string; digest: string }[] };
    tool: { driver: { rules: { id: string }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
    }[];
    invocations: {
      toolExecutionNotifications: { descriptor: { id: string }; message: { text: string } }[];
    }[];
  }[];
}

describe('SARIF', () => {
  const report = auditReport({
    verdict: 'fail',
    stages: [
      stageResult({
        stage: 'theater',
        status: 'fail',
        findings: [finding({ file: 'src/a b#1.js' }), finding({ ruleId: 'TH02', severity: 'info' })],
      }),
      stageResult({
        stage: 'production',
        status: 'not run',
        reason: 'no engine answers',
        image: { name: 'node:24-slim', digest: 'sha256:1' },
      }),
      stageResult({ stage: 'quality' }),
    ],
  });
  const [run] = (toSarif([report], '1.2.3') as Log).runs;

  it('has a result for each finding with rule, level and place', () => {
    assert.deepEqual(run?.tool.driver.rules, [{ id: 'TH01' }, { id: 'TH02' }]);
    assert.deepEqual(
      run?.results.map(({ ruleId, ruleIndex, level }) => ({ ruleId, ruleIndex, level })),
      [
        { ruleId: 'TH01', ruleIndex: 0, level: 'warning' },
        { ruleId: 'TH02', ruleIndex: 1, level: 'note' },
      ],
    );
    const place = run?.results[0]?.locations[0]?.physicalLocation;
    assert.equal(place?.artifactLocation.uri, 'src/a%20b%231.js');
    assert.equal(place?.region.startLine, 3);
  });

  it('names what code was run in, each image once', () => {
    const [both] = (toSarif([report, report], '1.2.3') as Log).runs;
    assert.deepEqual(both?.properties.images, [{ name: 'node:24-slim', digest: 'sha256:1' }]);
  });

  it('says which stage did not run', () => {
    const notifications = run?.invocations[0]?.toolExecutionNotifications ?? [];
    const texts = notifications
      .filter((one) => one.descriptor.id === 'stage-not-run')
      .map((one) => one.message.text);
    assert.deepEqual(texts, ['production not run: no engine answers']);
  });
});
