import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as vscode from 'vscode';
import { whatIsSpoken } from '../base/texts';

/** Where pages are built to. */
export function pagesFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'pages');
}

/**
 * Puts a page of ours into a web view: its own script and style and nothing else may load. `settings` is what the page
 * begins with where it has kept nothing.
 */
export async function showPage(
  webview: vscode.Webview,
  folder: vscode.Uri,
  name: 'logs' | 'details' | 'deploy' | 'loop1' | 'loop2',
  settings: unknown,
): Promise<void> {
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const source = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  const body = await fs.readFile(vscode.Uri.joinPath(folder, `${name}.html`).fsPath, 'utf8');
  const spoken = whatIsSpoken();
  const nonce = randomBytes(16).toString('hex');
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  webview.html = `<!DOCTYPE html>
<html lang="${escaped(spoken.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${source(`${name}.css`)}">
<title>Seaworthy</title>
</head>
<body data-settings="${escaped(JSON.stringify(settings))}" data-texts="${escaped(JSON.stringify(spoken))}">
${body}
<script nonce="${nonce}" src="${source(`${name}.js`)}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
