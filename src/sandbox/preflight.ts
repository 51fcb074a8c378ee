import type { EngineFacts } from '../engine/facts';
import type { Isolation } from './isolation';
import { SandboxUnavailable } from './sandbox';
import { hasSeccompProfile } from './seccomp';
import type { SeenLayers } from './selfCheck';
import { t } from '../base/texts';

/** One thing that keeps audited code inside, and whether this engine gives it. */
export interface SandboxLayer {
  name: string;
  /** `unknown`: the engine does not say; looked at from inside each sandbox before any code runs. */
  state: 'on' | 'missing' | 'unknown';
  /** What gives it, or why it is missing, without a full stop. */
  why: string;
  /** Without a mandatory one nothing runs; a missing expected one is told in each report; extras are a bonus. */
  need: 'mandatory' | 'expected' | 'extra';
}

/** What an engine offers for sandboxes. */
export interface SandboxCheck {
  layers: SandboxLayer[];
  /** What would make it safer, in sentences: nothing that keeps an audit from running. */
  advice: string[];
}

const FILTER = 'system-call filter';
const CPU = 'CPU limit';
const SWAP = 'no swap';
/** Layers asked for in every container, of every engine alike. */
const ASKED = [
  'no network',
  'read-only root',
  'no capabilities',
  'no new privileges',
  'user that is not root',
];

/** What the engine says it can do for a sandbox. Asks nothing: all of it is in `facts`. */
export function checkSandbox(facts: EngineFacts, isolation: Isolation): SandboxCheck {
  const { canLimit } = facts;
  return {
    layers: [
      limit('memory limit', canLimit.memory, 'mandatory'),
      limit('process limit', canLimit.pids, 'mandatory'),
      ...ASKED.map((name): SandboxLayer => {
        const why = 'asked of every container, and looked at from inside before any code runs';
        return { name, state: 'on', why, need: 'mandatory' };
      }),
      filterLayer(facts, isolation),
      limit(CPU, canLimit.cpu, 'expected'),
      limit(SWAP, canLimit.swap, 'expected'),
      ...(isolation.init ? [] : [INIT_MISSING]),
      ...extraLayers(facts, isolation),
    ],
    advice: [...versionAdvice(facts), ...facts.warnings.map((warning) => `The engine says: ${warning}`)],
  };
}

const INIT_MISSING: SandboxLayer = {
  name: 'init process',
  state: 'missing',
  why: "the engine has no init program (Podman's is the package catatonit), so ended processes may pile up in a sandbox",
  need: 'expected',
};

function limit(name: string, can: boolean | undefined, need: SandboxLayer['need']): SandboxLayer {
  if (can === undefined) return { name, state: 'unknown', why: 'the engine does not say', need };
  if (can) return { name, state: 'on', why: 'the kernel holds it, by control groups', need };
  return { name, state: 'missing', why: 'the control groups of the engine can not hold it', need };
}

function filterLayer(facts: EngineFacts, isolation: Isolation): SandboxLayer {
  const layer = (state: SandboxLayer['state'], why: string): SandboxLayer => ({
    name: FILTER,
    state,
    why,
    need: 'expected',
  });
  if (isolation.runtime !== undefined)
    return layer('on', 'system calls end in the kernel that gVisor brings along');
  if (isolation.seccomp !== undefined) return layer('on', "Seaworthy's own list of system calls");
  if (!facts.security.includes('seccomp')) return layer('missing', 'the engine has no seccomp');
  if (!hasSeccompProfile(facts.architecture))
    return layer(
      'missing',
      `Seaworthy has no list for the architecture ${facts.architecture}; the engine's own is in force`,
    );
  return layer('missing', "Podman takes a list by a local path alone; the engine's own is in force");
}

function extraLayers(facts: EngineFacts, isolation: Isolation): SandboxLayer[] {
  const has = (name: string): boolean => facts.security.includes(name);
  const extra = (name: string, on: boolean, yes: string, no: string): SandboxLayer => ({
    name,
    state: on ? 'on' : 'missing',
    why: on ? yes : no,
    need: 'extra',
  });
  const users = has('rootless')
    ? 'the engine itself runs without root'
    : 'the engine maps the users of containers';
  return [
    extra(
      'kernel of its own',
      isolation.runtime !== undefined,
      'gVisor (runsc)',
      facts.isPodman
        ? "gVisor can't be asked for through Podman's Docker interface"
        : 'the engine has no gVisor (runsc)',
    ),
    extra(
      'users apart from the host',
      has('rootless') || has('userns'),
      users,
      'the engine runs as root and does not map users',
    ),
    extra(
      'mandatory access control',
      has('apparmor') || has('selinux'),
      has('selinux') ? 'SELinux' : 'AppArmor',
      'the engine uses neither AppArmor nor SELinux',
    ),
  ];
}

function versionAdvice(facts: EngineFacts): string[] {
  const advice: string[] = [];
  const { runcVersion, version } = facts;
  if (runcVersion !== '' && (isBefore(runcVersion, [1, 2, 8]) || isWithin(runcVersion, [1, 3, 0], [1, 3, 3])))
    advice.push(
      `runc ${runcVersion} is older than 1.2.8 and 1.3.3, which close ways out of a container (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881), unless your distribution has added the fixes.`,
    );
  if (!facts.isPodman && isBefore(version, [29, 4, 2]))
    advice.push(
      `Docker Engine ${version} is older than 29.4.2: its own system-call filter lets AF_ALG sockets through (CVE-2026-31431). Seaworthy's filter does not.`,
    );
  return advice;
}

function isBefore(version: string, limits: readonly number[]): boolean {
  const numbers = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (!numbers) return false;
  const at = numbers.findIndex((number, index) => number !== limits[index]);
  return at >= 0 && (numbers[at] ?? 0) < (limits[at] ?? 0);
}

function isWithin(version: string, from: readonly number[], before: readonly number[]): boolean {
  return isBefore(version, before) && !isBefore(version, from);
}

/** Throws `SandboxUnavailable` when a mandatory layer is missing: nothing runs with less. */
export function requireLayers({ layers }: SandboxCheck): void {
  const missing = layers.filter(({ need, state }) => need === 'mandatory' && state === 'missing');
  if (missing.length === 0) return;
  throw new SandboxUnavailable(
    'limits-refused',
    t(
      'This container engine can not make a sandbox: {0}.',
      missing.map(({ name, why }) => t('{0} is missing ({1})', name, why)).join(', '),
    ),
    t(
      'Give the engine control over control groups (a rootless one needs cgroup v2 with delegation), or use another engine.',
    ),
  );
}

/** What a report says of the layers a sandbox ran without, `seen` from inside included. */
export function layerNotes({ layers }: SandboxCheck, seen: SeenLayers | undefined): string[] {
  const inside = new Map([
    [FILTER, seen?.filter],
    [CPU, seen?.cpuLimit],
    [SWAP, seen?.noSwap],
  ]);
  return layers
    .filter(({ need }) => need === 'expected')
    .flatMap(({ name, state, why }) => {
      if (state === 'missing') return [`The sandbox ran without a layer: ${name} (${why}).`];
      // In gVisor's kernel a filter of the host is not to be seen.
      const isOff = inside.get(name) === false && !why.includes('gVisor');
      return isOff ? [`The sandbox ran without a layer: ${name} (asked for, but not in force inside).`] : [];
    });
}
