import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ruleDocumentation } from './documentation';

/** What the page of a rule says. */
export interface RulePage {
  id: string;
  /** Such as `hardcoded-result`. */
  name: string;
  /** Its first paragraph. */
  summary: string;
  /** The whole page. */
  markdown: string;
  /** Where it lies. */
  uri: string;
}

/** The pages of the rules in an installation, each read at its first use. */
export class RulePages {
  private readonly pages = new Map<string, RulePage | undefined>();

  /** `root` is the folder that holds `docs`. */
  constructor(private readonly root: string) {}

  /** Undefined for a rule without a page. */
  find(id: string): RulePage | undefined {
    if (!this.pages.has(id)) this.pages.set(id, this.read(id));
    return this.pages.get(id);
  }

  private read(id: string): RulePage | undefined {
    if (!/^[A-Z]{2}\d{2}$/.test(id)) return undefined;
    const file = path.join(this.root, ruleDocumentation(id));
    let markdown: string;
    try {
      markdown = fs.readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
    const [title = '', summary = ''] = markdown.split(/\n\s*\n/);
    const name = title.replace(/^# \w+\s*/, '').trim();
    return {
      id,
      name,
      summary: summary.replace(/\s+/g, ' ').trim(),
      markdown,
      uri: pathToFileURL(file).href,
    };
  }
}
