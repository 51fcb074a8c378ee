import * as path from 'node:path';
import * as vscode from 'vscode';
import { candidatesFor } from '../fleet/logs/stackFrames';
import type { ContainerPaths, FramePlace } from '../fleet/logs/stackFrames';

/** Frames whose file was looked for; more are looked for again. */
const MAX_KNOWN = 5000;

/** Finds the files of the workspace to which frames in logs lead. */
export class FrameLinks {
  private readonly known = new Map<string, Promise<vscode.Uri | undefined>>();

  /** Undefined when the workspace has no such file. */
  resolve(source: string, { file }: FramePlace, paths: ContainerPaths): Promise<vscode.Uri | undefined> {
    const key = `${source}\n${file}`;
    const known = this.known.get(key);
    if (known) return known;
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    const found = this.find(file, paths);
    this.known.set(key, found);
    return found;
  }

  private async find(file: string, paths: ContainerPaths): Promise<vscode.Uri | undefined> {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    const candidates = candidatesFor(
      file,
      paths,
      folders.map(({ fsPath }) => fsPath),
    );
    for (const candidate of candidates) {
      const folder = folders.find(({ fsPath }) => candidate.startsWith(fsPath + path.sep));
      if (!folder) continue;
      const uri = vscode.Uri.joinPath(folder, path.relative(folder.fsPath, candidate));
      try {
        if ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) return uri;
      } catch {
        // Most guesses are wrong.
      }
    }
    return undefined;
  }
}

/** Opens the file at the place that a frame names. */
export async function openFrame(uri: vscode.Uri, { line, column }: FramePlace): Promise<void> {
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(position, position),
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
}
