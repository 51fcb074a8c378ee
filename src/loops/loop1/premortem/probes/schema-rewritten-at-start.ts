import { seenAt } from '../look';
import type { Probe } from '../probe';

const REWRITES =
  /\.sync\s*\(\s*\{[^}]*\b(force|alter)\s*:\s*true|\bsynchronize\s*:\s*true\b|\bdropSchema\s*:\s*true\b|\.drop_all\s*\(|\bdropDatabase\s*\(/g;
const OTHER = /--accept-data-loss|prisma\s+migrate\s+reset\b|hbm2ddl\.auto\s*=\s*create/;

export const schemaRewrittenAtStart: Probe = {
  id: 'schema-rewritten-at-start',
  category: 'data loss',
  title: 'A start of the program drops or reshapes tables with data in them',
  trigger: 'A new version starts against the real database.',
  chain: [
    'The program compares its classes with the tables',
    'Columns or whole tables go without a question',
    'The data in them is gone',
  ],
  hurts: 'Every user who stored anything',
  prevention: 'Change the schema by migrations that someone has read.',
  earlyWarning: 'ALTER or DROP statements in the log of a start',
  verify: 'The account of the program may not change the schema.',
  per: 'file',
  impact: 1,
  likelihood: () => 0.5,
  bad: [
    { files: { 'src/db.js': 'async function open() {\n»  await sequelize.sync({ force: true });\n}\n' } },
    {
      files: {
        'package.json':
          '{\n  "scripts": {\n»    "start": "prisma db push --accept-data-loss && node ."\n  }\n}',
      },
    },
  ],
  good: [
    {
      files: {
        'src/db.js':
          'await sequelize.sync();\nconst options = { synchronize: false };\n// synchronize: true\n',
        'test/db.test.js': 'await sequelize.sync({ force: true });\n',
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode)
      for (const { index } of file.bare.matchAll(REWRITES)) yield seenAt(file, index);
    for (const { path, scripts } of facts.packages)
      for (const [name, { command, line }] of scripts)
        if (OTHER.test(command) && /^(start|deploy|release|postinstall|build)/.test(name))
          yield { file: path, line, shows: `${name}: ${command}` };
    for (const { path, stages } of facts.dockerfiles)
      for (const { value, line } of stages.flatMap(({ instructions }) => instructions))
        if (OTHER.test(value)) yield { file: path, line, shows: value };
  },
};
