import { t } from '../base/texts';
import type { FleetContainer } from './containers';

/** State in one or two words: `healthy`, `starting`, `unhealthy`, `running`, `exited (137)`. */
export function stateWords({ state, health, exitCode }: FleetContainer): string {
  if (state === 'exited' && exitCode !== undefined) return t('exited ({0})', exitCode);
  return wordOf(state === 'running' && health !== 'none' ? health : state);
}

/** What the engine says of an end. */
export function endWords({ state, exitCode }: Pick<FleetContainer, 'state' | 'exitCode'>): string {
  return exitCode === undefined ? wordOf(state) : t('{0} with code {1}', wordOf(state), exitCode);
}

function wordOf(state: string): string {
  const words: Record<string, string> = {
    created: t('created'),
    running: t('running'),
    paused: t('paused'),
    restarting: t('restarting'),
    removing: t('removing'),
    exited: t('exited'),
    dead: t('dead'),
    starting: t('starting'),
    healthy: t('healthy'),
    unhealthy: t('unhealthy'),
  };
  return words[state] ?? state;
}

/** `under 1 min`, `5 min`, `3 h`, `2 d`: no finer, so that a row does not change every second. */
export function uptimeWords(seconds: number): string {
  if (seconds < 60) return t('under 1 min');
  if (seconds < 3600) return t('{0} min', Math.floor(seconds / 60));
  if (seconds < 48 * 3600) return t('{0} h', Math.floor(seconds / 3600));
  return t('{0} d', Math.floor(seconds / 86_400));
}
