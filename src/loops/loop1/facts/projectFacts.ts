import { languageOf } from '../../../audit/language';
import type { Language } from '../../../audit/language';
import type { Finding } from '../../../audit/finding';
import { roleOf } from '../../../audit/syntax/role';
import type { Role } from '../../../audit/syntax/role';
import { maskCode } from './codeText';
import type { MaskedCode } from './codeText';
import { readComposeFile } from './composeFile';
import type { ComposeFile } from './composeFile';
import { readDockerfile } from './dockerfile';
import type { Dockerfile } from './dockerfile';
import { readPackageManifest } from './packageManifest';
import type { PackageManifest } from './packageManifest';
import type { AdvisoryFact, AuditFact, ContainerFact, GitFacts } from './sourceFacts';

/** What research brings together; what was not looked at is undefined, which is not the same as empty. */
export interface FactParts {
  /** Every file that no ignore file names, with its size in bytes. */
  files: ReadonlyMap<string, number>;
  /** Those that were read as text. */
  texts: ReadonlyMap<string, string>;
  /** What was not read, and why. */
  withheld: readonly { path: string; why: string }[];
  /** There are more files than were looked at, so that nothing can be said to be missing. */
  isPartial: boolean;
  /** Tasks of the plans that lie in the workspace. */
  tasks?: readonly PlannedTask[];
  git?: GitFacts;
  audits?: readonly AuditFact[];
  containers?: readonly ContainerFact[];
  advisories?: readonly AdvisoryFact[];
  /** What the audit's static stages say of the files. */
  findings?: readonly Finding[];
}

/** An entry of a task list. */
export interface PlannedTask {
  file: string;
  line: number;
  text: string;
  isDone: boolean;
}

/** A file of source code in a language that is understood. */
export interface CodeFile extends MaskedCode {
  path: string;
  text: string;
  language: Language;
  role: Role;
  /** Line of a position in the text, from 1. */
  lineAt(this: void, index: number): number;
  /** The text of a line, without the space around it. */
  lineText(this: void, line: number): string;
}

/** Not what the product is made of: its settings may be as bad as a test needs them. */
const ASIDE =
  /(^|\/)(tests?|__tests__|specs?|e2e|fixtures?|__fixtures__|examples?|samples?|demos?|docs?|documentation|vendor|third_party|templates?|testdata|evals?|bench|benchmarks?)\//i;
const DOCKERFILE =
  /(^|\/)(Dockerfile|Containerfile)(\.(?!md$|txt$|[cm]?[jt]sx?$|py$)[\w-]+)?$|(^|\/)dockerfile$|\.dockerfile$/;
const COMPOSE = /(^|\/)(docker-)?compose([.-][\w.-]+)?\.ya?ml$/i;
const WORKFLOW =
  /^(\.github|\.gitea|\.forgejo)\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.ya?ml$|^\.circleci\/config\.ya?ml$|^\.?azure-pipelines\.ya?ml$|^\.travis\.ya?ml$|^bitbucket-pipelines\.ya?ml$|^\.drone\.ya?ml$|^\.woodpecker(\/[^/]+)?\.ya?ml$|^\.buildkite\/|^Jenkinsfile$|^\.builds\/[^/]+\.ya?ml$|^\.cirrus\.ya?ml$|^cloudbuild\.ya?ml$/;
/** Tests of languages that are not read any further. */
const OTHER_TESTS =
  /_test\.go$|(^|\/)src\/test\/|Tests?\.(java|kt|cs|scala|php|swift)$|_spec\.rb$|_test\.(rb|exs|dart|cc|cpp)$|(^|\/)tests?\/[^/]+\.(rs|c|cpp|cc|sh|php|rb)$|\.bats$/;

/** What is known of a project. Parsed once, when it is first asked for. */
export class ProjectFacts {
  private readonly kept = new Map<string, unknown>();

  constructor(readonly parts: FactParts) {}

  /** Paths of all files of the product itself, without tests, examples and documentation. */
  get productFiles(): readonly string[] {
    return this.once('product', () => [...this.parts.files.keys()].filter((path) => !ASIDE.test(path)));
  }

  get packages(): readonly PackageManifest[] {
    return this.readEach('packages', (path) => /(^|\/)package\.json$/.test(path), readPackageManifest);
  }

  get dockerfiles(): readonly Dockerfile[] {
    return this.readEach('dockerfiles', (path) => DOCKERFILE.test(path), readDockerfile);
  }

  get composeFiles(): readonly ComposeFile[] {
    return this.readEach('compose', (path) => COMPOSE.test(path), readComposeFile);
  }

  /** Settings of continuous integration. */
  get workflows(): readonly { path: string; text: string }[] {
    return this.once('workflows', () =>
      [...this.parts.files.keys()].flatMap((path) =>
        WORKFLOW.test(path) ? [{ path, text: this.parts.texts.get(path) ?? '' }] : [],
      ),
    );
  }

  /** All source code that is understood, tests too. */
  get code(): readonly CodeFile[] {
    return this.once('code', () =>
      [...this.parts.texts].flatMap(([path, text]) => {
        const file = codeFile(path, text);
        return file ? [file] : [];
      }),
    );
  }

  /** Source code of the product that runs for its users. */
  get productCode(): readonly CodeFile[] {
    return this.once('productCode', () =>
      this.code.filter(({ role, path }) => role === 'production' && !isAside(path)),
    );
  }

  /** Whether any file is a test, of any language. */
  get hasTests(): boolean {
    return this.once(
      'hasTests',
      () =>
        this.code.some(({ role }) => role === 'test') ||
        [...this.parts.files.keys()].some((path) => OTHER_TESTS.test(path)),
    );
  }

  has(path: string): boolean {
    return this.parts.files.has(path);
  }

  /** The same files with what other sources say; nothing is parsed again. `parts` must have the texts of these facts. */
  with(parts: FactParts): ProjectFacts {
    const facts = new ProjectFacts(parts);
    for (const [key, value] of this.kept) facts.kept.set(key, value);
    return facts;
  }

  private readEach<T>(
    key: string,
    isWanted: (path: string) => boolean,
    read: (path: string, text: string) => T | undefined,
  ): T[] {
    return this.once(key, () =>
      this.productFiles.flatMap((path): T[] => {
        const text = isWanted(path) ? this.parts.texts.get(path) : undefined;
        const made = text === undefined ? undefined : read(path, text);
        return made === undefined ? [] : [made];
      }),
    );
  }

  private once<T>(key: string, make: () => T): T {
    if (!this.kept.has(key)) this.kept.set(key, make());
    return this.kept.get(key) as T;
  }
}

/** Whether a file belongs to tests, examples or documentation. */
export function isAside(path: string): boolean {
  return ASIDE.test(path);
}

function codeFile(path: string, text: string): CodeFile | undefined {
  const language = languageOf(path)?.language;
  if (!language) return undefined;
  const lines = text.split('\n');
  const role = roleOf({ path, text, modules: [], testCount: 0 });
  let masked: MaskedCode | undefined;
  const starts: number[] = [];
  const mask = (): MaskedCode => (masked ??= maskCode(text, language === 'python' ? 'python' : 'javascript'));
  return {
    path,
    text,
    language,
    role,
    get plain() {
      return mask().plain;
    },
    get bare() {
      return mask().bare;
    },
    lineAt: (index) => {
      if (starts.length === 0) {
        let start = 0;
        for (const line of lines) {
          starts.push(start);
          start += line.length + 1;
        }
      }
      return lineIn(starts, index);
    },
    lineText: (line) => (lines[line - 1] ?? '').trim(),
  };
}

function lineIn(starts: readonly number[], index: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low);
}
