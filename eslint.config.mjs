import tseslint from 'typescript-eslint';

/**
 * The layers of src/, top to bottom. A folder may import itself, what its row names, and `base`.
 * Type-only imports count: an arrow is an arrow.
 */
const LAYERS = {
  base: [],
  store: [],
  engine: [],
  sandbox: ['engine'],
  fleet: ['engine'],
  audit: ['sandbox'],
  deploy: ['fleet', 'engine'],
  loops: ['audit', 'sandbox', 'fleet', 'engine'],
  repositories: ['store', 'audit', 'loops'],
  tools: ['app', 'audit', 'deploy', 'engine', 'fleet', 'loops', 'sandbox'],
  mcp: ['tools'],
  chat: ['deploy', 'tools'],
  vscode: [
    'app',
    'audit',
    'chat',
    'deploy',
    'engine',
    'fleet',
    'loops',
    'repositories',
    'sandbox',
    'store',
    'tools',
  ],
};
const ROOM = /** @type {const} */ (['app', 'cli', 'extension', ...Object.keys(LAYERS)]);

/** Bans imports of every room that `layer` may not see, plus `vscode` where it is not allowed. */
function layerRule(layer, allowed) {
  const banned = ROOM.filter((room) => room !== layer && room !== 'base' && !allowed.includes(room));
  const patterns = [
    {
      regex: `^(\\.\\./)+(${banned.join('|')})(/|$)`,
      message: `src/${layer} may only import from: ${[layer, 'base', ...allowed].join(', ')} (see eslint.config.mjs).`,
    },
  ];
  if (layer === 'audit') {
    patterns.push({
      regex: '^(\\.\\./)+sandbox(/|$)',
      allowTypeImports: true,
      message: 'The audit knows the sandbox by its interface: use `import type`.',
    });
  }
  const paths =
    layer === 'vscode' ? [] : [{ name: 'vscode', message: '`vscode` may be imported in src/vscode only.' }];
  if (layer !== 'engine') paths.push({ name: 'dockerode', message: 'dockerode lives in src/engine.' });
  if (layer !== 'store') paths.push({ name: 'sql.js', message: 'sql.js lives in src/store.' });
  return {
    files: [`src/${layer}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns, paths }] },
  };
}

const noExclusiveTests = ['it', 'describe'].map((object) => ({
  object,
  property: 'only',
  message: 'A focused test hides all the others.',
}));

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      'dist/',
      'out/',
      '.cache/',
      'test/fixtures/',
      'media/sample/',
      'src/**/harness/**/*.mjs',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['describe', 'it'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-console': 'error' } },
  ...Object.entries(LAYERS).map(([layer, allowed]) => layerRule(layer, allowed)),
  {
    files: ['src/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['vscode', 'dockerode', 'sql.js'].map((name) => ({
            name,
            message: 'Not at the root of src.',
          })),
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ...noExclusiveTests],
      'max-lines-per-function': 'off',
    },
  },
);
