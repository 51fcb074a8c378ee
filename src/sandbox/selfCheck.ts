import type { ContainerExit } from './poolEvents';

/** The supervisor's exit code when a layer that must be there is not. */
const REFUSED = 92;

const IN_WORDS: Readonly<Record<string, string>> = {
  user: 'its programs would run as root',
  capabilities: 'its programs would keep capabilities',
  privileges: 'its programs could gain privileges',
  root: 'its root file system can be written to',
  network: 'it has a network',
  memory: 'its memory is not limited as asked',
  processes: 'the number of its processes is not limited as asked',
};

/**
 * The beginning of the supervisor: looks from inside at what the engine really applied, before any code is there. An
 * engine may drop a limit it can't hold with nothing but a warning. `$1` is the memory limit in bytes, `$2` that of
 * processes. Ends the sandbox when a layer is missing that must not be; what can't be seen counts as applied. Reads
 * with the shell alone where it can: the image may have little else.
 */
export const SELF_CHECK = `
groups=/sys/fs/cgroup
refuse() { printf 'layer %s\\n' "$1" >&2; exit ${REFUSED}; }
first() { answer=; for file; do if [ -r "$file" ]; then read -r answer <"$file"; return; fi; done; }
named() {
  wanted=$1; shift; answer=
  for file; do if [ -r "$file" ]; then
    while read -r key number rest; do [ "$key" != "$wanted" ] || answer=$number; done <"$file"; return
  fi; done
}
uid= capabilities= gain= filter=unknown
while read -r key value rest; do case $key in
  Uid:) uid=$value ;; CapPrm: | CapEff: | CapBnd:) capabilities=$capabilities$value ;;
  NoNewPrivs:) gain=$value ;; Seccomp:) filter=$value ;;
esac; done </proc/self/status
[ "\${uid:-$(id -u)}" != 0 ] || refuse user
case $capabilities in *[!0]*) refuse capabilities ;; esac
[ "\${gain:-1}" = 1 ] || refuse privileges
options=ro
while read -r device point kind flags rest; do [ "$point" != / ] || options=$flags; done </proc/mounts
case $options in ro | ro,*) ;; *) refuse root ;; esac
if [ -r /proc/net/route ]; then
  while read -r interface rest; do [ "$interface" = Iface ] || refuse network; done </proc/net/route
fi
if [ -r /proc/net/ipv6_route ]; then
  while read -r a b c d e f g h i interface rest; do [ "$interface" = lo ] || refuse network; done </proc/net/ipv6_route
fi
first $groups/memory.max $groups/memory/memory.limit_in_bytes
[ -z "$answer" ] || { [ "$answer" != max ] && [ "$answer" -le "$1" ]; } || refuse memory
first $groups/pids.max $groups/pids/pids.max
[ -z "$answer" ] || { [ "$answer" != max ] && [ "$answer" -le "$2" ]; } || refuse processes
first $groups/cpu.max $groups/cpu/cpu.cfs_quota_us
case $answer in '') cpu=unknown ;; max* | -1) cpu=unlimited ;; *) cpu=limited ;; esac
first $groups/memory.swap.max
case $answer in 0) swap=none ;; '') swap=unknown ;; *) swap=some ;; esac
first $groups/memory/memory.memsw.limit_in_bytes
[ -z "$answer" ] || if [ "$answer" -le "$1" ]; then swap=none; else swap=some; fi
usage() {
  first $groups/memory.peak $groups/memory/memory.max_usage_in_bytes; peak=$answer
  named oom_kill $groups/memory.events $groups/memory/memory.oom_control; kills=$answer
  named max $groups/pids.events $groups/pids/pids.events; refusals=$answer
  named nr_periods $groups/cpu.stat $groups/cpu/cpu.stat; periods=$answer
  named nr_throttled $groups/cpu.stat $groups/cpu/cpu.stat
  tell usage "\${peak:-none}" "\${kills:-none}" "\${refusals:-none}" "\${periods:-none}" "\${answer:-none}"
}
`;

/** What a sandbox saw of itself before the code ran; undefined where it could not see. */
export interface SeenLayers {
  filter: boolean | undefined;
  cpuLimit: boolean | undefined;
  noSwap: boolean | undefined;
}

/** What a sandbox had used when its last step ended; undefined where it could not see. */
export interface Usage {
  /** Bytes, files in temporary folders included. */
  peakMemory: number | undefined;
  /** How often the kernel killed a program for want of memory. */
  memoryKills: number | undefined;
  /** How often a process or thread was refused. */
  refusedProcesses: number | undefined;
  /** The share of its time, from 0 to 1, in which the CPU limit held it back at some moment. */
  heldBack: number | undefined;
}

/** Reads the words of the supervisor's line `layers`. */
export function readLayers([filter = '', cpu = '', swap = '']: readonly string[]): SeenLayers {
  const known = (word: string, yes: string): boolean | undefined =>
    word === 'unknown' ? undefined : word === yes;
  return { filter: known(filter, '2'), cpuLimit: known(cpu, 'limited'), noSwap: known(swap, 'none') };
}

/** Reads the words of the supervisor's line `usage`. */
export function readUsage(words: readonly string[]): Usage {
  const [peakMemory, memoryKills, refusedProcesses, periods, throttled] = words.map((word) =>
    /^\d{1,15}$/.test(word) ? Number(word) : undefined,
  );
  const heldBack = periods && throttled !== undefined ? Math.min(throttled / periods, 1) : undefined;
  return { peakMemory, memoryKills, refusedProcesses, heldBack };
}

/** Why the supervisor ended itself before it did anything, in words; undefined when it did not. */
export function refusedLayer(exit: ContainerExit, preamble: string): string | undefined {
  const layer = /^layer (\w+)$/m.exec(preamble)?.[1];
  return exit.exitCode === REFUSED && layer !== undefined ? IN_WORDS[layer] : undefined;
}
