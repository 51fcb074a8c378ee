import { createHash } from 'node:crypto';
import { rising } from '../probe';
import type { Probe } from '../probe';

const TEXT = 'charge();\n';

export const failedAudit: Probe = {
  id: 'failed-audit',
  category: 'testing',
  title: 'Code that failed its audit is used as it is',
  trigger: 'Anybody calls it.',
  chain: ['What the audit saw is still there', 'It does in the field what it did in the sandbox'],
  hurts: 'Users of the part',
  prevention: 'Mend what the report shows, and audit it again.',
  earlyWarning: 'The same file in the list of failed audits for weeks',
  verify: 'Its newest audit says pass.',
  per: 'file',
  needs: ['audits'],
  impact: 0.6,
  likelihood: (found) => rising(0.55, found),
  bad: [
    {
      files: { 'src/pay.js': `»${TEXT}` },
      facts: {
        audits: [
          {
            ...{ file: 'src/pay.js', verdict: 'fail', reason: 'a test fails', createdAt: '', findings: [] },
            sha256: createHash('sha256').update(TEXT).digest('hex'),
          },
        ],
      },
    },
  ],
  good: [
    {
      files: { 'src/pay.js': TEXT },
      facts: {
        audits: [
          {
            file: 'src/pay.js',
            verdict: 'fail',
            reason: 'x',
            createdAt: '',
            findings: [],
            sha256: 'of before',
          },
        ],
      },
    },
    {
      files: { 'src/pay.js': TEXT },
      facts: {
        audits: [
          { file: 'src/pay.js', verdict: 'not run', reason: 'x', createdAt: '', findings: [], sha256: '' },
        ],
      },
    },
  ],
  *look({ parts }) {
    for (const { file, verdict, reason, sha256, findings } of parts.audits ?? []) {
      const text = parts.texts.get(file);
      if (verdict !== 'fail' || text === undefined) continue;
      // Of another text the audit says nothing any more.
      if (createHash('sha256').update(text).digest('hex') === sha256)
        yield { file, line: findings[0]?.line ?? 1, shows: reason };
    }
  },
};
