import { isCancelled } from '../../../base/errors';
import type { Sandbox, SandboxLimits } from '../../../sandbox/sandbox';
import type { Libc } from './nativeFile';

/** What machine code and packages have to fit to run in an image. */
export interface ImagePlatform {
  /** As Node names it. */
  architecture: string;
  libc: Libc;
  /** Such as `cp311`; undefined where there is no Python. */
  python: string | undefined;
}

const LIMITS: SandboxLimits = {
  memoryMb: 128,
  cpus: 1,
  timeoutMs: 10_000,
  pids: 32,
  outputBytes: 10_000,
  reportBytes: 1000,
};
const LOOK = `uname -m
for loader in /lib/ld-musl-*; do [ -e "$loader" ] && echo musl; done
python3 -c 'import sys; print("cp%d%d" % sys.version_info[:2])' 2>/dev/null
true`;
/** Names of the kernel where they are not Node's. */
const ARCHITECTURES: Record<string, string> = {
  x86_64: 'x64',
  aarch64: 'arm64',
  i686: 'ia32',
  armv7l: 'arm',
  ppc64le: 'ppc64',
};

/** Finds out what images run on, once for each. */
export class ImagePlatforms {
  private readonly known = new Map<string, ImagePlatform>();

  constructor(private readonly sandbox: Sandbox) {}

  /** Undefined when it can't be found out. Rejects with `CancelledError` alone. */
  async of(image: string, signal?: AbortSignal): Promise<ImagePlatform | undefined> {
    const known = this.known.get(image);
    if (known) return known;
    const platform = await this.look(image, signal);
    if (platform) this.known.set(image, platform);
    return platform;
  }

  private async look(image: string, signal: AbortSignal | undefined): Promise<ImagePlatform | undefined> {
    const steps = [{ name: 'platform', command: ['sh', '-c', LOOK] }];
    try {
      const ended = await this.sandbox.run(
        { image, files: [], steps, reports: [], limits: LIMITS },
        signal && { signal },
      );
      const lines = (ended.steps[0]?.stdout ?? '').split('\n').map((line) => line.trim());
      const [machine = ''] = lines;
      if (ended.steps[0]?.exitCode !== 0 || machine === '') return undefined;
      return {
        architecture: ARCHITECTURES[machine] ?? machine,
        libc: lines.includes('musl') ? 'musl' : 'glibc',
        python: lines.find((line) => /^cp\d+$/.test(line)),
      };
    } catch (error) {
      if (isCancelled(error)) throw error;
      return undefined;
    }
  }
}
