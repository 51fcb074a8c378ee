import type { InstallOffer } from './dependencyImages';
import { packageManagerOf } from './packageManagers';

/** What an installation would fetch, from where, and how, in sentences; for the person who has to agree to it. */
export function describeOffer({ project, baseImage }: InstallOffer): string[] {
  const manager = packageManagerOf(project.kind, project.format);
  const hosts = project.hosts.map((host) => host.replace(/:443$/, ''));
  const packages = project.packages === undefined ? 'The packages' : `${project.packages} packages`;
  return [
    `${packages} that ${project.lockfiles.join(', ')} ${project.lockfiles.length === 1 ? 'names' : 'name'} are fetched from ${hosts.join(', ')} and kept as an image on ${baseImage}.`,
    `${manager ? `${manager.name} ${manager.version}` : 'pip'} installs them in a locked-down container that can reach nothing else; none of their scripts are run.`,
    'Only the lockfile and what manifests say about dependencies go in: no source code, no credentials.',
    ...project.notes.map((note) => `${note}.`),
  ];
}
