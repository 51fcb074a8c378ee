import { posix } from 'node:path';
import type { SandboxFile } from '../../../sandbox/sandbox';
import { packagesOfImage } from '../dependencies/imagePackages';
import { findMisfits } from '../dependencies/misfit';
import { collectNodePackages } from '../dependencies/nodePackages';
import type { NodePackages } from '../dependencies/nodePackages';
import { familyOf } from '../discovery/importGraph';
import { foldersAbove } from '../discovery/sources';
import { isRecord, parseJsonWithComments } from '../discovery/tsconfig';
import { HARNESS_ROOT, insideSandbox, PROJECT_FOLDER, WORKING_FOLDER } from '../layout';
import { nodePackageOf } from '../nodePlan';
import type { Plan, PlanInput } from '../plan';
import { pythonSurroundings } from '../pythonPlan';
import type { ProjectScript } from './projectScript';

export const SCRIPT_STEP = 'the test script';

/** Plans the run of a project's own test script, with every package the project declares. Rejects with `UserError` when these can't be sent. */
export async function planScript(input: PlanInput, script: ProjectScript): Promise<Plan> {
  const isPython = familyOf(input.file.path) === 'python';
  const { files, env, misfits } = isPython
    ? await pythonParts(input)
    : { ...(await nodeParts(input, script)), env: {} };
  const programs = foldersAbove(posix.join(script.folder, 'x')).map((folder) =>
    insideSandbox(posix.join(folder, 'node_modules', '.bin')),
  );
  return {
    files,
    misfits,
    steps: [
      {
        name: SCRIPT_STEP,
        command: ['sh', '-c', 'PATH="$1:$PATH" exec sh -c "$2"', 'sh', programs.join(':'), script.command],
        cwd: posix.join(PROJECT_FOLDER, script.folder),
        env,
        timeoutMs: input.testTimeoutMs,
      },
    ],
  };
}

async function nodeParts(input: PlanInput, { folder }: ProjectScript): Promise<Omit<Plan, 'steps'>> {
  const declared = foldersAbove(posix.join(folder, 'x')).flatMap((place) =>
    [...(input.sources.manifestIn(place)?.dependencies ?? [])].map((name) => ({ name, folder: place })),
  );
  const packages = input.dependencies
    ? packagesOfImage(input.dependencies)
    : await collectNodePackages(input.workspace, declared, input.signal);
  const natives = await findMisfits(packages.files, nodePackageOf, input.platform);
  const links = [...packages.links, ...programLinks(packages)].map(([link, target]) => ({
    path: posix.relative(WORKING_FOLDER, link),
    content: Buffer.alloc(0),
    link: target,
  }));
  return { files: [...packages.files, ...links], misfits: [...packages.misfits, ...natives] };
}

async function pythonParts(input: PlanInput): Promise<Omit<Plan, 'steps'> & { env: Record<string, string> }> {
  const everything = [...input.sources.paths].filter((path) => familyOf(path) === 'python');
  const { files, misfits, environment } = await pythonSurroundings(input, new Set(everything), 'as it is');
  const { SEAWORTHY_PATH = '' } = environment(input.file.path);
  return { files, misfits, env: { PYTHONPATH: HARNESS_ROOT, SEAWORTHY_PATH } };
}

/** The programs of packages, where a script looks for them: `node_modules/.bin`, as their manifests name them. */
function programLinks({ files, links }: NodePackages): [link: string, target: string][] {
  const found = new Map<string, string>();
  const realOf = new Map(links.map(([link, target]) => [target, link]));
  for (const { path, content } of files) {
    const [, real = ''] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path) ?? [];
    if (real === '') continue;
    const absolute = posix.join(WORKING_FOLDER, real);
    const place = realOf.get(absolute) ?? absolute;
    const folder = place.slice(0, place.lastIndexOf('/node_modules/') + '/node_modules'.length);
    for (const [name, program] of programsOf(content))
      found.set(posix.join(folder, '.bin', name), posix.join(absolute, program));
  }
  return [...found];
}

function programsOf(content: SandboxFile['content']): [name: string, program: string][] {
  const manifest = parseJsonWithComments(content.toString('utf8'));
  if (!isRecord(manifest)) return [];
  const { bin, name } = manifest;
  const entries = isRecord(bin) ? Object.entries(bin) : [[String(name).replace(/^.*\//, ''), bin]];
  return entries.filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && /^[\w.-]+$/.test(String(entry[0])) && !entry[1].includes('..'),
  );
}
