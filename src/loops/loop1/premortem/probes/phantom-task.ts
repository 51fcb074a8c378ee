import { filesNamed } from '../../../namedFiles';
import type { Probe } from '../probe';

export const phantomTask: Probe = {
  id: 'phantom-task',
  category: 'schedule',
  title: 'The plan is behind what it says: tasks are ticked off whose files do not exist',
  trigger: 'Somebody relies on the ticks when a date is promised.',
  chain: [
    'What counts as done was never made',
    'It is found when the next part needs it',
    'The date is missed by what was forgotten',
  ],
  hurts: 'Whoever was promised the date',
  prevention: 'Tick a task off when its file is there and its test passes.',
  earlyWarning: 'Ticks without a commit on the same day',
  verify: 'Each ticked task names files that exist.',
  per: 'file',
  isAbsence: true,
  impact: 0.5,
  likelihood: (found) => Math.min(0.9, 0.5 + 0.05 * found.length),
  bad: [
    {
      files: {
        'PLAN.md': '- [x] src/cart.js\n»- [x] Write `src/invoice.js`\n- [ ] src/later.js\n',
        'src/cart.js': '',
      },
      facts: {
        tasks: [
          { file: 'PLAN.md', line: 1, text: 'src/cart.js', isDone: true },
          { file: 'PLAN.md', line: 2, text: 'Write `src/invoice.js`', isDone: true },
          { file: 'PLAN.md', line: 3, text: 'src/later.js', isDone: false },
        ],
      },
    },
  ],
  good: [
    {
      files: { 'PLAN.md': '', 'packages/shop/src/cart.js': '' },
      facts: {
        tasks: [
          { file: 'PLAN.md', line: 1, text: 'Move src/cart.js to packages', isDone: true },
          { file: 'PLAN.md', line: 2, text: 'Remove src/old.js', isDone: true },
          { file: 'PLAN.md', line: 3, text: 'Read https://x.example/a/b.html', isDone: true },
        ],
      },
    },
  ],
  *look({ parts }) {
    for (const { file, line, text, isDone } of parts.tasks ?? []) {
      if (!isDone || /\b(remov|delet|drop|renam|replac|migrat)/i.test(text)) continue;
      const missing = filesNamed(text).find((path) => !exists(path, parts.files.keys()));
      if (missing !== undefined) yield { file, line, shows: `ticked off, and ${missing} does not exist` };
    }
  },
};

/** Also below another folder: plans are written from where one works. */
function exists(path: string, files: Iterable<string>): boolean {
  for (const file of files) if (file === path || file.endsWith(`/${path}`)) return true;
  return false;
}
