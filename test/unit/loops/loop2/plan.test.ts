import assert from 'node:assert/strict';
import { tasksOfList } from '../../../../src/loops/loop2/plan/fromList';
import { tasksOfLoop1 } from '../../../../src/loops/loop2/plan/fromLoop1';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import { kindOf, taskFrom } from '../../../../src/loops/loop2/plan/task';
import { loop1Run } from '../../../support/loopRun';
import { ownCard } from '../../../../src/loops/loop1/ownCard';

const SPEC_KIT = `# Tasks: shop
## Phase 1: Setup
- [x] T001 Create project structure
- [ ] T002 [P] Write src/config.ts
- [ ] T003 [P] Write src/log.ts
## Phase 2: User Story 1 - Pay
- [ ] T004 [US1] Add the cart in src/cart.ts
- [ ] T005 [P] [US1] Test the cart in tests/cart.test.ts
- [ ] T006 Write docs/cart.md (depends on T004)
`;
const KIRO = `# Implementation Plan
- [ ] 1. Set up the store
  - [ ] 1.1 Write \`store.py\`
    - Keep rows in order
    - Verify: \`python3 -m pytest tests/test_store.py\`
    - _Requirements: 1.1, 2.3_
  - [ ] 1.2 Write the index in src/index.py
- [ ] 2. Fix the reader in src/reader.py
  - _Requirements: 3.1_
- [ ] 3. Release it (after 1.2)
`;

const listed = (file: string, text: string) => makePlan([tasksOfList(file, text)]);
const needs = (plan: ReturnType<typeof listed>): Record<string, readonly string[]> =>
  Object.fromEntries(plan.tasks.map(({ id, dependencies }) => [id, dependencies]));

describe('a plan', () => {
  it('takes the order, files and kinds of a spec-kit list, without what is ticked off', () => {
    const plan = listed('specs/001-shop/tasks.md', SPEC_KIT);
    assert.deepEqual(needs(plan), {
      T002: [],
      T003: [],
      T004: ['T002', 'T003'],
      T005: ['T004'],
      T006: ['T004'],
    });
    assert.deepEqual(plan.phases, [['T002', 'T003'], ['T004'], ['T005', 'T006']]);
    assert.deepEqual(
      plan.tasks.map(({ files, kind, princess }) => [...files, kind, princess].join(' ')),
      [
        'src/config.ts code development',
        'src/log.ts code development',
        'src/cart.ts code development',
        'tests/cart.test.ts test quality',
        'document documentation',
      ],
    );
    assert.deepEqual(plan.tasks[2]?.origin, { file: 'specs/001-shop/tasks.md', line: 7 });
    assert.deepEqual(plan.notes, [
      'specs/001-shop/tasks.md: 1 ticked off already and left out; "loop2 verify" tells whether they are done.',
    ]);
  });

  it('takes the parts of a Kiro list as the work, one after the other, with the check that stands below', () => {
    const plan = listed('.kiro/specs/shop/tasks.md', KIRO);
    assert.deepEqual(needs(plan), { '1.1': [], '1.2': ['1.1'], '2': ['1.2'], '3': ['1.2'] });
    const [store, , reader, release] = plan.tasks;
    assert.deepEqual(store?.files, ['tests/test_store.py', 'store.py']);
    assert.deepEqual(store?.acceptance, {
      kind: 'command',
      command: 'python3 -m pytest tests/test_store.py',
    });
    assert.deepEqual([reader?.kind, reader?.princess], ['debug', 'development']);
    assert.deepEqual([release?.kind, release?.princess], ['orchestrate', 'coordination']);
  });

  it('ends what goes beside each other at a heading', () => {
    const text = '## One\n- [ ] T001 [P] a\n- [ ] T002 [P] b\n## Two\n- [ ] T003 [P] c\n- [ ] T004 [P] d\n';
    assert.deepEqual(listed('tasks.md', text).phases, [
      ['T001', 'T002'],
      ['T003', 'T004'],
    ]);
  });

  it('puts no order into a plain check list but the one that it states', () => {
    const text =
      '- [ ] Write src/a.js\n- [ ] Write src/b.js\n- [ ] task 3: needs L1\n* [ ] AB-1 x (depends on AB-2)\n';
    assert.deepEqual(needs(listed('TODO.md', text)), { L1: [], L2: [], '3': ['L1'], 'AB-1': ['AB-2'] });
    assert.match(
      listed('TODO.md', text).notes.join(),
      /^1 dependency on what the plan does not have: AB-1 needs AB-2\.$/,
    );
  });

  it('waits for all parts of a task that another waits for', () => {
    const text =
      '- [ ] AB-1 all\n  - [ ] AB-2 one\n  - [x] AB-3 two\n  - [ ] AB-4 three\n- [ ] AB-5 rest (depends on AB-1)\n';
    assert.deepEqual(needs(listed('TODO.md', text))['AB-5'], ['AB-2', 'AB-4']);
  });

  it('gives each task of several lists an id of its own, and ties a dependency to its own list', () => {
    const one = tasksOfList('a.md', '- [ ] AB-1 x\n- [ ] AB-2 y (needs AB-1)\n');
    const plan = makePlan([one, tasksOfList('b.md', '- [ ] AB-1 z\n- [ ] AB-2 w (needs AB-1)\n')]);
    assert.deepEqual(needs(plan), { 'AB-1': [], 'AB-2': ['AB-1'], 'AB-1-2': [], 'AB-2-2': ['AB-1-2'] });
  });

  it('names the members of a ring, and what to do where there is nothing to be done', () => {
    const ring = '- [ ] AB-1 x (needs AB-2)\n- [ ] AB-2 y (needs AB-1)\n- [ ] AB-3 z\n';
    assert.throws(() => listed('TODO.md', ring), /none of them can begin: AB-1, AB-2$/);
    assert.throws(() => listed('TODO.md', 'no box'), /nothing to be done/);
  });

  it('makes tasks of the cards that Loop 1 leaves, tied to their scenarios', () => {
    const card = { ...ownCard({ title: 'It fails', prevention: 'Do better' }, 1), id: 'own:1' };
    const probed = { ...card, id: 'no-tests:', source: 'probe no-tests', likelihood: 0.9, impact: 0.9 };
    const edited = { ...probed, id: 'no-memory-limit:compose.yaml', source: 'probe no-memory-limit' };
    const advised = { ...probed, id: 'single-owner:', source: 'probe single-owner' };
    const gone = { ...probed, id: 'gone', state: 'gone' as const };
    const run = loop1Run({
      premortem: {
        scenarios: [probed, edited, advised, gone],
        notLooked: [],
        notes: [],
        completedAt: '2026-11-24T10:00:00.000Z',
      },
      ownCards: [card],
      remediation: {
        completedAt: '2026-11-24T10:00:00.000Z',
        remedies: [
          {
            ...{ scenarioId: probed.id, title: 't', kind: 'task' },
            ...{ description: 'Write tests', acceptance: 'The probe finds nothing', files: ['src/a.js'] },
          },
          { scenarioId: edited.id, title: 'e', kind: 'edit', edits: [] },
        ],
      },
    });
    const plan = makePlan([tasksOfLoop1(run, new Date())]);
    assert.deepEqual(
      plan.tasks.map(({ id, scenarios, files, acceptance }) => ({
        id,
        scenarios,
        files,
        acceptance: acceptance.kind,
      })),
      [
        { id: 'no-tests:', scenarios: ['no-tests:'], files: ['src/a.js'], acceptance: 'probe' },
        { id: 'own:1', scenarios: ['own:1'], files: [], acceptance: 'words' },
      ],
    );
    assert.match(plan.notes.join(), /^1 card of Loop 1 can be mended by an edit or a command/);
  });

  it('keeps hostile words as words, within limits', () => {
    const text = `- [ ] <img src=x onerror=alert(1)> \u202e\u001b[31m in src/a.js and ../../etc/x.sh ${'y '.repeat(9000)}\n`;
    const [task] = listed('TODO.md', text).tasks;
    assert.ok(task);
    assert.doesNotMatch(task.description, /[\u0000-\u001f\u202e]/);
    assert.ok(task.description.length <= 300);
    assert.deepEqual(task.files, ['src/a.js']);
    const outside = [
      '/etc/passwd.py',
      'C:\\x.js',
      'a/../../b.js',
      '.git/hooks/x.sh',
      'src\\ok.js',
      './src/ok.js',
    ];
    assert.deepEqual(taskFrom({ id: 'a', description: '', files: outside }).files, ['src/ok.js']);
    assert.equal(makePlan([tasksOfList('x.md', '- [ ] a\n'.repeat(50_000))]).tasks.length, 2000);
  });

  it('says by words or files whose a task is', () => {
    const kinds = [
      ['Write the README', 'document'],
      ['Add unit tests for the cart', 'test'],
      ['Test it', 'test'],
      ['Review the API', 'review'],
      ['Plan the migration', 'plan'],
      ['Add latest prices', 'code'],
      ['Make a testimonial page', 'code'],
    ] as const;
    for (const [words, kind] of kinds) assert.equal(kindOf(words, []), kind, words);
    assert.equal(kindOf('Make it so', ['docs/a.md']), 'document');
    assert.equal(kindOf('Make it so', ['src/a.js', 'src/a.test.js']), 'code');
  });
});
