import * as path from 'node:path';
import { oneLine, sortedJson } from '../base/text';
import { relativeInside } from '../base/paths';
import { t } from '../base/texts';
import type { BuildInputs } from './buildInputs';
import type { ComposeService, NamedFiles } from './composeConfig';

/** From the most that is done to a service to the least. */
const ACTIONS = ['rebuild', 'recreate', 'restart', 'untouched'] as const;

/** What a deploy does to a service, and why. */
export interface ServicePlan {
  name: string;
  action: (typeof ACTIONS)[number];
  /** A clause in words. */
  reason: string;
}

/** What the engine has of a service. */
export interface DeployedService {
  image: { id: string; created: number } | undefined;
  containers: readonly DeployedContainer[];
}

export interface DeployedContainer {
  id: string;
  name: string;
  state: string;
  exitCode: number | undefined;
  /** Of its configuration, as Compose wrote it on the container. */
  configHash: string | undefined;
  /** Of the image it was made from. */
  imageId: string;
}

/** All that decides what is done to the services. */
export interface Situation {
  services: readonly ComposeService[];
  /** As the target has them now; undefined when it has no Compose file yet, or it can't be looked at. */
  before: readonly ComposeService[] | undefined;
  /** By service, whether its containers were made from what the file says; none where that can't be known. */
  configurations: ReadonlyMap<string, 'same' | 'other'>;
  deployed: ReadonlyMap<string, DeployedService>;
  inputs: ReadonlyMap<string, BuildInputs>;
  named: NamedFiles;
  /** Relative paths of files that are added, changed or deleted. */
  touched: readonly string[];
  /** The folder that paths of `services` lie in. */
  folder: string;
  /** Relative; undefined where there is none. */
  composeFile: string | undefined;
  /** Of a release that is gone back to, the id of each service's image; it is not built then. */
  images?: ReadonlyMap<string, string> | undefined;
}

/** What is done to each service, in the order of `services`. */
export function planServices(situation: Situation): ServicePlan[] {
  const plans = new Map(
    situation.services.map((service) => {
      const deployed = situation.deployed.get(service.name) ?? { image: undefined, containers: [] };
      return [service.name, planOne(service, deployed, situation)];
    }),
  );
  // As often as there are services: one can follow another that follows a third.
  for (let round = 0; round < situation.services.length; round += 1)
    for (const service of situation.services) follow(service, plans);
  return [...plans.values()];
}

function planOne(service: ComposeService, deployed: DeployedService, situation: Situation): ServicePlan {
  const { name } = service;
  const before = situation.before?.find((each) => each.name === name);
  const wanted = situation.images?.get(name);
  if (wanted !== undefined && deployed.containers.some(({ imageId }) => imageId !== wanted))
    return { name, action: 'recreate', reason: t('it ran another image then: {0}', shortId(wanted)) };
  const rebuild =
    service.build && wanted === undefined && reasonToRebuild(service, before, deployed, situation);
  if (rebuild) return { name, action: 'rebuild', reason: rebuild };
  const recreate = reasonToRecreate(service, before, deployed, situation);
  if (recreate !== undefined) return { name, action: 'recreate', reason: recreate };
  const restart = reasonToRestart(service, deployed, situation);
  if (restart !== undefined) return { name, action: 'restart', reason: restart };
  const [container] = deployed.containers;
  const ended = container?.state === 'exited' ? t('it ended by itself') : t('nothing of it has changed');
  return { name, action: 'untouched', reason: ended };
}

function reasonToRebuild(
  { name, build }: ComposeService,
  before: ComposeService | undefined,
  { image }: DeployedService,
  { inputs }: Situation,
): string | undefined {
  const { touched = [], newest, isBuilt = false } = inputs.get(name) ?? {};
  if (image === undefined) return t('there is no image of it yet');
  if (before !== undefined) {
    const keys = differences(before.build?.definition ?? {}, build?.definition ?? {});
    if (keys.length > 0) return t('how it is built has changed: {0}', keys.join(', '));
  }
  if (touched.length > 0)
    return touched.length === 1
      ? t('{0} is built into its image', listed(touched))
      : t('{0} are built into its image', listed(touched));
  if (newest !== undefined && newest.writtenAt > image.created && !isBuilt)
    return t('{0} was written after its image was built', shown(newest.file));
  return undefined;
}

function reasonToRecreate(
  service: ComposeService,
  before: ComposeService | undefined,
  { image, containers }: DeployedService,
  situation: Situation,
): string | undefined {
  const [container] = containers;
  if (container === undefined) return t('it has no container yet');
  const files = situation.named.ofService.get(service.name) ?? [];
  const touched = files
    .map((file) => path.posix.normalize(file))
    .filter((file) => situation.touched.includes(file));
  if (touched.length > 0)
    return touched.length === 1
      ? t('{0} says how it runs', listed(touched))
      : t('{0} say how it runs', listed(touched));
  const keys = before === undefined ? [] : differences(before.definition, service.definition);
  if (keys.length > 0) return t('what the Compose file says of it has changed: {0}', keys.join(', '));
  const configuration = situation.configurations.get(service.name);
  if (configuration === 'other') return t('its container was made from another configuration');
  if (
    configuration === undefined &&
    before === undefined &&
    situation.composeFile !== undefined &&
    situation.touched.includes(situation.composeFile)
  )
    return t('{0} has changed', shown(situation.composeFile));
  const included = situation.named.included.find((file) =>
    situation.touched.includes(path.posix.normalize(file)),
  );
  if (included !== undefined) return t('{0}, which the Compose file includes, has changed', shown(included));
  if (image && situation.images === undefined && containers.some(({ imageId }) => imageId !== image.id))
    return t('its container was made from an older image');
  return undefined;
}

function reasonToRestart(
  { binds }: ComposeService,
  { containers }: DeployedService,
  { touched, folder }: Situation,
): string | undefined {
  const mounted = binds.flatMap(({ source }) => {
    const bind = source === folder ? '' : relativeInside(folder, source);
    if (bind === undefined) return [];
    return touched.filter((file) => bind === '' || file === bind || file.startsWith(`${bind}/`));
  });
  if (mounted.length > 0)
    return mounted.length === 1
      ? t('{0} is mounted into it', listed(mounted))
      : t('{0} are mounted into it', listed(mounted));
  const down = containers.find(
    ({ state, exitCode }) => state !== 'running' && !(state === 'exited' && exitCode === 0),
  );
  if (!down) return undefined;
  return down.exitCode
    ? t('it does not run: {0} with code {1}', down.state, down.exitCode)
    : t('it does not run: {0}', down.state);
}

/** A service that uses a part of another's container goes with it. */
function follow(service: ComposeService, plans: Map<string, ServicePlan>): void {
  const own = plans.get(service.name);
  for (const followed of service.follows) {
    const other = plans.get(followed);
    if (!own || !other || other.action === 'untouched') continue;
    const action = other.action === 'restart' ? 'restart' : 'recreate';
    if (ACTIONS.indexOf(action) >= ACTIONS.indexOf(plans.get(service.name)?.action ?? own.action)) continue;
    const reason =
      action === 'restart'
        ? t('it uses a part of {0}, which is restarted', shown(followed))
        : t('it uses a part of {0}, which is made anew', shown(followed));
    plans.set(service.name, { name: service.name, action, reason });
  }
}

/** The keys under which two objects differ. */
function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.filter((key) => sortedJson(before[key]) !== sortedJson(after[key])).map(shown);
}

function listed(files: readonly string[]): string {
  const [first = ''] = files;
  return files.length === 1 ? shown(first) : t('{0} and {1} more', shown(first), files.length - 1);
}

/** As the command line of Docker shows it. */
export function shortId(imageId: string): string {
  return imageId.replace(/^sha256:/, '').slice(0, 12);
}

function shown(name: string): string {
  return oneLine(name.replaceAll('\n', '\\n'), 200);
}
