import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, WRITTEN_ROLES } from '../syntax/rule';

/** Everything, for the rest of the file; a list of rules, or a reason after `--`, is another matter. */
const BLANKET =
  /^(eslint-disable|tslint:disable|biome-ignore-all|oxlint-disable)\s*$|^(ruff|flake8):\s*noqa\s*$|^pylint:\s*(disable=all|skip-file)\s*$|^mypy:\s*ignore-errors\s*$/i;

export const suppressedLinter: Rule = {
  id: 'TH18',
  name: 'suppressed-linter',
  stage: 'theater',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: WRITTEN_ROLES,
  explanation: 'All rules of a linter are switched off for a whole file.',
  bad: [
    { grammar: 'typescript', code: `\n»/* eslint-disable */\nexport const a = 1;` },
    { grammar: 'python', code: `\n»# ruff: noqa\na = 1\n` },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `\n/* eslint-disable no-console -- this is a command line tool */\n// eslint-disable-next-line\nexport const a = 1;`,
    },
    { grammar: 'python', code: `\n# ruff: noqa: E501\na = 1  # noqa\n` },
  ],
  *check(facts) {
    for (const comment of facts.comments) {
      if (comment.ownLine && BLANKET.test(comment.text))
        yield {
          range: comment.node,
          message: `"${comment.text.slice(0, 60)}" switches every rule off for the whole file.`,
        };
    }
  },
};
