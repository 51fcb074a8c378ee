import { oneLine, plainText } from '../base/text';
import { locale, t } from '../base/texts';
import type { ContainerDetails } from '../engine/inspect';
import { portText, uptimeSeconds } from './containers';
import type { FleetContainer } from './containers';
import { bytesText, percentText } from './metrics';
import type { Metrics } from './metrics';
import { stateWords, uptimeWords } from './words';

/** What can be done from the page of a container. */
export const DETAILS_ACTIONS = [
  ...['showLogs', 'openShell', 'openPort', 'inspectContainer', 'startContainer', 'unpauseContainer'],
  ...['restartContainer', 'pauseContainer', 'stopContainer'],
] as const;

/** A measure over the last five minutes, in words and as lines. */
export interface MetricSeries {
  name: string;
  /** What it is now; empty when that is not known. */
  now: string;
  /** What the height of the picture stands for; empty where there is nothing to show. */
  top: string;
  /** Each a name and its points: seconds ago, and the height from 0 to 1. A break in a line begins a new one. */
  lines: { name: string; pieces: { ago: number; height: number }[][] }[];
}

/** All that the page of a container shows. Texts of the container are made safe to show. */
export interface ContainerView {
  name: string;
  state: string;
  /** What its icon tells in colour: `good`, `bad`, `waiting` or `off`. */
  mood: string;
  facts: { name: string; value: string }[];
  series: MetricSeries[];
  /** Why there are no metrics now; empty when there are. */
  unmeasured: string;
  hasHealthCheck: boolean;
  /** Newest first. */
  probes: { exitCode: number; output: string }[];
  ports: string[];
  mounts: string[];
  networks: string[];
  actions: string[];
}

const HISTORY_SECONDS = 300;
/** Samples that are farther apart, in milliseconds, are no line: nobody looked in between. */
const GAP = 20_000;
const MAX_OUTPUT = 4000;

/** `now` is in milliseconds since 1970. */
export function containerView(
  container: FleetContainer,
  details: ContainerDetails | undefined,
  history: readonly Metrics[],
  now: number,
): ContainerView {
  const isRunning = container.state === 'running' || container.state === 'paused';
  return {
    name: oneLine(container.name, 200),
    state: stateWords(container),
    mood: moodOf(container),
    facts: factsOf(container, details, now),
    series: seriesOf(history, isRunning),
    unmeasured: isRunning ? '' : t('It is {0}: nothing is measured until it runs.', stateWords(container)),
    hasHealthCheck: details?.healthCheck !== undefined,
    probes: (details?.probes ?? [])
      .map(({ exitCode, output }) => ({ exitCode, output: plainText(output).trim().slice(0, MAX_OUTPUT) }))
      .reverse(),
    ports: container.ports.map(portText),
    mounts: (details?.mounts ?? []).map((mount) => oneLine(mount, 500)),
    networks: (details?.networks ?? []).map((network) => oneLine(network, 200)),
    actions: actionsOf(container),
  };
}

function moodOf({ state, health, exitCode }: FleetContainer): string {
  if (state === 'paused' || state === 'restarting' || health === 'starting') return 'waiting';
  if (state === 'running') return health === 'unhealthy' ? 'bad' : 'good';
  return state === 'dead' || (exitCode ?? 0) !== 0 ? 'bad' : 'off';
}

function factsOf(
  container: FleetContainer,
  details: ContainerDetails | undefined,
  now: number,
): { name: string; value: string }[] {
  const seconds = uptimeSeconds(container, now);
  const facts = [
    [t('Image'), oneLine(container.image, 300)],
    [t('Project'), oneLine(container.project ?? '', 200)],
    [t('Service'), oneLine(container.service ?? '', 200)],
    [t('Up'), seconds === undefined ? '' : uptimeWords(seconds)],
    [t('Ended'), seconds === undefined ? timeText(details?.finishedAt) : ''],
    [t('Created'), timeText(container.createdAt)],
    [t('Restarts by the engine'), details && details.restartCount > 0 ? String(details.restartCount) : ''],
    [t('Restart policy'), details?.restartPolicy ?? ''],
    [t('Id'), container.id.slice(0, 12)],
  ] as const;
  return facts.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value }));
}

function timeText(milliseconds: number | undefined): string {
  if (!milliseconds) return '';
  return new Date(milliseconds).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'medium' });
}

function actionsOf({ state, ports }: FleetContainer): string[] {
  const isRunning = state === 'running';
  const isAlive = isRunning || state === 'paused' || state === 'restarting';
  const hasPort = ports.some(({ published, protocol }) => published && protocol === 'tcp');
  const fitting: Record<(typeof DETAILS_ACTIONS)[number], boolean> = {
    showLogs: true,
    openShell: isRunning,
    openPort: isRunning && hasPort,
    inspectContainer: true,
    startContainer: !isAlive && state !== 'removing',
    unpauseContainer: state === 'paused',
    restartContainer: isAlive || state === 'exited',
    pauseContainer: isRunning,
    stopContainer: isAlive,
  };
  return DETAILS_ACTIONS.filter((action) => fitting[action]);
}

type Rate = 'received' | 'sent' | 'read' | 'written';

function seriesOf(history: readonly Metrics[], isRunning: boolean): MetricSeries[] {
  const last = isRunning ? history.at(-1) : undefined;
  const rateText = (bytes: number): string => `${bytesText(bytes)}/s`;
  const now = (name: Rate, words: (rate: string) => string): string => {
    const rate = last?.[name];
    return rate === undefined ? '' : words(rateText(rate));
  };
  const both = (...texts: string[]): string => texts.filter(Boolean).join(' · ');
  const limit = last?.memoryLimit;
  const memory = last ? bytesText(last.memory) : '';
  const used = limit === undefined || memory === '' ? memory : t('{0} of {1}', memory, bytesText(limit));
  const cpu = last?.cpuPercent;
  const traffic = both(
    now('received', (rate) => t('in {0}', rate)),
    now('sent', (rate) => t('out {0}', rate)),
  );
  const blocks = both(
    now('read', (rate) => t('read {0}', rate)),
    now('written', (rate) => t('written {0}', rate)),
  );
  return [
    series(t('CPU'), cpu === undefined ? '' : percentText(cpu), percentText, history, [
      [t('CPU'), (each) => each.cpuPercent],
    ]),
    series(t('Memory'), used, bytesText, history, [[t('Memory'), (each) => each.memory]]),
    series(t('Network'), traffic, rateText, history, [
      [t('in'), (each) => each.received],
      [t('out'), (each) => each.sent],
    ]),
    series(t('Disk'), blocks, rateText, history, [
      [t('read'), (each) => each.read],
      [t('written'), (each) => each.written],
    ]),
  ];
}

function series(
  name: string,
  now: string,
  words: (value: number) => string,
  history: readonly Metrics[],
  lines: [string, (metrics: Metrics) => number | undefined][],
): MetricSeries {
  const values = lines.flatMap(([, read]) => history.map(read).filter((value) => value !== undefined));
  const most = values.reduce((high, value) => Math.max(high, value), 0);
  const newest = history.at(-1)?.at ?? 0;
  return {
    name,
    now,
    top: values.length === 0 ? '' : words(most),
    lines: lines.map(([line, read]) => {
      const pieces: { ago: number; height: number }[][] = [];
      let before = -Infinity;
      for (const each of history) {
        const value = read(each);
        const ago = (newest - each.at) / 1000;
        if (value === undefined || ago > HISTORY_SECONDS) continue;
        if (each.at - before > GAP) pieces.push([]);
        before = each.at;
        pieces.at(-1)?.push({ ago, height: most === 0 ? 0 : value / most });
      }
      return { name: line, pieces };
    }),
  };
}
