import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { relativeInside } from '../base/paths';
import { languageOf, supportedExtensions } from './language';
import type { AuditedFile } from './stage';

/** Files above this are generated or data; reading them as source would tell nothing. */
export const MAX_FILE_BYTES = 1_000_000;

/** Either a file that can be audited, or why not, in words. */
export type OpenedFile = { file: AuditedFile; sha256: string } | { file: null; path: string; reason: string };

/**
 * Reads the file to audit and refuses what can't be judged: outside the workspace, missing, a folder, a device,
 * another language, too large, binary, not UTF-8, empty. Never throws for what a workspace may contain.
 *
 * @param workspace absolute path of the workspace
 * @param file absolute path, or relative to the workspace
 * @param text what an editor shows when it differs from the disk
 */
export async function openFile(workspace: string, file: string, text?: string): Promise<OpenedFile> {
  const absolute = path.resolve(workspace, file);
  const relative = relativeInside(workspace, absolute);
  if (relative === undefined) {
    const reason =
      absolute === path.resolve(workspace)
        ? 'this is a folder; name the files in it'
        : `the file is outside the workspace ${workspace}; open the folder it belongs to`;
    return { file: null, path: file, reason };
  }
  const language = languageOf(relative)?.language;
  const refuse = (reason: string): OpenedFile => ({ file: null, path: relative, reason });
  if (text === undefined) {
    const refusal = await refuseByStat(workspace, absolute, language !== undefined);
    if (refusal !== undefined) return refuse(refusal);
  }
  if (language === undefined) return refuse(`only ${supportedExtensions.join(', ')} files can be audited`);
  const bytes = text === undefined ? await readRegularFile(absolute) : Buffer.from(text);
  if (typeof bytes === 'string') return refuse(bytes);
  const refusal = refuseByContent(bytes);
  if (refusal !== undefined) return refuse(refusal);
  return {
    file: { path: relative, text: decode(bytes), language, unsaved: text !== undefined },
    sha256: hashOf(bytes),
  };
}

/** The SHA-256 of a file's bytes in hex; tells whether findings still fit what is on disk. */
export function hashOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

async function refuseByStat(root: string, absolute: string, supported: boolean): Promise<string | undefined> {
  try {
    const stat = await fs.stat(absolute);
    if (stat.isDirectory()) return 'this is a folder; name the files in it';
    if (!stat.isFile()) return 'this is not a regular file';
    const [realRoot, real] = await Promise.all([fs.realpath(root), fs.realpath(absolute)]);
    if (relativeInside(realRoot, real) === undefined)
      return 'the file is a link to a place outside the workspace';
    if (supported && stat.size > MAX_FILE_BYTES) return tooLarge(stat.size);
    return undefined;
  } catch (error) {
    return unreadable(error);
  }
}

async function readRegularFile(absolute: string): Promise<Buffer | string> {
  try {
    // Non-blocking, so that a file swapped for a FIFO between the look and the read can't hang us.
    const handle = await fs.open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return 'this is not a regular file';
      if (stat.size > MAX_FILE_BYTES) return tooLarge(stat.size);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    return unreadable(error);
  }
}

function refuseByContent(bytes: Buffer): string | undefined {
  if (bytes.length > MAX_FILE_BYTES) return tooLarge(bytes.length);
  if (bytes.includes(0)) return 'the file is binary (it contains NUL bytes), not source text';
  const bad = invalidUtf8Line(bytes);
  if (bad !== undefined) return `the file is not valid UTF-8 (line ${bad}); save it as UTF-8 and audit again`;
  if (decode(bytes).trim() === '') return 'the file is empty; there is nothing to audit';
  return undefined;
}

/** 1-based line of the first byte that is not UTF-8, or undefined. */
function invalidUtf8Line(bytes: Buffer): number | undefined {
  const strict = new TextDecoder('utf-8', { fatal: true });
  try {
    strict.decode(bytes);
    return undefined;
  } catch {
    // The decoder does not say where; the line is what a user needs.
    let line = 1;
    for (let start = 0; start < bytes.length; line++) {
      const newline = bytes.indexOf(10, start);
      const end = newline === -1 ? bytes.length : newline + 1;
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
      } catch {
        return line;
      }
      start = end;
    }
    return line;
  }
}

function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8').decode(bytes);
}

function tooLarge(size: number): string {
  return `the file is ${(size / 1_000_000).toFixed(1)} MB; files up to ${MAX_FILE_BYTES / 1_000_000} MB are audited`;
}

function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return 'there is no such file; it may have been deleted or renamed';
  if (code === 'EACCES' || code === 'EPERM') return 'the file cannot be read: permission denied';
  if (code === 'ELOOP') return 'the file is a link that leads to itself';
  return `the file cannot be read: ${code ?? String(error)}`;
}
