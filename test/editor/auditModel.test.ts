import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { silentLogger } from '../../src/base/logger';
import type { AuditReport } from '../../src/audit/report';
import type { AuditReports } from '../../src/repositories/auditReports';
import { AuditModel } from '../../src/vscode/auditModel';

/** Kept reports whose reading takes until the test lets it end. */
class SlowReports {
  changed: () => void = () => undefined;
  answers: ((reports: AuditReport[]) => void)[] = [];

  onDidChange(listener: () => void): () => void {
    this.changed = listener;
    return () => undefined;
  }

  list(): Promise<AuditReport[]> {
    return new Promise((resolve) => this.answers.push(resolve));
  }

  add(): Promise<void> {
    return Promise.resolve();
  }
}

describe('the model of audits', () => {
  it('keeps an audit that was saved while earlier ones were being read, and drops one that is kept no more', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const reports = new SlowReports();
    const model = new AuditModel(() => reports as unknown as AuditReports, silentLogger);
    const add = (id: string): Promise<void> => {
      const report = { id, file: 'a.js', sha256: '', createdAt: id, stages: [] } as unknown as AuditReport;
      return model.add(folder, vscode.Uri.joinPath(folder.uri, 'a.js'), report);
    };
    const next = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    try {
      await add('1');
      reports.changed();
      await add('2');
      reports.answers.shift()?.([]);
      await next();
      assert.deepEqual(
        model.all().map(({ report }) => report.id),
        ['2'],
      );
      reports.changed();
      reports.answers.shift()?.([]);
      await next();
      assert.deepEqual(model.all(), []);
    } finally {
      model.dispose();
    }
  });
});
