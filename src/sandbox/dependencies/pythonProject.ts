import { posix } from 'node:path';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { SandboxFile } from '../sandbox';
import { isInside } from '../workspaceWalk';
import { readProjectFile } from './dependencyProject';
import type { DependencyProject, LockKind } from './dependencyProject';
import type { DependencySurroundings } from './nodeProject';
import { lockedRequirements } from './pythonLocks';
import { hostAndPort, NPM_REGISTRY, plainRegistry } from './registrySettings';

const PYTHON_INDEX = 'https://pypi.org/simple/';
/** Where that index keeps the files themselves. */
const PYTHON_FILES = 'https://files.pythonhosted.org/';
const REQUIREMENTS = [
  'requirements.txt',
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
];
const MAX_INCLUDED = 50;

/** Reads a Python project at `folder` of the workspace. Rejects with `UserError` when it can't be installed in a sandbox. */
export async function readPythonProject(
  workspace: string,
  folder: string,
  lockfile: { name: string; kind: LockKind },
  { env }: DependencySurroundings,
): Promise<DependencyProject> {
  const leftOut = new Set<string>();
  const configured = env['PIP_INDEX_URL'] ?? env['UV_DEFAULT_INDEX'] ?? env['UV_INDEX_URL'];
  const index = plainRegistry(configured ?? PYTHON_INDEX, leftOut) ?? PYTHON_INDEX;
  const read = lockfile.kind === 'pip' ? readRequirements : readLock;
  const content = await read(workspace, folder, lockfile, index);
  const addresses = [index, ...content.addresses];
  if (addresses.some((address) => address.startsWith('https://pypi.org/'))) addresses.push(PYTHON_FILES);
  return {
    kind: lockfile.kind,
    family: 'python',
    workspace,
    folder,
    lockfiles: content.names.map((name) => posix.join(folder, name)),
    members: [],
    files: content.files,
    hosts: [...new Set(addresses.map(hostAndPort).filter((host) => host !== undefined))].sort(),
    registry: NPM_REGISTRY,
    packages: content.packages,
    format: '1',
    notes: [
      ...content.notes,
      ...(index === PYTHON_INDEX ? [] : [`The index is ${index}`]),
      ...(leftOut.size > 0 ? [`Credentials stay behind: ${[...leftOut].join(', ')}`] : []),
    ],
    caFile: env['PIP_CERT'] ?? env['SSL_CERT_FILE'] ?? env['REQUESTS_CA_BUNDLE'],
  };
}

interface Content {
  names: string[];
  files: SandboxFile[];
  addresses: string[];
  packages: number | undefined;
  notes: string[];
}

async function readLock(
  workspace: string,
  folder: string,
  { name, kind }: { name: string; kind: LockKind },
  index: string,
): Promise<Content> {
  const place = posix.join(folder, name);
  const text = await readProjectFile(workspace, place);
  const manifest = await readProjectFile(workspace, posix.join(folder, 'pyproject.toml'));
  const { lines, indexes, addresses } = lockedRequirements(
    kind === 'uv' ? 'uv' : 'poetry',
    text ?? '',
    manifest,
    place,
  );
  const options = indexLines(index, indexes);
  return {
    names: [name],
    files: [file('requirements.txt', [...options, ...lines, ''].join('\n'))],
    addresses: [...indexes, ...addresses],
    packages: lines.length,
    notes: ['Packages that have no wheel for the image can not be installed'],
  };
}

/** The first index in place of pip's own, the others beside it. */
function indexLines(index: string, others: readonly string[]): string[] {
  const rest = others.filter((other) => other !== index && other !== PYTHON_INDEX);
  return [`--index-url ${index}`, ...new Set(rest.map((other) => `--extra-index-url ${other}`))];
}

async function readRequirements(
  workspace: string,
  folder: string,
  _lockfile: unknown,
  index: string,
): Promise<Content> {
  const files = new Map<string, string>();
  const notes = new Set<string>();
  const addresses: string[] = [];
  const names: string[] = [];
  const visit = async (name: string): Promise<void> => {
    if (files.has(name) || files.size >= MAX_INCLUDED || !isInside(name)) return;
    const text = await readProjectFile(workspace, posix.join(folder, name));
    if (text === undefined) return;
    files.set(name, '');
    const cleaned = cleanRequirements(text, index);
    files.set(name, cleaned.text);
    cleaned.notes.forEach((note) => notes.add(note));
    addresses.push(...cleaned.addresses);
    for (const included of cleaned.includes) await visit(posix.join(posix.dirname(name), included));
  };
  for (const name of REQUIREMENTS) {
    await visit(name);
    if (files.has(name)) names.push(name);
  }
  const all = names.map((name) => `-r ${posix.join('requirements', name)}`);
  return {
    names,
    files: [
      file('all.txt', [`--index-url ${index}`, ...all, ''].join('\n')),
      ...[...files].map(([name, text]) => file(posix.join('requirements', name), text)),
    ],
    addresses,
    packages: undefined,
    notes: [...notes, 'Packages that have no wheel for the image can not be installed'],
  };
}

/** One requirements file without what is code of the workspace, comes from a repository, or is secret. */
function cleanRequirements(
  text: string,
  index: string,
): { text: string; includes: string[]; addresses: string[]; notes: string[] } {
  const lines: string[] = [];
  const includes: string[] = [];
  const addresses: string[] = [];
  const notes: string[] = [];
  const leftOut = new Set<string>();
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const clean = line.replace(/(?:^|\s)#.*$/, '').trim();
    const include = /^(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S+)/.exec(clean)?.[1];
    const option = /^(-i|--index-url|--extra-index-url|-f|--find-links|--trusted-host)[ =]\s*(\S+)/.exec(
      clean,
    );
    if (clean === '') continue;
    if (include !== undefined) includes.push(include);
    if (/^(?:-e|--editable)|^(?:\.|\/|file:|\w:\\)|^[\w.[\],-]+\s*@\s*file:/.test(clean)) {
      notes.push(`${clean.slice(0, 100)} is code of the workspace and is not installed`);
    } else if (/(?:^|@\s*)(?:git|hg|svn|bzr)\+/.test(clean)) {
      throw new UserError(
        t('{0} comes from a repository, which is not fetched for a sandbox', clean.slice(0, 100)),
        t(
          'Depend on a published version, or install into .venv: its packages are sent along where they fit.',
        ),
      );
    } else if (clean.includes('${'))
      notes.push(`${clean.split(/[ =]/)[0] ?? ''}, which names a variable, stays behind`);
    else if (option) {
      const address = plainRegistry(option[2] ?? '', leftOut);
      if (address === undefined || option[1] === '--trusted-host') continue;
      addresses.push(address);
      lines.push(/^-i|--index/.test(option[1] ?? '') && address === index ? '' : `${option[1]} ${address}`);
    } else {
      const direct = /@\s*(https?:\/\/\S+)/.exec(clean)?.[1];
      if (direct !== undefined) addresses.push(direct);
      lines.push(clean);
    }
  }
  if (leftOut.size > 0) notes.push(`Credentials stay behind: ${[...leftOut].join(', ')}`);
  return { text: `${lines.filter((line) => line !== '').join('\n')}\n`, includes, addresses, notes };
}

function file(name: string, text: string): SandboxFile {
  return { path: name, content: Buffer.from(text) };
}
