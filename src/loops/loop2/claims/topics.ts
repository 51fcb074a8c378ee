import type { ClaimContext } from './claimContext';

/** What a task without names is about, and what of a workspace speaks for it. */
interface Topic {
  about: RegExp;
  /** A file whose path says it. */
  file?: RegExp;
  /** A text, of files that are no documents, that says it. */
  text?: RegExp;
  /** Of which files. */
  within?: RegExp;
}

const MANIFEST =
  /(^|\/)(package\.json|pyproject\.toml|requirements[\w.-]*\.txt|setup\.(py|cfg)|Pipfile|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(\.kts)?|Gemfile|composer\.json)$/;

const TOPICS: readonly Topic[] = [
  {
    about: /\blint(?:er|ing|s)?\b|\beslint\b|\bruff\b|\bflake8\b|\bpylint\b/i,
    file: /(^|\/)(\.?eslint[\w.-]*|\.?ruff\.toml|\.flake8|\.pylintrc|biome\.jsonc?|\.golangci\.ya?ml)$/,
    text: /^\[tool\.(?:ruff|pylint|flake8)|"eslintConfig"|^\[flake8\]/m,
    within: MANIFEST,
  },
  {
    about: /\bformat(?:ter|ting)\b|\bprettier\b|\bblack\b/i,
    file: /(^|\/)(\.?prettier[\w.-]*|biome\.jsonc?|\.clang-format|rustfmt\.toml)$/,
    text: /^\[tool\.(?:black|ruff)|"prettier"/m,
    within: MANIFEST,
  },
  {
    about: /\bCI(?:\/CD)?\b|continuous integration|github actions|\bpipeline\b|\bworkflows?\b/,
    file: /^\.(github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.ya?ml$|^\.circleci\/|(^|\/)Jenkinsfile$|^azure-pipelines/,
  },
  {
    about: /\bdocker\b|\bcontaineri[sz]|\bcompose\b/i,
    file: /(^|\/)(Dockerfile|(docker-)?compose[\w.-]*\.ya?ml)$/i,
  },
  {
    about: /\benv(?:ironment)? (?:var|config|settings|management)|environment configuration|\bdotenv\b/i,
    file: /(^|\/)\.env[\w.-]*$|(^|\/)(config|settings|env)\.[cm]?[jt]s$|(^|\/)(config|settings)\.py$/,
  },
  { about: /\breadme\b/i, file: /^README(\.\w+)?$/i },
  { about: /\bchangelog\b/i, file: /^CHANGELOG(\.\w+)?$/i },
  { about: /\blicen[cs]e\b/i, file: /^LICEN[CS]E(\.\w+)?$/i },
  { about: /\bgit ?ignore\b|initiali[sz]e git|git repository/i, file: /^\.gitignore$/ },
  { about: /\bmigrations?\b/i, file: /(^|\/)(migrations?|alembic\/versions)\/|(^|\/)schema\.prisma$/ },
  {
    about: /\btype[- ]?check|\bmypy\b|\bstrict mode\b|\btsconfig\b|typescript config/i,
    file: /(^|\/)(tsconfig[\w.-]*\.json|mypy\.ini|pyrightconfig\.json)$/,
    text: /^\[tool\.(?:mypy|pyright)/m,
    within: MANIFEST,
  },
  {
    about:
      /\btest(?:ing)? (?:framework|runner|setup|infrastructure|environment|harness|tools?)\b|\b(?:set ?up|configure|install|initiali[sz]e) (?:jest|vitest|mocha|pytest|playwright|cypress)\b/i,
    file: /(^|\/)(jest|vitest|playwright|cypress|karma)\.config\.[cm]?[jt]s$|(^|\/)(pytest\.ini|conftest\.py|\.mocharc[\w.]*)$/,
    text: /"(?:jest|vitest|mocha|ava|tap|@playwright\/test|cypress)"|node --test|^\[tool\.pytest|\bpytest\b/m,
    within: MANIFEST,
  },
  { about: /\bpre-?commit\b|git hooks?/i, file: /^\.pre-commit-config\.ya?ml$|^\.husky\// },
  {
    about:
      /\b(?:set ?up|create|initiali[sz]e|scaffold|bootstrap)\b.{0,60}\b(?:project|repo(?:sitory)?|workspace|monorepo|package|app|application|skeleton|structure)\b|\bproject (?:structure|setup|skeleton)\b|\bdependenc(?:y|ies)\b/i,
    file: MANIFEST,
  },
  { about: /\bdocument(?:ation|s|ed)?\b|\bdocs?\b/i, file: /^docs?\/.+\.(md|mdx|rst)$|^README(\.\w+)?$/i },
];

/** What speaks for a task that names nothing but is about a tool or a habit; undefined where it is about something else. */
export function byTopic(
  { workspace: { files, texts } }: ClaimContext,
  text: string,
): { evidence: { file: string; line: number; shows: string } | undefined } | undefined {
  const topics = TOPICS.filter(({ about }) => about.test(text));
  if (topics.length === 0) return undefined;
  for (const { file, text: said, within } of topics) {
    const path = file && [...files].find(([each, size]) => file.test(each) && size > 0)?.[0];
    if (path !== undefined) return { evidence: { file: path, line: 1, shows: 'the file is there' } };
    for (const [each, content] of said ? texts : []) {
      if (within && !within.test(each)) continue;
      const match = said?.exec(content);
      if (!match) continue;
      const line = content.slice(0, match.index).split('\n').length;
      return {
        evidence: { file: each, line, shows: (content.split('\n')[line - 1] ?? '').trim().slice(0, 200) },
      };
    }
  }
  return { evidence: undefined };
}
