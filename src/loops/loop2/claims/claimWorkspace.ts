import type { Finding } from '../../../audit/finding';
import type { StaticAnalyzer } from '../../../audit/stage';
import type { FileTies } from '../../../audit/workspace/ties';
import { isCancelled, UserError } from '../../../base/errors';
import { t } from '../../../base/texts';
import type { CodeFile, ProjectFacts } from '../../loop1/facts/projectFacts';

/** A workspace as claims are checked against it: as it was when it was opened. */
export interface ClaimWorkspace {
  /** Every file that no ignore file names, with its size in bytes. */
  files: ReadonlyMap<string, number>;
  /** Those that were read as text. */
  texts: ReadonlyMap<string, string>;
  /** Source code that is understood. */
  code: ReadonlyMap<string, CodeFile>;
  facts: ProjectFacts;
  /** There are more files than were looked at. */
  isPartial: boolean;
  /** What ties a file to the others; undefined where it was not read. Rejects with `CancelledError` on abort. */
  ties(file: string, signal: AbortSignal): Promise<FileTies | undefined>;
  /** What the rules of theater say of a file. Rejects with `CancelledError` on abort. */
  findings(file: string, signal: AbortSignal): Promise<readonly Finding[]>;
}

/** The part of the facts about a workspace that claims need. */
interface Facts {
  tiesOf(
    root: string,
    file: string,
    options: { signal: AbortSignal; waitsForAll: boolean; onProgress?: (message: string) => void },
  ): Promise<FileTies | undefined>;
  changed(root: string, file?: string): void;
}

/** Opens workspaces for the check of claims, and remembers what it last saw of each. */
export class ClaimWorkspaces {
  private readonly seen = new Map<string, ReadonlyMap<string, string>>();

  constructor(private readonly parts: { facts: Facts; analyzer: Pick<StaticAnalyzer, 'analyze'> }) {}

  /** Rejects with `UserError` where the folder can't be read, with `CancelledError` on abort. */
  async open(
    root: string,
    signal: AbortSignal,
    onProgress?: (message: string) => void,
  ): Promise<ClaimWorkspace> {
    onProgress?.(t('Reading the workspace'));
    const { ProjectFacts, readWorkspace } = await import('../../loop1/facts/workspaceFacts');
    const { parts } = await readWorkspace(root, signal);
    const { files, texts, isPartial } = parts;
    const facts = new ProjectFacts(parts);
    this.tellOfChanges(root, texts);
    const code = new Map(facts.code.map((file) => [file.path, file]));
    const { analyzer } = this.parts;
    const known = new Map<string, Promise<readonly Finding[]>>();
    return {
      ...{ files, texts, code, facts, isPartial },
      ties: (file, abort) =>
        this.parts.facts.tiesOf(root, file, {
          signal: abort,
          waitsForAll: true,
          ...(onProgress && { onProgress }),
        }),
      findings: (file, abort) => {
        const asked = known.get(file) ?? findingsOf(analyzer, file, texts.get(file), abort);
        known.set(file, asked);
        return asked;
      },
    };
  }

  /** Nobody may have watched this folder since it was last read. */
  private tellOfChanges(root: string, texts: ReadonlyMap<string, string>): void {
    const { facts } = this.parts;
    const before = this.seen.get(root);
    this.seen.set(root, texts);
    facts.changed(root);
    for (const [file, text] of texts) if (before?.get(file) !== text) facts.changed(root, file);
  }
}

async function findingsOf(
  analyzer: Pick<StaticAnalyzer, 'analyze'>,
  path: string,
  text: string | undefined,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (text === undefined) return [];
  try {
    return (await analyzer.analyze({ path, text }, signal)).theater;
  } catch (error) {
    if (isCancelled(error) || !(error instanceof UserError)) throw error;
    // The parser gave up on it: nothing is known of it, which is not the same as good.
    return [];
  }
}
