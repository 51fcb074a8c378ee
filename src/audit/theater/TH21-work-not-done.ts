import type { CallFact, FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import { calledFunction } from './deeds';

/** Methods of tables that give a new one, and leave the one they are called on as it is. */
const COPYING =
  /^(drop_duplicates|dropna|fillna|sort_values|sort_index|reset_index|set_index|rename|astype|replace|assign|merge|query|explode|pivot_table|groupby)$/;
const TABLE = /^(\w*_)?(df|frame|dataframe|table)\d?$/i;
const IN_PLACE = /\binplace\s*=|\bcopy\s*=/;

export const workNotDone: Rule = {
  id: 'TH21',
  name: 'work-not-done',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A call that looks as if it did something, and of which nothing ever happens.',
  bad: [
    {
      grammar: 'typescript',
      code: `
class Batch {
  check(lines: Line[]) {
»    this.problems(lines);
  }
  private *problems(lines: Line[]) {
    for (const line of lines) if (line.net <= 0) yield line;
  }
}`,
    },
    {
      grammar: 'python',
      code: `
class Feed:
    async def sync(self):
        added = await self.store.add()
»        self.announce(added)

    async def announce(self, added):
        await self.notifier.send(added)

def clean(df):
»    df.drop_duplicates(subset=["id"])
    return df
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
class Batch {
  check(lines: Line[]) {
    for (const problem of this.problems(lines)) this.report(problem);
    this.later(lines);
  }
  private *problems(lines: Line[]) { yield* lines; }
  private async later(lines: Line[]) { await send(lines); }
}`,
    },
    {
      grammar: 'python',
      code: `
class Feed:
    async def sync(self):
        await self.announce(1)
        task = asyncio.create_task(self.announce(2))
        return task

    async def announce(self, added):
        await self.notifier.send(added)

    @task
    async def later(self):
        pass

    def start(self):
        self.later()

def clean(df):
    df.dropna(inplace=True)
    df = df.drop_duplicates()
    return df
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) {
      if (call.node.parent?.kind !== 'expressionStatement') continue;
      const why = isLostCopy(call, facts)
        ? 'gives a changed copy, which nobody keeps'
        : lostCall(call, facts);
      if (why !== undefined) yield { range: call.node, message: `${call.path}() ${why}.` };
    }
  },
};

function isLostCopy({ name, root, path, node }: CallFact, { family }: FileFacts): boolean {
  if (family !== 'python' || !COPYING.test(name) || path !== `${root}.${name}`) return false;
  return TABLE.test(root) && !IN_PLACE.test(node.text);
}

/** Why nothing of a function of this file runs. */
function lostCall(call: CallFact, facts: FileFacts): string | undefined {
  const target = call.function && calledFunction(call, call.function, facts);
  if (!target || isHandedOn(target)) return undefined;
  if (target.isGenerator) return 'makes a generator that nobody iterates, so that nothing of it runs';
  // In JavaScript it runs without being waited for.
  const isCoroutine = target.isAsync && facts.family === 'python';
  return isCoroutine ? 'makes a coroutine that is never awaited, so that nothing of it runs' : undefined;
}

/** A decorator may make something else of it; another function of the name may be meant. */
function isHandedOn({ decorators }: FunctionFact): boolean {
  return decorators.some(
    (decorator) => !/^(staticmethod|classmethod|override|typing\.override)$/.test(decorator),
  );
}
