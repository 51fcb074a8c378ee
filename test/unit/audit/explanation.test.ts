import assert from 'node:assert/strict';
import * as path from 'node:path';
import { explanation } from '../../../src/audit/explanation';
import { RulePages } from '../../../src/audit/rulePages';
import { finding } from '../../support/reports';

const pages = new RulePages(path.join(__dirname, '../../..'));

describe('the explanation of a finding', () => {
  it('tells what was seen, what it counts for, how to mend it and how to set it aside', () => {
    const text = explanation(
      finding({
        inFunction: 'rate',
        related: [{ message: 'is never read', startLine: 3, startColumn: 1, endLine: 3, endColumn: 5 }],
      }),
      pages.find('TH01'),
    );
    for (const part of [
      /^# TH01 hardcoded-result$/m,
      /return 0\.85;/,
      /line 3: is never read/,
      /it fails the theater stage/,
      /seaworthy-ignore TH01/,
      /add it to the baseline/,
      /## How to fix it/,
    ])
      assert.match(text, part);
  });

  it('offers no way around a failing test', () => {
    const text = explanation(
      finding({ ruleId: 'PR02', stage: 'production', severity: 'error' }),
      pages.find('PR02'),
    );
    assert.doesNotMatch(text, /seaworthy-ignore|baseline/);
  });

  it('offers for tests that check nothing what works there: a comment with a reason, and no baseline', () => {
    const text = explanation(finding({ ruleId: 'MT01', stage: 'production' }), pages.find('MT01'));
    assert.match(text, /seaworthy-ignore MT01/);
    assert.doesNotMatch(text, /add it to the baseline/);
  });

  it('lets no markup of the audited code through', () => {
    const evil = '[click](command:evil) <img src=x onerror=y> `` ` ```\n# title';
    const text = explanation(finding({ message: evil, evidence: '```\n[a](command:b)\n````' }), undefined);
    assert.doesNotMatch(text, /[^\\]\[click|[^\\]<img/);
    assert.match(text, /^`````text\n```\n\[a\]\(command:b\)\n````\n`````$/m);
  });
});
