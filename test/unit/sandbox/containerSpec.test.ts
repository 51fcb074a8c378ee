import assert from 'node:assert/strict';
import type { EngineFacts } from '../../../src/engine/facts';
import { readFacts } from '../../../src/engine/facts';
import { containerSpec } from '../../../src/sandbox/containerSpec';
import { isolationOf } from '../../../src/sandbox/isolation';
import { DEFAULT_LIMITS } from '../../../src/sandbox/sandbox';
import type { SandboxLimits } from '../../../src/sandbox/sandbox';

const docker: EngineFacts = {
  ...readFacts({}, { SecurityOptions: ['name=seccomp,profile=default'], NCPU: 4, Architecture: 'x86_64' }),
  cgroupVersion: '1',
};
const podman: EngineFacts = { ...docker, isPodman: true, runtimes: ['crun', 'runsc'] };

function hostConfig(facts: EngineFacts, limits: Partial<SandboxLimits> = {}, profilePath?: string) {
  const owner = { id: 'o', pid: 1, host: 'h' };
  const spec = containerSpec(
    'image',
    { ...DEFAULT_LIMITS, ...limits },
    owner,
    5,
    facts,
    isolationOf(facts, profilePath),
  );
  return spec['HostConfig'] as Record<string, unknown> & {
    SecurityOpt: string[];
    Tmpfs: Record<string, string>;
  };
}

describe('containerSpec', () => {
  it('sends Docker our profile itself, and Podman the path of one or nothing', () => {
    const [inline = ''] = hostConfig(docker).SecurityOpt.filter((option) => option.startsWith('seccomp='));
    assert.equal((JSON.parse(inline.slice(8)) as { defaultAction: string }).defaultAction, 'SCMP_ACT_ERRNO');
    assert.ok(hostConfig(podman, {}, '/x/p.json').SecurityOpt.includes('seccomp=/x/p.json'));
    assert.ok(!hostConfig(podman).SecurityOpt.some((option) => option.startsWith('seccomp=')));
  });

  it('asks for no profile where the engine or we have none', () => {
    for (const facts of [
      { ...docker, security: [] },
      { ...docker, architecture: 'riscv64' },
    ])
      assert.deepEqual(hostConfig(facts).SecurityOpt, ['no-new-privileges:true']);
  });

  it('uses gVisor where Docker has it, and never asks Podman for it', () => {
    assert.equal(hostConfig(docker)['Runtime'], undefined);
    assert.equal(hostConfig({ ...docker, runtimes: ['runc', 'runsc'] })['Runtime'], 'runsc');
    assert.equal(hostConfig(podman)['Runtime'], undefined);
  });

  it('never lets file systems take more than the memory there is, nor swap', () => {
    for (const memoryMb of [64, 512, 4096]) {
      const host = hostConfig(docker, { memoryMb });
      const sizes = Object.values(host.Tmpfs).map((options) => Number(/size=(\d+)/.exec(options)?.[1]));
      const all = sizes.reduce((sum, size) => sum + size, Number(host['ShmSize']));
      assert.ok(all < memoryMb * 1024 * 1024 * 0.7, `${all} of ${memoryMb} MB`);
      assert.equal(host['MemorySwap'], host['Memory']);
    }
  });

  it('asks for no more CPUs than there are', () => {
    assert.equal(hostConfig(docker, { cpus: 16 })['NanoCpus'], 4e9);
    assert.equal(hostConfig({ ...docker, cpus: 0 }, { cpus: 16 })['NanoCpus'], 16e9);
  });

  it('keeps to the options each engine knows', () => {
    assert.match(hostConfig(docker).Tmpfs['/work'] ?? '', /mode=0700,uid=65534,gid=65534,nr_inodes=65536$/);
    assert.equal(hostConfig(docker)['CgroupnsMode'], undefined);
    assert.equal(hostConfig({ ...docker, cgroupVersion: '2' })['CgroupnsMode'], 'private');
    const host = hostConfig(podman);
    assert.deepEqual(Object.keys(host.Tmpfs), ['/tmp', '/work', '/run', '/var/tmp']);
    for (const options of Object.values(host.Tmpfs)) assert.doesNotMatch(options, /uid=|nr_inodes/);
    assert.equal(host['MaskedPaths'], undefined);
    assert.ok(host.SecurityOpt.some((option) => option.startsWith('mask=/proc/')));
  });
});
