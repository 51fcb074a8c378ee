import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import type { Chosen } from '../../deploy/chooseEnvironment';
import { problemsText } from '../../deploy/loadProjects';
import { formatTarget } from '../../deploy/project';
import type { ConfigProblem } from '../../deploy/project';
import type { FolderProjects } from '../projectConfigs';
import { readFolders } from '../projectConfigs';
import { isProjectNode } from '../containersModel';
import { offerConfig } from './offerConfig';

/** An environment that an open folder writes down. */
export interface DeployTarget {
  folder: vscode.WorkspaceFolder;
  chosen: Chosen;
}

/** `shop/production`. */
export function nameOf({ chosen: { project, environment } }: DeployTarget): string {
  return `${project.name}/${environment.name}`;
}

/** What tells environments apart. */
export function keyOf(target: DeployTarget): string {
  return `${target.folder.uri.toString()}\n${nameOf(target)}`;
}

export function targetsOf({ folder, projects }: FolderProjects): DeployTarget[] {
  return projects.flatMap((project) =>
    project.environments.map((environment) => ({ folder, chosen: { project, environment } })),
  );
}

/** The environments that a row of containers can mean, by its name: `shop`, or `shop/production`. */
export function targetsOfProject(folders: readonly FolderProjects[], project: string): DeployTarget[] {
  return folders
    .flatMap(targetsOf)
    .filter((target) => target.chosen.project.name === project || nameOf(target) === project);
}

/** Whatever starts a program or asks another machine wants a workspace that is trusted. */
export function needTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    vscode.l10n.t(
      'Nothing is deployed from a workspace that is not trusted: its files say which programs are run, and where',
    ),
    vscode.l10n.t('Trust it first, with "Manage Workspace Trust".'),
  );
}

/** The same environment as its file says it now. Rejects with a `UserError` when it is gone or can't be used any more. */
export async function freshTarget(target: DeployTarget): Promise<DeployTarget> {
  const folders = await readFolders();
  const own = folders.find(({ folder }) => folder.uri.toString() === target.folder.uri.toString());
  if (own && own.problems.length > 0)
    throw new UserError(problemsText(own.problems), vscode.l10n.t('Mend this first.'));
  const found = own && targetsOf(own).find((each) => keyOf(each) === keyOf(target));
  if (found) return found;
  throw new UserError(
    vscode.l10n.t('{0} is no longer written down', oneLine(nameOf(target), 100)),
    vscode.l10n.t('Choose another environment.'),
  );
}

type Choice = vscode.QuickPickItem & {
  target?: DeployTarget;
  problem?: ConfigProblem;
  folder?: vscode.WorkspaceFolder;
};

/**
 * The environment that is meant: the row's, the only one, or the one that is picked. Undefined when none is wanted, or a file is to
 * be mended or written first.
 */
export async function chooseTarget(title: string, row: unknown): Promise<DeployTarget | undefined> {
  needTrust();
  const folders = await readFolders();
  if (folders.length === 0)
    throw new UserError(
      vscode.l10n.t('No folder is open'),
      vscode.l10n.t('Open the folder of the project that is deployed.'),
    );
  const wanted = isProjectNode(row) ? row.project.name : undefined;
  const usable = folders.filter(({ problems }) => problems.length === 0);
  const fitting = wanted === undefined ? usable.flatMap(targetsOf) : targetsOfProject(usable, wanted);
  const broken = folders.filter(({ problems }) => problems.length > 0);
  const [only] = fitting;
  if (only && fitting.length === 1 && (wanted !== undefined || broken.length === 0)) return only;
  if (fitting.length === 0 && broken.length === 0) {
    await offerConfig(folders.map(({ folder }) => folder));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(choices(fitting, broken), {
    title,
    matchOnDescription: true,
  });
  if (chosen?.problem && chosen.folder) await openProblem(chosen.folder, chosen.problem);
  return chosen?.target;
}

function choices(targets: readonly DeployTarget[], broken: readonly FolderProjects[]): Choice[] {
  const hasSeveral = new Set(targets.map(({ folder }) => folder.uri.toString())).size > 1;
  const good = targets.map((target): Choice => {
    const { environment } = target.chosen;
    return {
      label: oneLine(nameOf(target), 200),
      description: [
        environment.isProduction ? vscode.l10n.t('production') : '',
        oneLine(formatTarget(environment.target), 200),
        hasSeveral ? oneLine(target.folder.name, 100) : '',
      ]
        .filter(Boolean)
        .join(' · '),
      target,
    };
  });
  const bad = broken.flatMap(({ folder, projects, problems }): Choice[] => {
    const [problem] = problems;
    if (!problem) return [];
    const names = projects.map(({ name }) => oneLine(name, 60)).join(', ');
    return [
      {
        label: vscode.l10n.t("$(error) {0} can't be used", names || oneLine(folder.name, 100)),
        detail: oneLine(problemsText([problem]), 400),
        problem,
        folder,
      },
    ];
  });
  return [...good, ...bad];
}

async function openProblem(folder: vscode.WorkspaceFolder, { file, line }: ConfigProblem): Promise<void> {
  const selection = new vscode.Range(line - 1, 0, line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, file), { selection });
}
