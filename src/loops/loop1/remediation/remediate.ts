import { createHash } from 'node:crypto';
import type { ProjectFacts } from '../facts/projectFacts';
import { imageOf } from '../premortem/look';
import type { Evidence, Scenario } from '../scenario';
import * as edits from './edits';
import type { TextEdit } from './edits';
import type { FileEdit, Remedy } from './remedy';

interface Recipe {
  title: string;
  /** The edits for the places of a scenario, the last place of a file first so that lines stay where they are. */
  edit(evidence: readonly Evidence[], facts: ProjectFacts): FileEdit[];
}

/** By probe: what can be changed without asking more than whether it may be. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  'no-restart-policy': inPlace('Add a restart policy', () => edits.addRestartPolicy),
  'no-memory-limit': inPlace('Add memory limits', () => edits.addMemoryLimit),
  'unbounded-logs': inPlace('Limit the logs', () => edits.addLogLimit),
  'no-health-check': inPlace('Add a health check', (at, facts) => edits.addHealthCheck(imageAt(at, facts))),
  'published-database-port': inPlace('Open the port to this machine only', () => edits.bindToThisMachine),
  'docker-socket-mounted': inPlace('Take the socket out', () => edits.removeListItem),
  'privileged-container': inPlace('Take the rights of the host away', () => edits.removePrivileged),
  'container-runs-as-root': inPlace('Run as the user "node"', (at, facts) =>
    edits.addUser(facts.dockerfiles.find(({ path }) => path === at.file)?.last.image ?? ''),
  ),
  'image-installs-unlocked': inPlace('Install from the lockfile', () => edits.installFromLockfile),
  'call-without-timeout': inPlace('Add time limits', ({ file }) =>
    file.endsWith('.py') ? edits.addRequestsTimeout : edits.addFetchTimeout,
  ),
  'start-order-by-luck': inPlace('Wait until it is ready', () => edits.waitForHealth),
  'env-not-ignored': {
    title: 'Name it in .gitignore',
    edit: (_evidence, facts) => ignoreEdit('.gitignore', facts, '.env', '.env.*', '!.env.example'),
  },
  'no-dockerignore': {
    title: 'Add a .dockerignore',
    edit: ([first], facts) => {
      const folder = first ? first.file.slice(0, first.file.lastIndexOf('/') + 1) : '';
      return ignoreEdit(`${folder}.dockerignore`, facts, '.git', '.env*', 'node_modules', '.venv', '*.log');
    },
  },
};

/** What can only be done by a person, since it weighs people or promises. */
const ADVICE_ONLY = new Set(['single-owner', 'uncommitted-work', 'only-copy', 'release-drift']);

/** What can be done about each open scenario that a probe has found: an edit, a command, or a task. */
export function remediate(scenarios: readonly Scenario[], facts: ProjectFacts): Remedy[] {
  return scenarios.flatMap((scenario) => {
    const remedy = scenario.state === 'open' ? remedyOf(scenario, facts) : undefined;
    return remedy ? [remedy] : [];
  });
}

function remedyOf(scenario: Scenario, facts: ProjectFacts): Remedy | undefined {
  const { id: scenarioId, source, evidence, title, prevention, verify } = scenario;
  if (!source.startsWith('probe ')) return undefined;
  const probe = source.slice('probe '.length);
  const recipe = RECIPES[probe];
  const made = recipe?.edit(evidence, facts) ?? [];
  if (recipe && made.length > 0) return { scenarioId, title: recipe.title, kind: 'edit', edits: made };
  const command = commandOf(probe, evidence);
  if (command) return { scenarioId, ...command };
  if (ADVICE_ONLY.has(probe)) return undefined;
  return {
    ...{ scenarioId, title: prevention, kind: 'task' },
    description: `${title}. ${prevention}`,
    // That the probe looks again and finds nothing is the check; what a person can see besides is said too.
    acceptance: `The probe "${probe}" finds nothing any more. ${verify}`,
    files: [...new Set(evidence.map(({ file }) => file))],
  };
}

function commandOf(probe: string, [first]: readonly Evidence[]) {
  const folder = first ? first.file.slice(0, first.file.lastIndexOf('/') + 1) || '.' : '.';
  if (probe === 'no-lockfile') {
    const words = ['install', '--package-lock-only', '--ignore-scripts'];
    return { title: 'Write the lockfile', kind: 'command' as const, program: 'npm', words, folder };
  }
  if (probe === 'loose-python-requirements') {
    const words = ['pip', 'compile', 'requirements.txt', '--output-file', 'requirements.lock'];
    return { title: 'Write the lockfile', kind: 'command' as const, program: 'uv', words, folder };
  }
  return undefined;
}

function inPlace(title: string, choose: (at: Evidence, facts: ProjectFacts) => TextEdit): Recipe {
  return {
    title,
    edit: (evidence, facts) => {
      const changed = new Map<string, string>();
      for (const at of [...evidence].sort((a, b) => b.line - a.line)) {
        const text = changed.get(at.file) ?? facts.parts.texts.get(at.file);
        const after = text === undefined ? undefined : choose(at, facts)(text, at.line);
        if (after !== undefined) changed.set(at.file, after);
      }
      return [...changed].map(([file, after]) => fileEdit(file, facts, after));
    },
  };
}

function ignoreEdit(file: string, facts: ProjectFacts, ...patterns: string[]): FileEdit[] {
  const after = edits.addIgnored(...patterns)(facts.parts.texts.get(file));
  return after === undefined ? [] : [fileEdit(file, facts, after)];
}

function fileEdit(file: string, facts: ProjectFacts, after: string): FileEdit {
  const text = facts.parts.texts.get(file);
  const before = text === undefined ? null : createHash('sha256').update(text).digest('hex');
  return { file, before, after };
}

function imageAt({ file, line }: Evidence, facts: ProjectFacts): string {
  const compose = facts.composeFiles.find(({ path }) => path === file);
  const service = compose?.services.find((one) => one.line === line);
  return service ? imageOf(service) : '';
}
