import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readTaskList } from '../../../../src/loops/taskList';

describe('reading a task list', () => {
  it('reads spec-kit: ids, [P], stories, sections and what depends on what', () => {
    const tasks = readTaskList(
      [
        '# Tasks: shop',
        '## Phase 3: User Story 1 - Cart (Priority: P1)',
        '- [X] T012 [P] [US1] Create Cart model in src/models/cart.ts',
        '- [ ] T014 [US1] Implement CartService in src/services/cart.ts (depends on T012, T013)',
      ].join('\n'),
    );
    assert.deepEqual(
      tasks.map(({ id, isDone, isParallel, story, dependsOn }) => ({
        id,
        isDone,
        isParallel,
        story,
        dependsOn,
      })),
      [
        { id: 'T012', isDone: true, isParallel: true, story: 'US1', dependsOn: [] },
        { id: 'T014', isDone: false, isParallel: false, story: 'US1', dependsOn: ['T012', 'T013'] },
      ],
    );
    assert.equal(tasks[0]?.text, 'Create Cart model in src/models/cart.ts');
    assert.equal(tasks[0]?.section, 'Phase 3: User Story 1 - Cart (Priority: P1)');
  });

  it('reads Kiro: numbers, parents, optional marks and the lines below', () => {
    const tasks = readTaskList(
      [
        '- [x] 2. Build the importer',
        '  - [x] 2.1 Parse rows',
        '    - Write parse_rows() in app/rows.py',
        '    - _Requirements: 1.2, 3.4_',
        '  - [ ]* 2.2 Write property tests',
      ].join('\n'),
    );
    assert.deepEqual(
      tasks.map(({ id, parent, isDone }) => [id, parent, isDone]),
      [
        ['2', '', true],
        ['2.1', '2', true],
        ['2.2', '2', false],
      ],
    );
    assert.deepEqual(tasks[1]?.details, ['Write parse_rows() in app/rows.py', '_Requirements: 1.2, 3.4_']);
    assert.equal(tasks[2]?.text, 'Write property tests');
  });

  it('reads BMAD stories and plain lists, and gives each an id of its own', () => {
    const tasks = readTaskList(
      [
        '## Tasks / Subtasks',
        '- [x] Task 1: Add the login page (AC: 1, 2)',
        '  - [x] Subtask 1.1: Form',
        '1. [x] **Export** as CSV',
        '* [x] T7 first',
        '* [x] T7 again',
        '- [x] H264 for 3 users',
        '- [x] 3 users at once',
        '- [x] **T9**: Bold',
      ].join('\n'),
    );
    assert.deepEqual(
      tasks.map(({ id, text }) => [id, text]),
      [
        ['1', 'Add the login page (AC: 1, 2)'],
        ['1.1', 'Form'],
        ['L4', '**Export** as CSV'],
        ['T7', 'first'],
        ['L6', 'again'],
        ['L7', 'H264 for 3 users'],
        ['L8', '3 users at once'],
        ['T9', 'Bold'],
      ],
    );
  });

  it('leaves out examples in fences and comments, and reads on behind them', () => {
    const tasks = readTaskList(
      ['```md', '- [x] in a fence', '```', '<!--', '- [x] in a comment', '-->', '- [x] real'].join('\r\n'),
    );
    assert.deepEqual(
      tasks.map(({ text, line }) => [text, line]),
      [['real', 7]],
    );
  });

  it('stays within bounds on hostile text', () => {
    const long = `- [x] ${'a'.repeat(100_000)}`;
    const many = Array.from({ length: 5000 }, () => '- [x] t').join('\n');
    assert.ok((readTaskList(long)[0]?.text.length ?? 0) <= 1000);
    assert.equal(readTaskList(many).length, 2000);
    assert.equal(readTaskList(`- [x] depends on ${'T1, '.repeat(50_000)}`).length, 1);
  });

  it('reads back what was written, at any depth and with anything between', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,3}$/);
    const entry = fc.record({
      text: word,
      isDone: fc.boolean(),
      depth: fc.nat(3),
      below: fc.option(word, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const lines = entries.flatMap(({ text, isDone, depth, below }, index) => {
          const space = '  '.repeat(depth);
          const line = `${space}- [${isDone ? 'x' : ' '}] T${String(index).padStart(3, '0')} ${text}`;
          return below === undefined ? [line] : [line, `${space}  - ${below}`];
        });
        const tasks = readTaskList(lines.join('\n'));
        assert.deepEqual(
          tasks.map(({ id, text, isDone, details }) => ({ id, text, isDone, details })),
          entries.map(({ text, isDone, below }, index) => ({
            id: `T${String(index).padStart(3, '0')}`,
            text,
            isDone,
            details: below === undefined ? [] : [below],
          })),
        );
      }),
    );
  });
});
