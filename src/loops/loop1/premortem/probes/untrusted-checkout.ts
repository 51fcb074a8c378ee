import type { Probe } from '../probe';

export const untrustedCheckout: Probe = {
  id: 'untrusted-checkout',
  category: 'security',
  title: 'A stranger runs code with the secrets of the repository, by a pull request',
  trigger: 'Somebody opens a pull request whose code reads the environment.',
  chain: [
    'The workflow runs with the rights of the main branch',
    'It checks out and runs what the stranger wrote',
    'Secrets leave, releases are changed',
  ],
  hurts: 'The team, and everybody who installs its releases',
  prevention: 'Use "pull_request", or never check out the code of the request where secrets are.',
  earlyWarning: 'Workflows that run for requests of strangers without asking',
  verify: 'A request from a fork sees no secret.',
  per: 'file',
  impact: 0.95,
  likelihood: () => 0.55,
  bad: [
    {
      files: {
        '.github/workflows/pr.yml':
          'on: pull_request_target\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n»          ref: ${{ github.event.pull_request.head.sha }}\n',
      },
    },
  ],
  good: [
    {
      files: {
        '.github/workflows/pr.yml':
          'on: pull_request\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n',
        '.github/workflows/label.yml':
          'on: pull_request_target\njobs:\n  a:\n    steps:\n      - uses: actions/labeler@v5\n',
      },
    },
  ],
  *look(facts) {
    for (const { path, text } of facts.workflows) {
      if (!/^[^#]*\bpull_request_target\b/m.test(text)) continue;
      for (const [index, line] of text.split('\n').entries())
        if (/^\s*ref:.*github\.(event\.pull_request\.head\.(sha|ref)|head_ref)/.test(line))
          yield { file: path, line: index + 1, shows: line.trim() };
    }
  },
};
