import { GIT_EXAMPLE, historyExample, hotFiles } from '../hotFiles';
import type { Probe } from '../probe';

const TODO = /\b(TODO|FIXME|XXX|HACK)\b/;
const MIN = 3;

export const todoHotSpot: Probe = {
  id: 'todo-hot-spot',
  category: 'schedule',
  title: 'Work that was put off piles up where the most is done, and each change takes longer',
  trigger: 'A feature that needs the part to be right.',
  chain: [
    'Each change works around what is unfinished',
    'Estimates are missed',
    'The unfinished parts meet each other in the field',
  ],
  hurts: 'Whoever was promised a date',
  prevention: 'Finish them, or make tasks of them with a day.',
  earlyWarning: 'The number of TODOs in busy files grows',
  verify: 'The comment is gone because the work is done.',
  per: 'file',
  needs: ['git'],
  impact: 0.3,
  likelihood: (found) => Math.min(0.6, 0.2 + 0.03 * found.length),
  bad: [
    {
      files: { 'src/tax.js': 'a();\n»// TODO rounding\n»b(); // FIXME years\n»// HACK: no cents\n' },
      facts: { git: { ...GIT_EXAMPLE, files: [historyExample('src/tax.js', 20, { a: 20 })] } },
    },
  ],
  good: [
    {
      files: { 'src/tax.js': "// TODO rounding\nconst list = ['TODO', 'FIXME', 'HACK'];\n" },
      facts: { git: { ...GIT_EXAMPLE, files: [historyExample('src/tax.js', 20, { a: 20 })] } },
    },
  ],
  *look(facts) {
    for (const { file } of hotFiles(facts)) {
      const plain = file.plain.split('\n');
      const lines = file.text.split('\n').flatMap((line, index) =>
        // Only in a comment: it is not in the text without comments.
        TODO.test(line) && !TODO.test(plain[index] ?? '') ? [index + 1] : [],
      );
      if (lines.length < MIN) continue;
      for (const line of lines) yield { file: file.path, line, shows: file.lineText(line) };
    }
  },
};
