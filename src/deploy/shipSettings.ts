import type { LocatedValue } from '../base/locatedJson';
import { t } from '../base/texts';
import { joined } from './configReader';
import type { ConfigReader } from './configReader';

/** What tells that a service is well, besides the health check of its container. */
interface HealthCheck {
  /** Of `http:` or `https:`; well is an answer of 200 to 399. */
  url?: string | undefined;
  /** A program and its arguments; well is an end with 0. */
  command?: readonly string[] | undefined;
  /** How long to wait for it. */
  seconds: number;
}

/** A program and its arguments, run in the workspace without a shell. */
export type Command = readonly string[];

/** How much it takes to agree to a deploy: typing the word, a click, nothing. */
const CONFIRMATIONS = ['yes', 'click', 'none'] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** A deploy after each commit that passes its audit. */
export interface AutoDeploy {
  onCommit: true;
  /** How long it can be called off. */
  delaySeconds: number;
}

/** How an environment is deployed to; a project can say these for all of its environments. */
export interface ShipSettings {
  health: HealthCheck | undefined;
  /** Before anything is touched, and after all is well. */
  pre: readonly Command[];
  post: readonly Command[];
  /** How long the new release is watched once it is well. */
  watchSeconds: number;
  /** How many can be gone back to. */
  keepReleases: number;
  /** Services of which two must never run at once. */
  oneAtATime: readonly string[];
  /** Patterns for files that are built into a service's image besides those of its build context. */
  buildInputs: ReadonlyMap<string, readonly string[]>;
}

export const SHIP_KEYS = [
  'health',
  'pre',
  'post',
  'watchSeconds',
  'keepReleases',
  'oneAtATime',
  'buildInputs',
];

export const DEFAULT_SHIP_SETTINGS: ShipSettings = {
  health: undefined,
  pre: [],
  post: [],
  watchSeconds: 5,
  keepReleases: 5,
  oneAtATime: [],
  buildInputs: new Map(),
};

const DEFAULT_HEALTH_SECONDS = 60;
const DEFAULT_DELAY_SECONDS = 30;
const WATCH = { low: 0, high: 3600 };
const HEALTH = { low: 1, high: 3600 };
const RELEASES = { low: 1, high: 100 };
/** Less would leave no time to read what is about to happen. */
const DELAY = { low: 5, high: 3600 };

/** What `value` says, and otherwise what is said `above`. */
export function readShipSettings(
  reader: ConfigReader,
  value: LocatedValue,
  key: string,
  above: ShipSettings,
): ShipSettings {
  return {
    health: readHealth(reader, value, key) ?? above.health,
    pre: reader.commands(value, key, 'pre') ?? above.pre,
    post: reader.commands(value, key, 'post') ?? above.post,
    watchSeconds: reader.whole(value, key, 'watchSeconds', WATCH) ?? above.watchSeconds,
    keepReleases: reader.whole(value, key, 'keepReleases', RELEASES) ?? above.keepReleases,
    oneAtATime: reader.texts(value, key, 'oneAtATime') ?? above.oneAtATime,
    buildInputs: readBuildInputs(reader, value, key) ?? above.buildInputs,
  };
}

/** Where real users are served, a click is too easy. */
export function readConfirmation(
  reader: ConfigReader,
  value: LocatedValue,
  key: string,
  isProduction: boolean,
): Confirmation {
  return reader.choice(value, key, 'confirm', CONFIRMATIONS) ?? (isProduction ? 'yes' : 'click');
}

export function readAuto(reader: ConfigReader, value: LocatedValue, key: string): AutoDeploy | undefined {
  const auto = reader.object(value, key, 'auto', ['onCommit', 'delaySeconds']);
  if (!auto) return undefined;
  const own = joined(key, 'auto');
  const delaySeconds = reader.whole(auto, own, 'delaySeconds', DELAY) ?? DEFAULT_DELAY_SECONDS;
  const onCommit = reader.truth(auto, own, 'onCommit');
  if (!auto.members.has('onCommit')) reader.tell(auto.keyLine, t('{0}: needs "onCommit"', own));
  return onCommit ? { onCommit, delaySeconds } : undefined;
}

function readHealth(reader: ConfigReader, value: LocatedValue, key: string): HealthCheck | undefined {
  const health = reader.object(value, key, 'health', ['url', 'command', 'seconds']);
  if (!health) return undefined;
  const own = joined(key, 'health');
  const url = reader.text(health, own, 'url', wrongUrl);
  const command = reader.command(health, own, 'command');
  const seconds = reader.whole(health, own, 'seconds', HEALTH) ?? DEFAULT_HEALTH_SECONDS;
  if (!health.members.has('url') && !health.members.has('command'))
    reader.tell(health.keyLine, t('{0}: needs "url" or "command"', own));
  if (url === undefined && command === undefined) return undefined;
  return { ...(url === undefined ? {} : { url }), ...(command ? { command } : {}), seconds };
}

function readBuildInputs(
  reader: ConfigReader,
  value: LocatedValue,
  key: string,
): ShipSettings['buildInputs'] | undefined {
  const inputs = value.members.get('buildInputs');
  if (!inputs) return undefined;
  const own = joined(key, 'buildInputs');
  return new Map(reader.members(inputs, own).map(([name]) => [name, reader.texts(inputs, own, name) ?? []]));
}

/** One with a host that has no spaces in it, and without a fragment or a password, which would be seen in every report. */
function wrongUrl(written: string): string | undefined {
  return /^https?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:[\]\\]+)(?::\d{1,5})?(?:[/?][^\s#]*)?$/.test(written)
    ? undefined
    : t('must be an address such as http://localhost:8080/health, without a name and password');
}
