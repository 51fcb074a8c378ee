import * as vscode from 'vscode';
import * as path from 'node:path';
import { explanation } from '../audit/explanation';
import type { Finding } from '../audit/finding';
import type { RulePages } from '../audit/rulePages';
import type { AuditModel } from './auditModel';
import { findingAt } from './codeActions';
import type { KeptPages } from './keptPages';

/** Explains findings beside what is open: what was seen, why it counts, what to do. */
export class Explanations {
  constructor(
    private readonly pages: KeptPages,
    private readonly rules: RulePages,
  ) {}

  async show(finding: Finding): Promise<void> {
    const { ruleId, startLine, file } = finding;
    const name = vscode.l10n.t('{0} at line {1} of {2}', ruleId, startLine, path.posix.basename(file));
    await this.pages.showMarkdown(name, explanation(finding, this.rules.find(ruleId)));
  }
}

/** The finding a command is called on: a row of the tree, or what the light bulb names. */
export function findingOfCommand(model: AuditModel, about: readonly unknown[]): Finding {
  const [first, fingerprint] = about;
  const row = first as { kind?: unknown; finding?: Finding } | undefined;
  if (row?.kind === 'finding' && row.finding) return row.finding;
  return findingAt(model, first, fingerprint).finding;
}
