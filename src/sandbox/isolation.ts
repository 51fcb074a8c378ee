import type { EngineFacts } from '../engine/facts';
import { hasSeccompProfile, seccompProfile } from './seccomp';

/** The name under which engines know gVisor, a kernel of its own for each sandbox. */
const GVISOR = 'runsc';

/** The layers that not every engine can give. */
export interface Isolation {
  /** What goes after `seccomp=`: our profile or, for Podman, its file's path; undefined for the engine's own profile. */
  seccomp: string | undefined;
  /** Undefined for the engine's own choice. */
  runtime: string | undefined;
  /** Whether a program of the engine's is the first process, which buries processes nobody waits for. */
  init: boolean;
}

/**
 * The strongest isolation this engine says it has. `profilePath` is where a local Podman finds our profile: it takes no
 * profile but by path. Podman is never asked for gVisor: it lists runtimes that are not there and ignores the wish.
 */
export function isolationOf(facts: EngineFacts, profilePath?: string): Isolation {
  return {
    seccomp: seccompOf(facts, profilePath),
    runtime: !facts.isPodman && facts.runtimes.includes(GVISOR) ? GVISOR : undefined,
    init: true,
  };
}

/**
 * The next best isolation after the engine refused to create a container with this one; undefined when what it refused
 * must not be left out.
 */
export function withoutRefused(
  isolation: Isolation,
  facts: EngineFacts,
  refusal: string,
): Isolation | undefined {
  if (!facts.isPodman) return undefined;
  if (isolation.init && refusal.includes('container-init binary')) return { ...isolation, init: false };
  // Its machine may see other files than this one.
  const isAboutProfile = isolation.seccomp !== undefined && refusal.includes('seccomp profile');
  return isAboutProfile ? { ...isolation, seccomp: undefined } : undefined;
}

function seccompOf(facts: EngineFacts, profilePath: string | undefined): string | undefined {
  if (!facts.security.includes('seccomp') || !hasSeccompProfile(facts.architecture)) return undefined;
  return facts.isPodman ? profilePath : JSON.stringify(seccompProfile(facts.architecture));
}
