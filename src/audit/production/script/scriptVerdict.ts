import type { SandboxResult } from '../../../sandbox/sandbox';
import type { Finding } from '../../finding';
import type { NextStep } from '../../report';
import type { NotSent } from '../notSent';
import type { ProductionVerdict } from '../verdict';
import { clip, endReason, lastLine, lineEvidence } from '../wording';
import { SCRIPT_STEP } from './planScript';
import type { ProjectScript } from './projectScript';

/** What came of a test script, and what is known of the workspace around it. */
export interface ScriptEvidence {
  file: string;
  script: ProjectScript;
  ended: Pick<SandboxResult, 'end' | 'detail' | 'steps'>;
  timeoutMs: number;
  mayBePackage(importer: string, specifier: string): boolean;
  notSent: NotSent;
  /** Text of a file of the workspace. */
  text: (path: string) => string | undefined;
}

/** How module loaders name a module that they can't find. */
const MISSING_MODULE =
  /(?:Cannot find (?:module|package)|Failed to resolve import|No module named) ['"]([^'"\n]{1,300})['"]/;

const SPEAKS_OF_FAILURE = /\w*Error\b|\b(?:FAIL|FAILED|failed|failing|not ok|not found|error)\b/;

/** Judges a test script by all there is: its exit code, which can tell a failure and never a pass. */
export function judgeScript(evidence: ScriptEvidence): ProductionVerdict {
  const { ended, script, file, notSent } = evidence;
  const notRun = (reason: string, nextStep?: NextStep): ProductionVerdict => ({
    status: 'not run',
    reason,
    findings: [],
    tests: null,
    notes: [],
    ...(nextStep && { nextStep }),
  });
  if (ended.end !== 'finished') return notRun(endReason(ended), 'raise-limit');
  const step = ended.steps.find(({ name }) => name === SCRIPT_STEP);
  if (step?.timedOut)
    return notRun(`the test script did not finish within ${evidence.timeoutMs / 1000} s`, 'raise-limit');
  const code = step?.exitCode;
  if (!step || code === undefined) return notRun('the test script ended without an exit code');
  if (code === 0)
    return notRun(
      'inconclusive: the test script ended well, but that is only an exit code: it says neither how many tests ran, nor whether they reach this file, nor whether they could fail',
    );
  const said = tellingLine(step.stderr) || tellingLine(step.stdout);
  const words = said === '' ? '' : `: ${clip(said)}`;
  if (code === 126 || code === 127)
    return notRun(
      `the test script needs a program that is not in the sandbox (exit code ${code})${words}`,
      'install-dependencies',
    );
  const printed = `${step.stderr}\n${step.stdout}`;
  const missing = MISSING_MODULE.exec(printed)?.[1];
  if (missing !== undefined && evidence.mayBePackage(script.manifest ?? file, missing))
    return notRun(
      `the test script needs ${missing}, which is not installed in the workspace`,
      'install-dependencies',
    );
  const lacked =
    (missing === undefined ? undefined : notSent.module(file, missing)) ??
    notSent.path(printed, script.folder);
  if (lacked !== undefined) return notRun(`the test script needs ${lacked}`);
  const finding = failure(evidence, `The project's test script failed with exit code ${code}${words}`);
  return {
    status: 'fail',
    reason: `the project's test script failed with exit code ${code}`,
    findings: [finding],
    tests: null,
    notes: [],
  };
}

/** The last line that speaks of an error, else the last line of all. */
function tellingLine(printed: string): string {
  const lines = printed.split('\n').filter((line) => SPEAKS_OF_FAILURE.test(line));
  return lines.at(-1)?.trim() ?? lastLine(printed);
}

/** The script is to be blamed where it stands; one of the settings is nowhere in the workspace. */
function failure({ file, script, text }: ScriptEvidence, message: string): Finding {
  const place = script.manifest ?? file;
  const lines = script.manifest === undefined ? [] : (text(place) ?? '').split('\n');
  const line = lines.findIndex((content) => /"test"\s*:/.test(content)) + 1 || 1;
  return {
    ruleId: 'PR04',
    stage: 'production',
    severity: 'error',
    confidence: 'high',
    message,
    file: place,
    startLine: line,
    endLine: line,
    evidence: lineEvidence(text(place), line),
  };
}
