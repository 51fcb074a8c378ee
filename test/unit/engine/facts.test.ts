import assert from 'node:assert/strict';
import { readFacts } from '../../../src/engine/facts';

describe('readFacts', () => {
  it('reads Docker', () => {
    const version = {
      Components: [
        { Name: 'Engine', Version: '20.10.24+dfsg1' },
        { Name: 'runc', Version: '1.1.5+ds1' },
      ],
      Version: '20.10.24+dfsg1',
      ApiVersion: '1.41',
      Arch: 'amd64',
    };
    const info = {
      OSType: 'linux',
      Architecture: 'x86_64',
      CgroupVersion: '1',
      NCPU: 2,
      MemTotal: 4e9,
      MemoryLimit: true,
      SwapLimit: false,
      PidsLimit: true,
      CpuCfsQuota: true,
      Runtimes: { runc: {}, runsc: {} },
      SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default', 'name=userns'],
      Warnings: ['WARNING: No swap limit support'],
    };
    assert.deepEqual(readFacts(version, info), {
      name: 'Docker',
      version: '20.10.24+dfsg1',
      apiVersion: '1.41',
      os: 'linux',
      cgroupVersion: '1',
      cpus: 2,
      memoryBytes: 4e9,
      isPodman: false,
      clockAheadMs: 0,
      runtimes: ['runc', 'runsc'],
      architecture: 'x86_64',
      security: ['apparmor', 'seccomp', 'userns'],
      canLimit: { memory: true, swap: false, pids: true, cpu: true },
      warnings: ['WARNING: No swap limit support'],
      runcVersion: '1.1.5+ds1',
    });
  });

  it('reads Podman, which names its runtime with all its libraries', () => {
    const version = {
      Components: [
        { Name: 'Podman Engine', Version: '4.3.1' },
        { Name: 'OCI Runtime (runc)', Version: 'runc version 1.1.5+ds1\ncommit: x\nlibseccomp: 2.5.4' },
      ],
      Version: '4.3.1',
    };
    const facts = readFacts(version, { SecurityOptions: ['name=seccomp,profile=default'], Warnings: [] });
    assert.equal(facts.isPodman, true);
    assert.equal(facts.runcVersion, '1.1.5+ds1');
    assert.deepEqual(facts.security, ['seccomp']);
  });

  it('takes what is missing or odd for unknown', () => {
    for (const [version, info] of [
      [undefined, null],
      [
        { Components: 7, Arch: 3 },
        { SecurityOptions: [1, null, 'seccomp'], Warnings: 'w', MemoryLimit: 'yes' },
      ],
    ]) {
      const facts = readFacts(version, info);
      assert.deepEqual(facts.canLimit, {
        memory: undefined,
        swap: undefined,
        pids: undefined,
        cpu: undefined,
      });
      assert.deepEqual([facts.architecture, facts.warnings, facts.runcVersion], ['', [], '']);
    }
  });
});
