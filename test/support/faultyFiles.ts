import { realFileSystem } from '../../src/store/fileSystem';
import type { FileSystem, OpenFile } from '../../src/store/fileSystem';

export type Fault = 'ENOSPC' | 'EIO' | 'EPERM' | 'EBUSY' | 'short write' | 'failed sync';

interface Plan {
  /** Number of the call that fails, from 1. */
  at: number;
  fault: Fault;
}

/** A disk, one call of which fails: once, or from then on. Counts the calls and names the one that failed. */
export class FaultyFiles {
  /** Names of the calls made. */
  readonly calls: string[] = [];
  failed: string | undefined;
  readonly files: FileSystem;

  constructor(
    private readonly plan?: Plan,
    private readonly lasting = false,
    disk: FileSystem = realFileSystem,
  ) {
    const wrapped = Object.entries(disk).map(([name, call]): [string, unknown] => {
      const real = call as (...given: unknown[]) => Promise<unknown>;
      return [
        name,
        async (...given: unknown[]) => {
          this.fail(name);
          const value = await real(...given);
          return name === 'create' || name === 'openForReading' ? this.wrap(value as OpenFile) : value;
        },
      ];
    });
    this.files = Object.fromEntries(wrapped) as unknown as FileSystem;
  }

  private wrap(file: OpenFile): OpenFile {
    return {
      readFrom: (position) => this.through('readFrom', () => file.readFrom(position)),
      write: (bytes, position) =>
        this.through('write', (short) =>
          file.write(short ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes, position),
        ),
      sync: () => this.through('sync', () => file.sync()),
      isUnlinked: () => this.through('isUnlinked', () => file.isUnlinked()),
      close: async () => {
        // A close that fails has closed all the same.
        await file.close();
        this.fail('close');
      },
    };
  }

  private async through<T>(name: string, call: (short: boolean) => Promise<T>): Promise<T> {
    return call(this.fail(name));
  }

  /** True when a write should be short. Throws when the call should fail. */
  private fail(name: string): boolean {
    this.calls.push(name);
    const { plan } = this;
    if (!plan || (this.lasting ? this.calls.length < plan.at : this.calls.length !== plan.at)) return false;
    if (plan.fault === 'short write') {
      if (name === 'write') this.failed = name;
      return name === 'write';
    }
    if (plan.fault === 'failed sync') {
      if (name !== 'sync' && name !== 'syncFolder') return false;
      this.failed = name;
      throw Object.assign(new Error('EIO: sync failed'), { code: 'EIO' });
    }
    this.failed = name;
    throw Object.assign(new Error(`${plan.fault}: injected into ${name}`), { code: plan.fault });
  }
}
