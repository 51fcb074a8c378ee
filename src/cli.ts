import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { describeError, isCancelled, messageWithNextStep, UserError } from './base/errors';
import type { Logger } from './base/logger';
import { oneLine } from './base/text';
import { runAudit } from './cli/audit';
import { AUDIT_OPTIONS, parseAuditArguments, withChangedValue } from './cli/auditArguments';
import type { AuditArguments } from './cli/auditArguments';
import { parseContainersArguments, runContainers } from './cli/containers';
import type { ContainersArguments } from './cli/containers';
import { parseDeployArguments, runDeploy } from './cli/deploy';
import type { DeployArguments } from './cli/deploy';
import { runLoop1 } from './cli/loop1';
import { parseLoop1Arguments } from './cli/loop1Arguments';
import type { Loop1Arguments } from './cli/loop1Arguments';
import { parseVerifyArguments, runVerify } from './cli/loop2Verify';
import type { VerifyArguments } from './cli/loop2Verify';
import { runLoop2 } from './cli/loop2';
import { parseLoop2Arguments } from './cli/loop2Arguments';
import type { Loop2Arguments } from './cli/loop2Arguments';
import { parseMcpArguments, runMcp } from './cli/mcp';
import type { McpArguments } from './cli/mcp';
import { parseSandboxArguments, runSandbox } from './cli/sandbox';
import type { SandboxArguments } from './cli/sandbox';
import { parseStateArguments, runState } from './cli/state';
import type { StateArguments } from './cli/state';
import { UsageError } from './cli/usage';

const USAGE = `seaworthy ${version}: will this code hold?

  seaworthy audit FILE|FOLDER... [options]
  seaworthy audit --changed [COMMIT] | --staged [FILE|FOLDER...] [options]
  seaworthy containers status|stats|logs|restart [PROJECT [SERVICE...]] [--json] [--yes] [--tail N] [--follow]
  seaworthy deploy plan [PROJECT[/ENV]] [--workspace DIR] [--json]
  seaworthy deploy run [PROJECT[/ENV]] [--workspace DIR] [--yes] [--promote ENV] [--break-lock] [--json]
  seaworthy deploy rollback [PROJECT[/ENV]] [RELEASE] [--workspace DIR] [--yes] [--break-lock] [--json]
  seaworthy deploy history [PROJECT[/ENV]] [--workspace DIR] [--json]
  seaworthy deploy convert [--workspace DIR]
  seaworthy loop1 start|status|resume|cards [--workspace DIR] [--json] [--network] [--goal TEXT]
  seaworthy loop1 accept|dismiss|confirm CARD --reason TEXT [--until DAY] [--workspace DIR] [--json]
  seaworthy loop1 export [--format md|html|json] [--workspace DIR]
  seaworthy loop1 reopen CARD | inject TEXT [--constraint|--card] [--workspace DIR] [--json]
  seaworthy loop2 verify LIST [--workspace DIR] [--json]
  seaworthy loop2 start [--from LIST ...] | status | next | resume | pause | cancel [--workspace DIR] [--json]
  seaworthy loop2 take TASK | ready TASK [--files A,B] | retry TASK | undo TASK | drop TASK
  seaworthy loop2 except TASK --reason TEXT --until DAY | reassign TASK --to you|model|agent
  seaworthy loop2 add TEXT [--files A,B] [--check COMMAND] [--after TASK,TASK]
  seaworthy mcp [--workspace DIR] [--storage DIR]
  seaworthy sandbox check [--json]
  seaworthy state verify|export --storage DIR [--workspace-uri URI] [--output DIR]

  --workspace DIR   the project the files belong to (default: the current folder when it holds the
                    file, otherwise the nearest folder above the file with a manifest)
  --stages LIST     some of theater,production,quality (default: all; a verdict of pass needs all)
  --install-dependencies  make an image of the dependencies that the nearest lockfile names, unless there is
                    one: fetches packages from their registry, runs none of their scripts
  --preset NAME     how strictly rules are weighed: nasa, strict, standard, lenient
  --rule ID=LEVEL   level of a rule or family (TH01=off, TT*=error); may be given several times
  --config FILE     rule settings as JSON (default: seaworthy.json in the project)
  --mutants BUDGET  puts the tests to the proof: quick (30 s), deep (120 s) or off (the default)
  --runner NAME     what runs the tests: node:test, mocha, vitest, jest, pytest, unittest, script (the project's
                    own test script, of which only the exit code is known) or auto (the default)
  --tests WHICH     related (by imports, the default) or all tests of the language in the workspace
  --test-script COMMAND  what the runner script runs (default: "test" of the nearest package.json)
  --changed [COMMIT]  what differs from the last commit, or from where this branch left COMMIT
  --staged          what the next commit holds, as it is staged
  --baseline FILE   findings that were there before and fail nothing (default: seaworthy-baseline.json
                    in the project, where there is one)
  --update-baseline   write what is found now into the baseline, and drop what is gone
  --import-sarif FILE  show what another tool says beside the findings; may be given several times
  --json            reports as JSON on standard output
  --sarif           findings as SARIF 2.1.0 on standard output
  --junit           stages as JUnit XML on standard output
  --summary FILE    adds the result to FILE as Markdown, such as "$GITHUB_STEP_SUMMARY"
  --quiet           no progress on standard error
  --help, --version

  --yes             restart, deploy or roll back without asking
  --promote ENV     deploy what that environment of the project runs, its very images, instead of the workspace
  --break-lock      take over the lock of another deploy: only when it is known to be gone
  --tail N          lines of each container's log (default: 50)
  --follow, -f      what is printed from now on too, through restarts, until Ctrl-C
  --storage DIR     the folder in which the editor keeps the state of Seaworthy (default of loop1, loop2 and mcp: your own state folder)
  --network         lets this run ask the network: advisories, repositories, papers (off by default)
  --goal TEXT       what is to be built; another goal begins another run
  --reason TEXT     why a risk may stand, is none, or is one
  --until DAY       the last day on which that holds, such as 2030-01-31 (default: until it is reopened)
  --format FORMAT   of what loop1 export prints: md (the default), html or json
  --constraint, --card  what a text becomes: something to be heeded (the default), or a card of your own
  --from LIST       a task list in Markdown to begin with (default: what Loop 1 has left, else the lists of the workspace)
  --files A,B       files that a task makes or changes
  --check COMMAND   shows in the sandbox whether a task holds, by ending with 0
  --after TASK,TASK  what has to be done before
  --to WHO          who does a task from now on: you, model or agent
  --workspace-uri URI  one workspace folder, such as file:///home/me/project (default: all)
  --output DIR      where an export goes (default: the current folder)

Exit status of an audit: 0 pass, 1 fail, 2 not run, 3 wrong usage. With several files the worst counts: fail, then not run.
With --update-baseline: 0 written, 1 written and tests fail.
Of a containers command: 0 done, 1 something did not become ready, 2 no engine, 3 wrong usage.
Of deploy plan: 0 planned, 1 stopped by a secret, 2 not possible (no engine, no rsync, a mistake in seaworthy.json), 3 wrong usage.
Of deploy run and rollback: 0 what was wanted serves, 1 it does not (what was there before does, or the reason says what
does not), 2 not possible (as above, or another one deploys there), 3 wrong usage.
Of a loop1 command: 0 done, 1 the run has ended without reaching its target, 2 not possible, 3 wrong usage.
Of loop2 verify: 0 every ticked task holds, 1 at least one does not, 2 not possible (no list, nothing ticked), 3 wrong usage.
Of a loop2 command: 0 done, 1 the task was audited and failed, 2 not possible, or it could not be audited, 3 wrong usage.
mcp serves tools for agents over standard input and output, until its client goes.
Of sandbox check: 0 the engine can make a sandbox, 2 it can not, 3 wrong usage.
Of a state command: 0 done and intact, 1 damaged, 2 can't be read, 3 wrong usage.
The container engine is found through DOCKER_HOST, the Docker context or the usual sockets;
ssh:// and TLS work as with Docker's own client.`;

const EXIT_USAGE = 3;
const EXIT_DEFECT = 70;
const EXIT_CANCELLED = 130;

function parseArguments(
  argv: readonly string[],
):
  | AuditArguments
  | ContainersArguments
  | DeployArguments
  | Loop1Arguments
  | Loop2Arguments
  | McpArguments
  | SandboxArguments
  | VerifyArguments
  | StateArguments
  | { print: string } {
  const { values, positionals } = parse(argv);
  if (values.help) return { print: USAGE };
  if (values.version) return { print: version };
  const [command, ...files] = positionals;
  if (command === undefined) throw new UsageError('no command given');
  if (command === 'containers') return parseContainersArguments(files, values);
  if (command === 'deploy') return parseDeployArguments(files, values);
  if (command === 'loop1') return parseLoop1Arguments(files, values);
  if (command === 'loop2' && files[0] === 'verify') return parseVerifyArguments(files.slice(1), values);
  if (command === 'loop2') return parseLoop2Arguments(files, values);
  if (command === 'mcp') return parseMcpArguments(files, values);
  if (command === 'state') return parseStateArguments(files, values);
  if (command === 'sandbox') return parseSandboxArguments(files, values);
  if (command !== 'audit') throw new UsageError(`unknown command: ${command}`);
  return parseAuditArguments(files, values);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: withChangedValue(argv),
      allowPositionals: true,
      options: {
        ...AUDIT_OPTIONS,
        yes: { type: 'boolean' },
        promote: { type: 'string' },
        'break-lock': { type: 'boolean' },
        tail: { type: 'string' },
        follow: { type: 'boolean', short: 'f' },
        storage: { type: 'string' },
        network: { type: 'boolean' },
        goal: { type: 'string' },
        reason: { type: 'string' },
        until: { type: 'string' },
        constraint: { type: 'boolean' },
        card: { type: 'boolean' },
        format: { type: 'string' },
        from: { type: 'string', multiple: true },
        files: { type: 'string' },
        check: { type: 'string' },
        after: { type: 'string' },
        to: { type: 'string' },
        'workspace-uri': { type: 'string' },
        output: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => void process.stderr.write(`warning: ${oneLine(message, 500)}\n`),
  error: (message) => void process.stderr.write(`${message}\n`),
};

/** Resolves when the text has left the process: a pipe's reader may be slower than our exit. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

async function main(): Promise<number> {
  const cancel = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => cancel.abort());
  try {
    const wanted = parseArguments(process.argv.slice(2));
    if ('print' in wanted) {
      await print(wanted.print);
      return 0;
    }
    const surroundings = { distDirectory: __dirname, logger, print, signal: cancel.signal };
    if ('containersAction' in wanted) return await runContainers(wanted, surroundings);
    if ('deployAction' in wanted) return await runDeploy(wanted, surroundings);
    if ('loop1Action' in wanted) return await runLoop1(wanted, surroundings);
    if ('verifiedList' in wanted) return await runVerify(wanted, surroundings);
    if ('loop2Action' in wanted) return await runLoop2(wanted, surroundings);
    if ('served' in wanted) return await runMcp(wanted, surroundings);
    if ('action' in wanted) return await runState(wanted, surroundings);
    if ('sandbox' in wanted) return await runSandbox(wanted, surroundings, cancel.signal);
    return await runAudit(wanted, surroundings);
  } catch (error) {
    if (isCancelled(error)) {
      process.stderr.write('cancelled\n');
      return EXIT_CANCELLED;
    }
    if (error instanceof UsageError || error instanceof UserError) {
      process.stderr.write(`seaworthy: ${messageWithNextStep(error)}\nTry: seaworthy --help\n`);
      return EXIT_USAGE;
    }
    process.stderr.write(`seaworthy: ${describeError(error)}\n`);
    return EXIT_DEFECT;
  }
}

void main().then((status) => {
  process.exitCode = status;
});
