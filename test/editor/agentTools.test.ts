import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const STUB = "export function calculateTrend(data) {\n  return 'STABLE';\n}\n";

describe('the tools of language models, in the editor', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const file = vscode.Uri.joinPath(folder.uri, 'agents/trend.js');
  const invoke = async (name: string, input: object): Promise<string> => {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  };

  before(() => vscode.workspace.fs.writeFile(file, Buffer.from(STUB)));
  after(() => vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, 'agents'), { recursive: true }));

  it('are all there', () => {
    const names = vscode.lm.tools.filter(({ tags }) => tags.includes('seaworthy')).map(({ name }) => name);
    assert.equal(names.length, 8, names.join(', '));
  });

  it('audit a file, whose findings the editor shows as well', async () => {
    const text = await invoke('audit_file', { file: 'agents/trend.js', stages: ['theater', 'quality'] });
    assert.match(text, /FAIL {2}agents\/trend\.js/);
    const ours = vscode.languages.getDiagnostics(file).filter(({ source }) => source === 'Seaworthy');
    assert.notEqual(ours.length, 0);
  });

  it('refuse what is outside of the workspace, and what makes no sense', async () => {
    await assert.rejects(invoke('audit_file', { file: '../../etc/passwd' }), /outside of the workspace/);
    await assert.rejects(invoke('audit_file', { name: 'x' }), /there is no input name/);
    assert.match(await invoke('premortem_cards', {}), /no pre-mortem/);
  });
});
