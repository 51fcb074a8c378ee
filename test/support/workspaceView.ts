import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SourceParser } from '../../src/audit/syntax/parser';
import { DigestCache } from '../../src/audit/workspace/digestCache';
import type { WorkspaceView } from '../../src/audit/workspace/view';
import { WorkspaceIndex } from '../../src/audit/workspace/workspaceIndex';
import { writeFiles } from './temporaryFolder';

/** Writes files into a new folder below `folder` and opens an index on it. */
export async function indexOf(
  parser: SourceParser,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<{ index: WorkspaceIndex; root: string; read: string[] }> {
  const root = fs.mkdtempSync(path.join(folder, 'w'));
  writeFiles(root, files);
  const read: string[] = [];
  const cache = new DigestCache(10_000_000);
  const index = new WorkspaceIndex(root, {
    parser: async () => parser,
    cache,
    onReading: (file) => read.push(file),
  });
  await index.setFiles(Object.keys(files));
  return { index, root, read };
}

/** What the other files of an example say of it; undefined where it has none. */
export async function viewOfExample(
  parser: SourceParser,
  folder: string,
  file: { path: string; text: string },
  others: readonly { path: string; code: string }[] | undefined,
): Promise<WorkspaceView | undefined> {
  if (!others) return undefined;
  const files = Object.fromEntries(others.map(({ path: other, code }) => [other, code]));
  const { index } = await indexOf(parser, folder, { ...files, [file.path]: file.text });
  await index.read(Infinity);
  return index.view({ ...file, assertFunctions: [] });
}
