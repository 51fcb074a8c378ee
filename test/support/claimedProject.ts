/**
 * A library's lending service (TypeScript) with an importer of catalogues (Python), and its plan with 50 ticked tasks, of which
 * ten are not what they say.
 */
export const CLAIMED_PROJECT: Record<string, string> = {
  'package.json': `{
  "name": "lending-desk",
  "type": "module",
  "main": "dist/server.js",
  "scripts": { "build": "tsc -p .", "start": "node dist/server.js", "test": "vitest run", "lint": "eslint src", "db:seed": "tsx scripts/seed.ts" },
  "dependencies": { "express": "^5.0.0", "zod": "^3.23.0", "pg": "^8.12.0", "pino": "^9.0.0" },
  "devDependencies": { "typescript": "^5.6.0", "vitest": "^2.1.0", "supertest": "^7.0.0", "eslint": "^9.0.0", "prettier": "^3.3.0", "tsx": "^4.0.0" }
}
`,
  'tsconfig.json':
    '{ "compilerOptions": { "strict": true, "module": "nodenext", "outDir": "dist" }, "include": ["src"] }\n',
  'eslint.config.js': "import js from '@eslint/js';\nexport default [js.configs.recommended];\n",
  '.prettierrc': '{ "singleQuote": true }\n',
  '.gitignore': 'node_modules/\ndist/\n.env\n',
  '.env.example': 'DATABASE_URL=postgres://localhost/lending\nLOAN_DAYS=21\nLOG_LEVEL=info\n',
  Dockerfile:
    'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD ["node", "dist/server.js"]\n',
  'docker-compose.yml':
    'services:\n  api:\n    build: .\n    ports: ["3000:3000"]\n  db:\n    image: postgres:16\n',
  '.github/workflows/ci.yml':
    'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm ci && npm test\n      - run: pytest\n',
  'pyproject.toml':
    '[project]\nname = "catalogue-import"\nversion = "0.1.0"\ndependencies = ["click"]\n\n[project.scripts]\ncatalogue-import = "catalogue.cli:main"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests/python"]\n',
  'README.md':
    '# Lending desk\n\nRuns the loans of a small library: members borrow copies, bring them back, reserve what is out.\nStart it with `docker compose up`, then open http://localhost:3000/api/health.\n',
  'docs/api.md':
    '# API\n\nAll answers are JSON. `POST /api/loans` takes `memberId` and `copyId` and answers 201 with the loan, or 409\nwhen the copy is out. `POST /api/loans/:id/return` ends a loan and tells the fee, if there is one.\n',
  'migrations/001_create_tables.sql':
    'CREATE TABLE members (id uuid PRIMARY KEY, name text NOT NULL, blocked boolean NOT NULL DEFAULT false);\nCREATE TABLE copies (id uuid PRIMARY KEY, isbn text NOT NULL);\nCREATE TABLE loans (id uuid PRIMARY KEY, member_id uuid REFERENCES members, copy_id uuid REFERENCES copies, due date NOT NULL, returned date);\n',
  'migrations/002_add_reservations.sql':
    'CREATE TABLE reservations (id uuid PRIMARY KEY, isbn text NOT NULL, member_id uuid REFERENCES members, placed timestamptz NOT NULL);\n',
  'scripts/seed.ts':
    "import { pool } from '../src/db/pool.js';\n\nconst names = ['Ada', 'Grace', 'Linus'];\nfor (const name of names) await pool.query('INSERT INTO members (id, name) VALUES (gen_random_uuid(), $1)', [name]);\nawait pool.end();\n",
  'src/config.ts':
    "import { z } from 'zod';\n\nconst schema = z.object({ DATABASE_URL: z.string().url(), LOAN_DAYS: z.coerce.number().int().positive().default(21), LOG_LEVEL: z.string().default('info') });\n\nexport type Config = z.infer<typeof schema>;\n\nexport function loadConfig(env: NodeJS.ProcessEnv): Config {\n  const parsed = schema.safeParse(env);\n  if (!parsed.success) throw new Error(`Configuration: ${parsed.error.issues[0]?.message}`);\n  return parsed.data;\n}\n",
  'src/logger.ts':
    "import pino from 'pino';\n\nexport const logger = pino({ level: process.env.LOG_LEVEL ?? 'info' });\n",
  'src/db/pool.ts':
    "import { Pool } from 'pg';\nimport { loadConfig } from '../config.js';\n\nexport const pool = new Pool({ connectionString: loadConfig(process.env).DATABASE_URL });\n",
  'src/models/loan.ts':
    "export interface Loan {\n  id: string;\n  memberId: string;\n  copyId: string;\n  due: Date;\n  returned: Date | null;\n}\n\nexport type LoanState = 'open' | 'overdue' | 'returned';\n\nexport function stateOf(loan: Loan, today: Date): LoanState {\n  if (loan.returned) return 'returned';\n  return loan.due < today ? 'overdue' : 'open';\n}\n",
  'src/models/member.ts':
    'export interface Member {\n  id: string;\n  name: string;\n  blocked: boolean;\n}\n',
  'src/models/copy.ts': 'export interface Copy {\n  id: string;\n  isbn: string;\n}\n',
  'src/models/reservation.ts':
    "import type { Member } from './member.js';\n\nexport class Reservation {\n  constructor(\n    readonly isbn: string,\n    readonly member: Member,\n    readonly placed: Date,\n  ) {}\n\n  isBefore(other: Reservation): boolean {\n    return this.placed.getTime() < other.placed.getTime();\n  }\n}\n",
  'src/lib/dates.ts':
    'const DAY = 86_400_000;\n\nexport function addDays(date: Date, days: number): Date {\n  return new Date(date.getTime() + days * DAY);\n}\n\nexport function daysBetween(from: Date, to: Date): number {\n  return Math.floor((to.getTime() - from.getTime()) / DAY);\n}\n',
  'src/lib/isbn.ts':
    "export function isValidIsbn13(text: string): boolean {\n  const digits = text.replace(/[-\\s]/g, '');\n  if (!/^\\d{13}$/.test(digits)) return false;\n  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);\n  return sum % 10 === 0;\n}\n",
  // Orphaned: tests alone know it.
  'src/lib/retry.ts':
    'export async function withRetry<T>(work: () => Promise<T>, attempts: number, pauseMs: number): Promise<T> {\n  for (let attempt = 1; ; attempt++) {\n    try {\n      return await work();\n    } catch (error) {\n      if (attempt >= attempts) throw error;\n      await new Promise((resolve) => setTimeout(resolve, pauseMs * attempt));\n    }\n  }\n}\n',
  'src/services/fees.ts':
    "import { daysBetween } from '../lib/dates.js';\nimport type { Loan } from '../models/loan.js';\n\nconst PER_DAY = 25;\nconst MOST = 1000;\n\n/** In cents. */\nexport function feeFor(loan: Loan, returned: Date): number {\n  const late = daysBetween(loan.due, returned);\n  return late <= 0 ? 0 : Math.min(MOST, late * PER_DAY);\n}\n",
  'src/services/loanService.ts':
    "import { randomUUID } from 'node:crypto';\nimport { addDays } from '../lib/dates.js';\nimport type { Loan } from '../models/loan.js';\nimport { stateOf } from '../models/loan.js';\nimport type { Member } from '../models/member.js';\nimport { feeFor } from './fees.js';\nimport type { LoanStore } from './loanStore.js';\n\nexport class CopyIsOut extends Error {}\nexport class MemberIsBlocked extends Error {}\n\nexport class LoanService {\n  constructor(\n    private readonly store: LoanStore,\n    private readonly days: number,\n  ) {}\n\n  async lend(member: Member, copyId: string, today: Date): Promise<Loan> {\n    if (member.blocked) throw new MemberIsBlocked(member.id);\n    if (await this.store.openLoanOf(copyId)) throw new CopyIsOut(copyId);\n    const loan = { id: randomUUID(), memberId: member.id, copyId, due: addDays(today, this.days), returned: null };\n    await this.store.save(loan);\n    return loan;\n  }\n\n  async takeBack(loanId: string, today: Date): Promise<{ loan: Loan; fee: number }> {\n    const loan = await this.store.get(loanId);\n    if (!loan) throw new Error(`no loan ${loanId}`);\n    const fee = feeFor(loan, today);\n    const returned = { ...loan, returned: today };\n    await this.store.save(returned);\n    return { loan: returned, fee };\n  }\n\n  async extend(loanId: string, days: number, today: Date): Promise<Loan> {\n    const loan = await this.store.get(loanId);\n    if (!loan || stateOf(loan, today) !== 'open') throw new Error(`loan ${loanId} can not be extended`);\n    const extended = { ...loan, due: addDays(loan.due, days) };\n    await this.store.save(extended);\n    return extended;\n  }\n}\n",
  'src/services/loanStore.ts':
    "import type { Copy } from '../models/copy.js';\nimport type { Loan } from '../models/loan.js';\n\nexport interface LoanStore {\n  get(id: string): Promise<Loan | undefined>;\n  openLoanOf(copyId: Copy['id']): Promise<Loan | undefined>;\n  save(loan: Loan): Promise<void>;\n}\n\nexport class MemoryLoanStore implements LoanStore {\n  private readonly loans = new Map<string, Loan>();\n\n  async get(id: string): Promise<Loan | undefined> {\n    return this.loans.get(id);\n  }\n\n  async openLoanOf(copyId: string): Promise<Loan | undefined> {\n    return [...this.loans.values()].find((loan) => loan.copyId === copyId && loan.returned === null);\n  }\n\n  async save(loan: Loan): Promise<void> {\n    this.loans.set(loan.id, loan);\n  }\n}\n",
  'src/services/reservations.ts':
    "import { Reservation } from '../models/reservation.js';\nimport type { Member } from '../models/member.js';\n\nexport class ReservationQueue {\n  private readonly waiting: Reservation[] = [];\n\n  place(isbn: string, member: Member, now: Date): number {\n    this.waiting.push(new Reservation(isbn, member, now));\n    this.waiting.sort((a, b) => (a.isBefore(b) ? -1 : 1));\n    return this.waiting.filter((one) => one.isbn === isbn).length;\n  }\n\n  next(isbn: string): Reservation | undefined {\n    const index = this.waiting.findIndex((one) => one.isbn === isbn);\n    return index < 0 ? undefined : this.waiting.splice(index, 1)[0];\n  }\n}\n",
  // Stub: it never looks at what it is given.
  'src/services/recommendations.ts':
    "import type { Member } from '../models/member.js';\n\nexport async function recommendFor(member: Member, limit: number): Promise<string[]> {\n  // TODO: rank by what similar members borrowed\n  return [];\n}\n",
  // Untested: used, and no test leads here.
  'src/services/blocking.ts':
    "import { stateOf } from '../models/loan.js';\nimport type { Loan } from '../models/loan.js';\nimport type { Member } from '../models/member.js';\n\nexport function blockIfOverdue(member: Member, loans: readonly Loan[], today: Date): Member {\n  const overdue = loans.filter((loan) => loan.memberId === member.id && stateOf(loan, today) === 'overdue');\n  return overdue.length >= 3 ? { ...member, blocked: true } : member;\n}\n",
  'src/http/validate.ts':
    "import type { RequestHandler } from 'express';\nimport type { ZodType } from 'zod';\n\nexport function validateBody(schema: ZodType): RequestHandler {\n  return (request, response, next) => {\n    const parsed = schema.safeParse(request.body);\n    if (!parsed.success) {\n      response.status(400).json({ errors: parsed.error.issues });\n      return;\n    }\n    request.body = parsed.data;\n    next();\n  };\n}\n",
  'src/http/errors.ts':
    "import type { ErrorRequestHandler } from 'express';\nimport { logger } from '../logger.js';\nimport { CopyIsOut, MemberIsBlocked } from '../services/loanService.js';\n\nexport const handleError: ErrorRequestHandler = (error, _request, response, next) => {\n  if (response.headersSent) return next(error);\n  if (error instanceof CopyIsOut) return void response.status(409).json({ error: 'the copy is out' });\n  if (error instanceof MemberIsBlocked) return void response.status(403).json({ error: 'the member is blocked' });\n  logger.error(error);\n  response.status(500).json({ error: 'something went wrong' });\n};\n",
  'src/http/loanRoutes.ts':
    "import { Router } from 'express';\nimport { z } from 'zod';\nimport type { LoanService } from '../services/loanService.js';\nimport { recommendFor } from '../services/recommendations.js';\nimport { blockIfOverdue } from '../services/blocking.js';\nimport { validateBody } from './validate.js';\n\nconst lending = z.object({ memberId: z.string().uuid(), copyId: z.string().uuid() });\n\nexport function loanRoutes(loans: LoanService): Router {\n  const router = Router();\n  router.post('/', validateBody(lending), async (request, response) => {\n    const today = new Date();\n    const member = { id: request.body.memberId, name: '', blocked: false };\n    response.status(201).json(await loans.lend(member, request.body.copyId, today));\n  });\n  router.post('/:id/return', async (request, response) => {\n    response.json(await loans.takeBack(request.params.id, new Date()));\n  });\n  router.post('/:id/extend', async (request, response) => {\n    const today = new Date();\n    const member = blockIfOverdue(request.body.member, request.body.loans, today);\n    if (member.blocked) return void response.status(403).json({ error: 'the member is blocked' });\n    response.json(await loans.extend(request.params.id, 7, today));\n  });\n  router.get('/recommended/:member', async (request, response) => {\n    response.json(await recommendFor({ id: request.params.member, name: '', blocked: false }, 5));\n  });\n  return router;\n}\n",
  'src/http/healthRoutes.ts':
    "import { Router } from 'express';\n\nexport const healthRoutes = Router();\n\nhealthRoutes.get('/', (_request, response) => {\n  response.json({ status: 'up', seconds: process.uptime() });\n});\n",
  // Empty.
  'src/http/reservationRoutes.ts': '',
  'src/app.ts':
    "import express from 'express';\nimport { handleError } from './http/errors.js';\nimport { healthRoutes } from './http/healthRoutes.js';\nimport { loanRoutes } from './http/loanRoutes.js';\nimport { ReservationQueue } from './services/reservations.js';\nimport { isValidIsbn13 } from './lib/isbn.js';\nimport type { LoanService } from './services/loanService.js';\n\nexport function createApp(loans: LoanService, queue = new ReservationQueue()) {\n  const app = express();\n  app.use(express.json());\n  app.use('/api/health', healthRoutes);\n  app.use('/api/loans', loanRoutes(loans));\n  app.post('/api/reservations', (request, response) => {\n    const { isbn, member } = request.body;\n    if (!isValidIsbn13(isbn)) return void response.status(400).json({ error: 'no ISBN' });\n    response.status(201).json({ place: queue.place(isbn, member, new Date()) });\n  });\n  app.delete('/api/reservations/:isbn', (request, response) => {\n    response.json({ next: queue.next(request.params.isbn) ?? null });\n  });\n  app.use(handleError);\n  return app;\n}\n",
  'src/server.ts':
    "import { createApp } from './app.js';\nimport { loadConfig } from './config.js';\nimport { logger } from './logger.js';\nimport { LoanService } from './services/loanService.js';\nimport { MemoryLoanStore } from './services/loanStore.js';\n\nconst config = loadConfig(process.env);\nconst app = createApp(new LoanService(new MemoryLoanStore(), config.LOAN_DAYS));\nconst server = app.listen(3000, () => logger.info('listening'));\nprocess.on('SIGTERM', () => server.close());\n",
  'catalogue/__init__.py': '',
  'catalogue/records.py':
    'from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Record:\n    isbn: str\n    title: str\n    year: int | None = None\n\n    def sort_key(self) -> tuple[str, str]:\n        return (self.title.casefold(), self.isbn)\n',
  'catalogue/parse.py':
    'import csv\nimport io\n\nfrom .records import Record\n\n\nclass BadRow(ValueError):\n    pass\n\n\ndef parse_csv(text: str) -> list[Record]:\n    rows = csv.DictReader(io.StringIO(text))\n    return [parse_row(row, number) for number, row in enumerate(rows, start=2)]\n\n\ndef parse_row(row: dict[str, str], number: int) -> Record:\n    isbn = row.get("isbn", "").replace("-", "").strip()\n    if not isbn:\n        raise BadRow(f"line {number}: no ISBN")\n    year = row.get("year") or None\n    return Record(isbn=isbn, title=row["title"].strip(), year=int(year) if year else None)\n',
  'catalogue/dedupe.py':
    'from collections.abc import Iterable\n\nfrom .records import Record\n\n\ndef dedupe(records: Iterable[Record]) -> list[Record]:\n    """The newest record of each ISBN."""\n    newest: dict[str, Record] = {}\n    for record in records:\n        known = newest.get(record.isbn)\n        if known is None or (record.year or 0) > (known.year or 0):\n            newest[record.isbn] = record\n    return sorted(newest.values(), key=Record.sort_key)\n',
  // Stub.
  'catalogue/marc.py':
    'from .records import Record\n\n\ndef parse_marc(data: bytes) -> list[Record]:\n    """Read MARC 21 records."""\n    raise NotImplementedError("MARC comes later")\n',
  // Empty: comments only.
  'catalogue/covers.py': '# Fetches covers from the open library.\n# https://covers.example.org/\n',
  // Orphaned: nothing knows it.
  'catalogue/export.py':
    'import json\n\nfrom .records import Record\n\n\ndef export_json(records: list[Record]) -> str:\n    return json.dumps([{"isbn": one.isbn, "title": one.title} for one in records], indent=2)\n',
  // Untested: the command uses it.
  'catalogue/report.py':
    'from .records import Record\n\n\ndef summarize(records: list[Record]) -> str:\n    years = [one.year for one in records if one.year]\n    span = f"{min(years)}-{max(years)}" if years else "no years"\n    return f"{len(records)} records, {span}"\n',
  'catalogue/cli.py':
    'import sys\nfrom pathlib import Path\n\nimport click\n\nfrom .dedupe import dedupe\nfrom .marc import parse_marc\nfrom .parse import parse_csv\nfrom .report import summarize\n\n\n@click.group()\ndef main() -> None:\n    """Imports catalogues."""\n\n\n@main.command("load")\n@click.argument("file", type=Path)\ndef load(file: Path) -> None:\n    records = parse_marc(file.read_bytes()) if file.suffix == ".mrc" else parse_csv(file.read_text())\n    click.echo(summarize(dedupe(records)), file=sys.stderr)\n\n\n@main.command("check")\n@click.argument("file", type=Path)\ndef check(file: Path) -> None:\n    click.echo(f"{len(parse_csv(file.read_text()))} rows are fine")\n\n\nif __name__ == "__main__":\n    main()\n',
  'tests/dates.test.ts':
    "import { describe, expect, it } from 'vitest';\nimport { addDays, daysBetween } from '../src/lib/dates.js';\n\ndescribe('dates', () => {\n  it('adds days over the end of a month', () => {\n    expect(addDays(new Date('2024-01-30'), 3).toISOString()).toBe('2024-02-02T00:00:00.000Z');\n  });\n  it('counts days', () => {\n    expect(daysBetween(new Date('2024-01-01'), new Date('2024-01-11'))).toBe(10);\n  });\n});\n",
  'tests/isbn.test.ts':
    "import { expect, it } from 'vitest';\nimport { isValidIsbn13 } from '../src/lib/isbn.js';\n\nit.each([['9780306406157', true], ['978-0-306-40615-7', true], ['9780306406158', false], ['abc', false]])('%s is %s', (text, valid) => {\n  expect(isValidIsbn13(text)).toBe(valid);\n});\n",
  'tests/retry.test.ts':
    "import { expect, it } from 'vitest';\nimport { withRetry } from '../src/lib/retry.js';\n\nit('tries again', async () => {\n  let calls = 0;\n  const result = await withRetry(async () => { calls += 1; if (calls < 3) throw new Error('no'); return 'yes'; }, 5, 1);\n  expect([result, calls]).toEqual(['yes', 3]);\n});\n",
  'tests/fees.test.ts':
    "import { expect, it } from 'vitest';\nimport { feeFor } from '../src/services/fees.js';\n\nconst loan = { id: 'l', memberId: 'm', copyId: 'c', due: new Date('2024-03-10'), returned: null };\n\nit('costs nothing in time', () => {\n  expect(feeFor(loan, new Date('2024-03-10'))).toBe(0);\n});\nit('costs 25 cents a day, up to ten euros', () => {\n  expect(feeFor(loan, new Date('2024-03-12'))).toBe(50);\n  expect(feeFor(loan, new Date('2025-03-12'))).toBe(1000);\n});\n",
  'tests/loanService.test.ts':
    "import { beforeEach, describe, expect, it } from 'vitest';\nimport { CopyIsOut, LoanService, MemberIsBlocked } from '../src/services/loanService.js';\nimport { MemoryLoanStore } from '../src/services/loanStore.js';\n\nconst ada = { id: 'ada', name: 'Ada', blocked: false };\nconst today = new Date('2024-05-01');\n\ndescribe('LoanService', () => {\n  let service: LoanService;\n  beforeEach(() => { service = new LoanService(new MemoryLoanStore(), 21); });\n\n  it('lends for 21 days', async () => {\n    const loan = await service.lend(ada, 'copy', today);\n    expect(loan.due.toISOString().slice(0, 10)).toBe('2024-05-22');\n  });\n  it('lends a copy once', async () => {\n    await service.lend(ada, 'copy', today);\n    await expect(service.lend(ada, 'copy', today)).rejects.toThrow(CopyIsOut);\n  });\n  it('refuses blocked members', async () => {\n    await expect(service.lend({ ...ada, blocked: true }, 'copy', today)).rejects.toThrow(MemberIsBlocked);\n  });\n  it('takes back with a fee', async () => {\n    const loan = await service.lend(ada, 'copy', today);\n    const { fee } = await service.takeBack(loan.id, new Date('2024-05-24'));\n    expect(fee).toBe(50);\n  });\n  it('extends', async () => {\n    const loan = await service.lend(ada, 'copy', today);\n    const extended = await service.extend(loan.id, 7, today);\n    expect(extended.due.getTime()).toBeGreaterThan(loan.due.getTime());\n  });\n});\n",
  'tests/reservations.test.ts':
    "import { expect, it } from 'vitest';\nimport { ReservationQueue } from '../src/services/reservations.js';\n\nit('serves in the order of arrival', () => {\n  const queue = new ReservationQueue();\n  queue.place('9780306406157', { id: 'b', name: 'B', blocked: false }, new Date(2));\n  queue.place('9780306406157', { id: 'a', name: 'A', blocked: false }, new Date(1));\n  expect(queue.next('9780306406157')?.member.id).toBe('a');\n});\n",
  'tests/config.test.ts':
    "import { expect, it } from 'vitest';\nimport { loadConfig } from '../src/config.js';\n\nit('has defaults', () => {\n  expect(loadConfig({ DATABASE_URL: 'postgres://h/d' }).LOAN_DAYS).toBe(21);\n});\nit('says what is wrong', () => {\n  expect(() => loadConfig({})).toThrow(/Configuration/);\n});\n",
  'tests/loan.test.ts':
    "import { expect, it } from 'vitest';\nimport { stateOf } from '../src/models/loan.js';\n\nit('knows what is overdue', () => {\n  const loan = { id: '1', memberId: 'm', copyId: 'c', due: new Date('2024-01-01'), returned: null };\n  expect(stateOf(loan, new Date('2024-01-02'))).toBe('overdue');\n  expect(stateOf(loan, new Date('2023-12-31'))).toBe('open');\n});\n",
  'tests/api.test.ts':
    "import request from 'supertest';\nimport { expect, it } from 'vitest';\nimport { createApp } from '../src/app.js';\nimport { LoanService } from '../src/services/loanService.js';\nimport { MemoryLoanStore } from '../src/services/loanStore.js';\n\nconst app = createApp(new LoanService(new MemoryLoanStore(), 21));\n\nit('is up', async () => {\n  const { body } = await request(app).get('/api/health');\n  expect(body.status).toBe('up');\n});\nit('refuses loans of nothing', async () => {\n  const response = await request(app).post('/api/loans').send({});\n  expect(response.status).toBe(400);\n});\nit('ends a loan that there is none of with an error', async () => {\n  const response = await request(app).post('/api/loans/none/return');\n  expect(response.status).toBe(500);\n});\nit('tells the place in the queue', async () => {\n  const response = await request(app).post('/api/reservations').send({ isbn: '9780306406157', member: { id: 'a' } });\n  expect(response.body.place).toBe(1);\n});\n",
  'tests/python/test_parse.py':
    'import pytest\n\nfrom catalogue.parse import BadRow, parse_csv\n\n\ndef test_reads_rows():\n    (record,) = parse_csv("isbn,title,year\\n978-0-306,Errors ,1999\\n")\n    assert (record.isbn, record.title, record.year) == ("9780306", "Errors", 1999)\n\n\ndef test_names_the_line_of_a_bad_row():\n    with pytest.raises(BadRow, match="line 2"):\n        parse_csv("isbn,title\\n,Nothing\\n")\n',
  'tests/python/test_dedupe.py':
    'from catalogue.dedupe import dedupe\nfrom catalogue.records import Record\n\n\ndef test_keeps_the_newest():\n    old, new = Record("1", "A", 1990), Record("1", "A", 2001)\n    assert dedupe([new, old]) == [new]\n\n\ndef test_sorts_by_title():\n    assert [one.title for one in dedupe([Record("1", "b"), Record("2", "A")])] == ["A", "b"]\n',
  'tests/python/test_cli.py':
    'from click.testing import CliRunner\n\nfrom catalogue.cli import main\n\n\ndef test_check_counts_rows(tmp_path):\n    file = tmp_path / "rows.csv"\n    file.write_text("isbn,title\\n1,A\\n2,B\\n")\n    result = CliRunner().invoke(main, ["check", str(file)])\n    assert result.output == "2 rows are fine\\n"\n',
};

/** The ten tasks that are not done, by id, with what is wrong. */
export const PLANTED_PHANTOMS: Record<string, string> = {
  T016: 'missing',
  T031: 'missing',
  T025: 'empty',
  T040: 'empty',
  T029: 'stub',
  T038: 'stub',
  T017: 'orphaned',
  T041: 'orphaned',
  T028: 'untested',
  T042: 'untested',
};

CLAIMED_PROJECT['specs/001-lending/tasks.md'] = `# Tasks: Lending desk

**Input**: Design documents from \`/specs/001-lending/\`

## Phase 1: Setup (Shared Infrastructure)

- [X] T001 Create project structure per implementation plan: src/, catalogue/, tests/
- [X] T002 Initialize TypeScript project with Express and Zod dependencies
- [X] T003 [P] Configure linting and formatting tools
- [X] T004 [P] Add \`.env.example\` with \`DATABASE_URL\` and \`LOAN_DAYS\`
- [X] T005 [P] Write Dockerfile and docker-compose.yml for local development
- [X] T006 Set up CI running both test suites in .github/workflows/ci.yml
- [X] T007 Configure pytest in pyproject.toml

## Phase 2: Foundational

- [X] T008 Create initial schema in migrations/001_create_tables.sql
- [X] T009 [P] Define Loan entity and LoanState in src/models/loan.ts
- [X] T010 [P] Define Member entity in src/models/member.ts
- [X] T011 [P] Define Copy entity in src/models/copy.ts
- [X] T012 Load and validate configuration with \`loadConfig()\` in src/config.ts
- [X] T013 Setup structured logging in src/logger.ts
- [X] T014 Create connection pool in src/db/pool.ts
- [X] T015 [P] Date helpers \`addDays\` and \`daysBetween\` in src/lib/dates.ts
- [X] T016 [P] Add request id middleware in src/http/requestId.ts
- [X] T017 [P] Implement withRetry helper in src/lib/retry.ts for flaky database connections

## Phase 3: User Story 1 - Borrow and return (Priority: P1)

- [X] T018 [P] [US1] Contract tests for the loan API in tests/api.test.ts
- [X] T019 [P] [US1] Unit tests for fees in tests/fees.test.ts
- [X] T020 [US1] Implement LoanStore interface and MemoryLoanStore in src/services/loanStore.ts
- [X] T021 [US1] Implement LoanService with lend, takeBack and extend in src/services/loanService.ts (depends on T009, T020)
- [X] T022 [US1] Fee calculation \`feeFor\` in src/services/fees.ts, 25 cents a day, capped
- [X] T023 [US1] Implement POST /api/loans and POST /api/loans/:id/return in src/http/loanRoutes.ts
- [X] T024 [US1] Request validation middleware validateBody in src/http/validate.ts
- [X] T025 [US2] Implement reservation endpoints in src/http/reservationRoutes.ts
- [X] T026 [US1] Map domain errors to status codes in src/http/errors.ts
- [X] T027 [US1] Health endpoint GET /api/health
- [X] T028 [US1] Block members with three overdue loans in src/services/blocking.ts
- [X] T029 [US1] Recommend books from similar members in src/services/recommendations.ts

## Phase 4: User Story 2 - Reservations (Priority: P2)

- [X] T030 [P] [US2] Add reservations table in migrations/002_add_reservations.sql
- [X] T031 [US2] Notify the next member by mail with \`notifyNext()\` in src/services/reservations.ts
- [X] T032 [US2] Reservation model with \`isBefore\` in src/models/reservation.ts
- [X] T033 [US2] ReservationQueue with place() and next() in src/services/reservations.ts
- [X] T034 [US2] Validate ISBN-13 check digits, isValidIsbn13 in src/lib/isbn.ts
- [X] T035 [US2] POST /api/reservations answers the place in the queue

## Phase 5: User Story 3 - Catalogue import (Priority: P3)

- [X] T036 [P] [US3] Record dataclass in catalogue/records.py
- [X] T037 [US3] Parse CSV exports: parse_csv and parse_row in catalogue/parse.py
- [X] T038 [US3] Support MARC 21 files in catalogue/marc.py
- [X] T039 [US3] Remove duplicates by ISBN, keeping the newest, in catalogue/dedupe.py
- [X] T040 [P] [US3] Fetch cover images in catalogue/covers.py
- [X] T041 [P] [US3] JSON export of records in catalogue/export.py
- [X] T042 [US3] Summary of an import (count, span of years) in catalogue/report.py
- [X] T043 [US3] Command line \`catalogue-import check\` in catalogue/cli.py
- [X] T044 [P] [US3] Tests for the parser in tests/python/test_parse.py
- [X] T045 [P] [US3] Tests for \`dedupe\` in tests/python/test_dedupe.py

## Phase 6: Polish

- [X] T046 [P] Document the API in docs/api.md
- [X] T047 [P] Write README with how to start
- [X] T048 Seed script for development data, \`npm run db:seed\`
- [X] T049 Remove the prototype in src/prototype/
- [X] T050 Wire everything together in src/app.ts and start it in src/server.ts
- [ ] T051 Load test with 1,000 members
`;
