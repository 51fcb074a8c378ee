/** Why a file is used although nothing names it: a tool or a framework looks for it by its name or its place. */
const READ_BY_NAME: readonly [RegExp, string][] = [
  [
    /(^|\/)(package\.json|package-lock\.json|yarn\.lock|pnpm-(lock|workspace)\.yaml|\.npmrc|\.nvmrc|bunfig\.toml|lerna\.json|nx\.json|turbo\.json)$/,
    'package managers read it',
  ],
  [
    /(^|\/)(pyproject\.toml|setup\.(py|cfg)|[\w.-]*requirements[\w.-]*\.(txt|in)|Pipfile(\.lock)?|poetry\.lock|uv\.lock|MANIFEST\.in|py\.typed|\.python-version)$/,
    'the tools of Python read it',
  ],
  [
    /(^|\/)(tox\.ini|pytest\.ini|mypy\.ini|\.?ruff\.toml|\.flake8|\.pylintrc|noxfile\.py|\.coveragerc|\.isort\.cfg)$/,
    'a tool of Python reads it by its name',
  ],
  [
    /(^|\/)([jt]sconfig[\w.-]*\.json|\.?(eslint|prettier|babel|stylelint|commitlint|lintstaged|swc|mocha|nyc|c8)(rc)?(\.config)?(\.[cm]?[jt]s|\.json|\.ya?ml)?|\.(eslint|prettier|stylelint|npm)ignore|biome\.jsonc?|\.editorconfig|\.browserslistrc)$/,
    'a tool reads it by its name',
  ],
  [/(^|\/)[\w.-]+\.config\.[cm]?[jt]s$/, 'a tool reads its configuration by this name'],
  [
    /(^|\/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.dockerfile$|(^|\/)(docker-)?compose[\w.-]*\.ya?ml$|(^|\/)\.dockerignore$/i,
    'container tools read it by its name',
  ],
  [
    /^\.(github|gitea|forgejo|circleci|gitlab|husky|vscode|devcontainer|changeset)\/|^\.(gitlab-ci|travis|pre-commit-config|drone)\.ya?ml$|^(azure-pipelines|bitbucket-pipelines|cloudbuild|renovate|dependabot)[\w.-]*$|(^|\/)Jenkinsfile$/,
    'automation reads it by its name',
  ],
  [
    /(^|\/)(Makefile|justfile|Taskfile\.ya?ml|Procfile|Gemfile|Cargo\.toml|go\.(mod|sum)|build\.gradle(\.kts)?|pom\.xml|CMakeLists\.txt|fly\.toml|vercel\.json|netlify\.toml|railway\.json|render\.yaml|app\.json|serverless\.ya?ml|alembic\.ini|firebase\.json|wrangler\.toml)$/,
    'a tool reads it by its name',
  ],
  [
    /(^|\/)\.(gitignore|gitattributes|gitkeep|keep|env(\.[\w.-]+)?)$|(^|\/)(LICENSE|LICENCE|NOTICE|CODEOWNERS|SECURITY|CONTRIBUTING|CHANGELOG|README|CODE_OF_CONDUCT|AUTHORS)(\.\w+)?$/i,
    'it is read by its name',
  ],
  [
    /(^|\/)(migrations?|alembic\/versions|seeds?|seeders)\/[^/]+\.(sql|py|[cm]?[jt]s)$|(^|\/)schema\.prisma$/,
    'migrations are run by their folder',
  ],
  [
    /(^|\/)(src\/)?app\/(.*\/)?(page|layout|route|loading|error|not-found|template|default|global-error|opengraph-image|sitemap|robots)\.[jt]sx?$|(^|\/)(src\/)?pages\/.*\.(jsx?|tsx?|vue|astro)$|(^|\/)\+(page|layout|server|error)[\w.]*\.(svelte|[jt]s)$|^(src\/)?middleware\.[jt]s$|(^|\/)routes\/.*\.(svelte|astro)$/,
    'the framework finds it by its place',
  ],
  [
    /(^|\/)(manage|wsgi|asgi|settings|urls|apps|admin|models|signals)\.py$|(^|\/)management\/commands\/\w+\.py$|(^|\/)templatetags\/\w+\.py$|(^|\/)(__init__|__main__|conftest)\.py$/,
    'the framework finds it by its name',
  ],
  [
    /\.(stories|story)\.[jt]sx?$|(^|\/)__mocks__\/|\.d\.ts$|(^|\/)(public|static)\//,
    'a tool finds it by its place',
  ],
  [
    /(^|\/)(scripts|bin|tools|hack|ops|deploy)\/[^/]+(\.(sh|bash|py|[cm]?[jt]s|rb|ps1))?$/,
    'it is a script to be run by hand',
  ],
];

/** Undefined for a file that something has to name. */
export function readByName(file: string): string | undefined {
  return READ_BY_NAME.find(([pattern]) => pattern.test(file))?.[1];
}

const NO_CODE =
  /\.(md|mdx|rst|txt|adoc|json[5c]?|ya?ml|toml|ini|cfg|conf|env|lock|xml|csv|sql|prisma|proto|graphql|gql|css|scss|sass|less|html?|svg|png|jpe?g|gif|ico|webp|tf|ejs|hbs|pug|jinja2?|j2|sh|bash|ps1|example)$|(^|\/)(Dockerfile|Makefile|Procfile|Jenkinsfile|LICENSE|README|\.[\w.-]+)$/i;
const RUN_BY_HAND =
  /(^|\/)(scripts|bin|tools|hack|ops|migrations?|seeds?|seeders|alembic)\/|\.config\.[cm]?[jt]s$|\.d\.ts$|(^|\/)(manage|wsgi|asgi|settings|__main__|__init__|conftest|apps|setup|noxfile)\.py$|\.(stories|story)\.[jt]sx?$/;
const DOCUMENT =
  /\.(md|mdx|rst|txt|adoc)$|(^|\/)(README|LICENSE|LICENCE|CHANGELOG|CONTRIBUTING|NOTICE|CODEOWNERS)(\.\w+)?$|(^|\/)docs?\//i;

/** Whether no test is expected of a file: it is no code, or is run by people and tools. */
export function needsNoTest(file: string): boolean {
  return NO_CODE.test(file) || RUN_BY_HAND.test(file);
}

export function isDocument(file: string): boolean {
  return DOCUMENT.test(file);
}
