/** The page that explains a rule, relative to the extension's root. */
export function ruleDocumentation(ruleId: string): string {
  return `docs/rules/${ruleId}.md`;
}
