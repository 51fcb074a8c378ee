import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FleetEngine } from '../../src/appFleet';
import { silentLogger } from '../../src/base/logger';
import { Engine } from '../../src/engine/engine';
import { localEnvironment } from '../../src/engine/localEnvironment';
import type { ContainerList } from '../../src/fleet/containerList';
import { forEach } from '../../src/fleet/loadContainers';
import { MetricsSampler } from '../../src/fleet/metricsSampler';
import { ContainersModel } from '../../src/vscode/containersModel';
import { noOwnEngine, startOwnEngine } from '../../test/engine/ownEngine';
import type { OwnEngine } from '../../test/engine/ownEngine';
import { tinyImage } from '../../test/engine/tinyImage';

export const RUNNING = 60;
export const STOPPED = 300;
const LIST = ['container', 'ls', '--all', '--no-trunc', '--format', '{{json .}}'];

/** A daemon of its own with a fleet of containers. */
export interface Bench {
  host: string;
  own: OwnEngine;
  engine: Engine;
  image: string;
  running: string[];
}

/** The list the way other extensions get it: rows by id, of the docker program. */
export async function dockerList({ host }: Bench): Promise<Map<string, unknown>> {
  const child = spawn('docker', ['--host', host, ...LIST], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { ID: string });
  return new Map(rows.map((row) => [row.ID, row]));
}

/** The rows of the tree, as the view has them. */
export function rowsOf(
  { engine }: Bench,
  list: ContainerList,
): { shown: FleetEngine; model: ContainersModel } {
  const shown: FleetEngine = { setting: '', engine, list, metrics: new MetricsSampler(list) };
  const model = new ContainersModel(
    () => [shown],
    () => 'project',
    () => [],
  );
  return { shown, model };
}

export async function startFleet(): Promise<Bench> {
  if (noOwnEngine !== undefined) throw new Error(noOwnEngine);
  const own = await startOwnEngine();
  const host = own.client.address;
  const engine = new Engine({ environment: localEnvironment(), setting: () => host, logger: silentLogger });
  const image = await tinyImage(own);
  const connection = await engine.connect();
  const running: string[] = [];
  const names = Array.from({ length: RUNNING + STOPPED }, (_each, index) => `c${index}`);
  await forEach(names, 8, async (name) => {
    const index = Number(name.slice(1));
    const id = await connection.createContainer(name, {
      Image: image,
      Labels: { 'com.docker.compose.project': `p${index % 12}`, 'com.docker.compose.service': name },
      StopTimeout: 0,
      HostConfig: { NetworkMode: 'none' },
    });
    if (index >= RUNNING) return;
    await connection.startContainer(id);
    running.push(id);
  });
  return { host, own, engine, image, running };
}
