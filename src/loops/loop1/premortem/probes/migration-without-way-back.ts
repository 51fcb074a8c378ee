import { rising } from '../probe';
import type { Observation, Probe } from '../probe';

const MIGRATION = /(^|\/)(migrations?|versions|db\/migrate)\/[^/]+\.(js|ts|cjs|mjs|py|sql)$/i;

export const migrationWithoutWayBack: Probe = {
  id: 'migration-without-way-back',
  category: 'data loss',
  title: 'A deploy that goes wrong can not be taken back, since the database has already changed',
  trigger: 'A version has to be rolled back after its migration ran.',
  chain: [
    'The old program meets a schema it does not know',
    'It fails, or writes wrong data',
    'The way out is a backup, and the hours since are lost',
  ],
  hurts: 'Users, for as long as neither version works',
  prevention:
    'Write how each migration is undone, or change the schema in steps that both versions can live with.',
  earlyWarning: 'A rollback that nobody has ever tried',
  verify: 'Migrate up, down and up again in a test.',
  per: 'project',
  impact: 0.7,
  likelihood: (found) => rising(0.25, found),
  bad: [
    {
      files: {
        'migrations/001_users.js':
          '»exports.up = (knex) => knex.schema.createTable("users", t => t.increments());\n',
        'migrations/versions/2_x.py':
          'def upgrade():\n    op.add_column("a", b)\n\n»def downgrade():\n    pass\n',
        'db/migrations/3_y.up.sql': '»ALTER TABLE a DROP COLUMN b;\n',
      },
    },
  ],
  good: [
    {
      files: {
        'migrations/001_users.js': 'exports.up = (knex) => up(knex);\nexports.down = (knex) => down(knex);\n',
        'migrations/versions/2_x.py':
          'def upgrade():\n    op.add_column()\n\ndef downgrade():\n    op.drop_column("a", "b")\n',
        'db/migrations/3_y.up.sql': 'ALTER TABLE a ADD b int;\n',
        'db/migrations/3_y.down.sql': 'ALTER TABLE a DROP b;\n',
        'prisma/migrations/2024/migration.sql': 'ALTER TABLE a ADD b int;\n',
        'migrations/index.js': 'module.exports = [];\n',
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productFiles) {
      const text = MIGRATION.test(file) ? facts.parts.texts.get(file) : undefined;
      if (text !== undefined) yield* withoutWayBack(file, text, (path) => facts.has(path));
    }
  },
};

function* withoutWayBack(file: string, text: string, has: (path: string) => boolean): Generator<Observation> {
  const at = (pattern: RegExp): number => {
    const index = text.search(pattern);
    return index < 0 ? 0 : text.slice(0, index).split('\n').length;
  };
  const see = (line: number): Observation[] =>
    line === 0 ? [] : [{ file, line, shows: (text.split('\n')[line - 1] ?? '').trim() }];
  if (file.endsWith('.up.sql')) {
    if (!has(file.replace(/\.up\.sql$/, '.down.sql'))) yield* see(1);
  } else if (file.endsWith('.py'))
    yield* see(at(/^def downgrade\(\)[^\n]*:\s*\n(\s*("""[^]*?"""|#[^\n]*)\s*\n)*\s*pass\b/m));
  else if (/\.[cm]?[jt]s$/.test(file) && !/\bdown\b/.test(text))
    yield* see(at(/\bexports\.up\b|\bexport\s+(async\s+)?(function|const)\s+up\b|\basync up\s*\(/));
}
