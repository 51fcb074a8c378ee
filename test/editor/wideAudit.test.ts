import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import type { WideAudit } from '../../src/vscode/wideAudit';

const STATIC = ['theater', 'quality'];

describe('audits of many files, in the editor', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const inWorkspace = (file: string): vscode.Uri => vscode.Uri.joinPath(folder.uri, file);
  const baseline = inWorkspace('seaworthy-baseline.json');
  const file = inWorkspace('wide/fake.js');
  const ours = (): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(file).filter(({ source }) => source === 'Seaworthy');

  before(async () => {
    const text = "export function calculateTrend(data) {\n  return 'STABLE';\n}\n";
    await vscode.workspace.fs.writeFile(file, Buffer.from(text));
    await vscode.workspace.fs.writeFile(inWorkspace('wide/fine.js'), Buffer.from('export const a = 1;\n'));
  });

  after(async () => {
    await vscode.workspace.fs.delete(inWorkspace('wide'), { recursive: true });
    if (fs.existsSync(baseline.fsPath)) await vscode.workspace.fs.delete(baseline);
  });

  const audit = async (stages = STATIC): Promise<WideAudit> => {
    const result = await vscode.commands.executeCommand<WideAudit>(
      'seaworthy.auditFolder',
      inWorkspace('wide'),
      undefined,
      stages,
    );
    assert.ok(result);
    return result;
  };

  /** The editor gives up asking when the document changes under it, as it does while it is being opened. */
  const actions = async (line: number, of = file, attempts = 5): Promise<vscode.CodeAction[]> => {
    await vscode.window.showTextDocument(of);
    try {
      return await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        of,
        new vscode.Range(line, 0, line, 80),
      );
    } catch (error) {
      if (attempts > 1 && String(error).includes('Canceled')) return actions(line, of, attempts - 1);
      throw error;
    }
  };

  it('gives one verdict over a folder, and shows what it found', async () => {
    const { summary, reports } = await audit();
    assert.equal(summary.verdict, 'fail');
    assert.deepEqual(
      reports.map((report) => report.file),
      ['wide/fake.js', 'wide/fine.js'],
    );
    const [found] = ours();
    assert.equal(found?.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(found.relatedInformation?.[0]?.message ?? '', /is never read/);
  });

  it('offers to explain, to ignore and to add to the baseline', async () => {
    const titles = (await actions(0)).map(({ title }) => title);
    for (const title of [
      'Explain Evidence (TH01)',
      'Add to Baseline (TH01)',
      'Ignore TH01 Here...',
      'Ignore TH01 in This File...',
    ])
      assert.ok(titles.includes(title), titles.join('\n'));
  });

  it('takes a finding of the baseline for known, at once and in the next audit', async () => {
    const add = (await actions(0)).find(({ title }) => title.startsWith('Add to Baseline'));
    assert.ok(add?.command);
    await vscode.commands.executeCommand(
      add.command.command,
      ...((add.command.arguments ?? []) as unknown[]),
    );
    assert.match(fs.readFileSync(baseline.fsPath, 'utf8'), /TH01/);
    assert.equal(ours()[0]?.severity, vscode.DiagnosticSeverity.Hint);
    const { summary } = await audit();
    assert.equal(summary.files.fail, 0);
  });

  it('shows what another tool shows already once, and counts it as context', async () => {
    fs.rmSync(baseline.fsPath, { force: true });
    const collection = vscode.languages.createDiagnosticCollection('peer');
    try {
      const swallowed = 'export function save(db, x) {\n  try {\n    db.write(x);\n  } catch {}\n}\n';
      await vscode.workspace.fs.writeFile(file, Buffer.from(swallowed));
      const first = await audit();
      assert.equal(first.reports[0]?.stages[0]?.findings[0]?.ruleId, 'TH08');
      assert.equal(ours().length, 1);
      const problem = new vscode.Diagnostic(new vscode.Range(3, 4, 3, 12), 'Empty block statement.');
      problem.source = 'eslint';
      problem.code = 'no-empty';
      const gone = new Promise<void>((resolve) => {
        const watch = vscode.languages.onDidChangeDiagnostics(() => {
          if (ours().length > 0) return;
          watch.dispose();
          resolve();
        });
      });
      collection.set(file, [problem]);
      await gone;
      const second = await audit();
      assert.ok(second.reports[0]?.stages[2]?.context?.some(({ ruleId }) => ruleId === 'no-empty'));
      assert.equal(second.summary.verdict, 'fail');
    } finally {
      collection.dispose();
    }
  });

  it('proves tests with mutants when that is asked for, and offers it where a test seems to check nothing', async () => {
    const write = (name: string, text: string): Thenable<void> =>
      vscode.workspace.fs.writeFile(inWorkspace(`wide/${name}`), Buffer.from(text));
    await write('half.mjs', 'export function half(x) {\n  return x / 2;\n}\n');
    const steps = "export const same = Reflect.get(assert, ['strict', 'Equal'].join(''));\n";
    await write('steps.mjs', `import assert from 'node:assert';\n${steps}`);
    const tests = "it('halves', () => same(half(4), 2));\nit('runs', () => { half(6); });\n";
    const imports = ['{ it } from "node:test"', '{ half } from "./half.mjs"', '{ same } from "./steps.mjs"'];
    await write('half.test.mjs', `${imports.map((one) => `import ${one};\n`).join('')}${tests}`);
    const unchecked = ({ reports }: WideAudit) => {
      const report = reports.find((one) => one.file === 'wide/half.test.mjs');
      return report?.stages[0]?.findings.filter(({ ruleId }) => ruleId === 'TT01').map(({ test }) => test);
    };
    assert.deepEqual(unchecked(await audit()), ['halves', 'runs']);
    const offered = await actions(4, inWorkspace('wide/half.test.mjs'));
    assert.ok(offered.some(({ command }) => command?.command === 'seaworthy.proveWithMutants'));
    assert.deepEqual(unchecked(await audit(['theater', 'production', 'mutants'])), ['runs']);
  });

  it('refuses a folder outside the workspace', async () => {
    const result = await vscode.commands.executeCommand(
      'seaworthy.auditFolder',
      vscode.Uri.file('/'),
      undefined,
      STATIC,
    );
    assert.equal(result, undefined);
  });
});
