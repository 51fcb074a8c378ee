import { STAGE_NAMES } from '../audit/finding';
import type { StageName } from '../audit/finding';
import { reportText, summaryText } from '../audit/reportText';
import { scopeOfChanges } from '../audit/scope';
import { inBrief, summarize } from '../audit/summary';
import { verdictWords } from '../audit/verdict';
import { UserError } from '../base/errors';
import { changedFiles } from '../base/git';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import { listSources } from '../sandbox/sources';
import { fileInside, folderNamed } from './places';
import { FOLDER } from './properties';
import type { Tool } from './tool';

const STAGES = {
  type: 'array',
  items: { type: 'string', maxLength: 20, enum: STAGE_NAMES },
  maxItems: STAGE_NAMES.length,
  description:
    'Which parts to do: theater (code that only looks finished), production (runs the tests in a sandbox), quality. All when left out; only all three together can give a verdict of pass.',
} as const;

/** More at once is for the command line or the editor: nobody waits for a tool that long. */
const MAX_CHANGED = 200;

interface FileInput {
  file: string;
  folder?: string;
  stages?: StageName[];
}

export const auditFile: Tool<FileInput> = {
  name: 'audit_file',
  title: () => t('Audit a File'),
  description:
    'Tells whether a source file (JavaScript, TypeScript or Python) holds: looks for stubs, swallowed errors and tests that check nothing, really runs its tests in a locked-down container, and scans its quality. Gives one verdict, pass, fail or not run, with evidence. Use it before you say that code is done or that its tests pass. Not for other kinds of files, nor to run a program.',
  inputSchema: {
    type: 'object',
    properties: {
      file: { type: 'string', maxLength: 4000, description: 'Path of the file, relative to the workspace.' },
      folder: FOLDER,
      stages: STAGES,
    },
    required: ['file'],
    additionalProperties: false,
  },
  isReadOnly: true,
  run: async ({ file, folder, stages }, host, call) => {
    const place = await fileInside(host, file, folder);
    const options = { call, ...(stages && stages.length > 0 && { stages }) };
    const [report] = await host.audit(place.folder, [place.file], options);
    if (!report) throw new UserError(t('{0} was not audited', oneLine(file, 200)), t('Try it once more.'));
    // Who sits at the editor sees there what other tools say.
    const ours = report.stages.map((stage) => ({ ...stage, context: [] }));
    return reportText(call.isForPerson ? { ...report, stages: ours } : report);
  },
};

interface ChangesInput {
  since?: string;
  folder?: string;
  stages?: StageName[];
}

export const auditChanges: Tool<ChangesInput> = {
  name: 'audit_changes',
  title: () => t('Audit Changed Files'),
  description:
    'Audits every source file that git says has changed since the last commit, or since the branch left another one, as audit_file does for one file. Gives a verdict over all and the evidence of each file that fails. Use it when you have changed several files, before you say that the work is done.',
  inputSchema: {
    type: 'object',
    properties: {
      since: {
        type: 'string',
        maxLength: 200,
        description: 'A branch or commit; what differs from where this branch left it counts as changed.',
      },
      folder: FOLDER,
      stages: STAGES,
    },
    additionalProperties: false,
  },
  isReadOnly: true,
  run: async ({ since, folder: name, stages }, host, call) => {
    const folder = folderNamed(host, name);
    const parts = { listFiles: listSources, listChanges: changedFiles };
    const { files, skipped } = await scopeOfChanges(folder.root, since, parts, call.signal);
    if (files.length === 0) return t('No source file has changed, so nothing was audited.');
    if (files.length > MAX_CHANGED)
      throw new UserError(
        t('{0} files have changed, and {1} are the most at once', files.length, MAX_CHANGED),
        t('Name a nearer commit with "since", or audit files one by one.'),
      );
    const options = { call, ...(stages && stages.length > 0 && { stages }) };
    const reports = await host.audit(folder, files, options);
    const summary = summaryText(summarize(reports.map(inBrief), skipped));
    const bad = reports.filter(({ verdict }) => verdict !== 'pass');
    const each = reports.map(({ file, verdict }) => `  ${file}: ${verdictWords(verdict)}`);
    return [[summary, ...each].join('\n'), ...bad.map((report) => reportText(report))].join('\n\n');
  },
};
