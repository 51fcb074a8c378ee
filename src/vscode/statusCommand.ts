import * as vscode from 'vscode';
import type { App } from '../app';
import { loadContainers } from '../fleet/loadContainers';
import type { ProjectConfig } from '../fleet/projects';
import { projectsOf } from '../fleet/projects';
import type { FleetProject } from '../fleet/projects';

/** The projects of every engine that is shown, looked up now. */
export async function loadProjects(app: App, configs: readonly ProjectConfig[]): Promise<FleetProject[]> {
  const options = {
    location: vscode.ProgressLocation.Window,
    title: vscode.l10n.t('Seaworthy: looking at the containers'),
  };
  return vscode.window.withProgress(options, async () => {
    const signal = AbortSignal.timeout(60_000);
    const all = await Promise.all(
      app.engines().map(async ({ engine, setting }) => {
        const containers = await loadContainers(await engine.connect(signal), signal);
        return projectsOf(containers, setting === '' ? configs : []);
      }),
    );
    return all.flat();
  });
}
