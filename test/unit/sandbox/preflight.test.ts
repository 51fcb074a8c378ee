import assert from 'node:assert/strict';
import { readFacts } from '../../../src/engine/facts';
import type { EngineFacts } from '../../../src/engine/facts';
import { isolationOf, withoutRefused } from '../../../src/sandbox/isolation';
import { checkSandbox, layerNotes, requireLayers } from '../../../src/sandbox/preflight';
import type { SandboxCheck } from '../../../src/sandbox/preflight';
import { SandboxUnavailable } from '../../../src/sandbox/sandbox';
import { readLayers, readUsage, refusedLayer } from '../../../src/sandbox/selfCheck';

const CAN = { MemoryLimit: true, SwapLimit: true, PidsLimit: true, CpuCfsQuota: true };
const SECCOMP = { SecurityOptions: ['name=seccomp,profile=default'], Architecture: 'x86_64' };

function docker(info: object = {}, version = '29.5.1', runc = '1.3.4'): EngineFacts {
  const components = [{ Name: 'runc', Version: runc }];
  return readFacts({ Version: version, Components: components }, { ...CAN, ...SECCOMP, ...info });
}

function podman(info: object = {}): EngineFacts {
  return readFacts(
    { Version: '4.3.1', Components: [{ Name: 'Podman Engine' }] },
    { ...CAN, ...SECCOMP, ...info, Runtimes: { crun: {}, runsc: {} } },
  );
}

function check(facts: EngineFacts, profilePath?: string): SandboxCheck {
  return checkSandbox(facts, isolationOf(facts, profilePath));
}

function stateOf({ layers }: SandboxCheck, name: string): string | undefined {
  return layers.find((layer) => layer.name === name)?.state;
}

describe('checkSandbox', () => {
  it('finds nothing missing that is expected on a whole engine', () => {
    const found = check(docker());
    assert.deepEqual(
      found.layers.filter(({ need, state }) => need !== 'extra' && state !== 'on'),
      [],
    );
    assert.deepEqual(layerNotes(found, readLayers(['2', 'limited', 'none'])), []);
    assert.deepEqual(found.advice, []);
    requireLayers(found);
  });

  for (const [limit, name] of [
    ['MemoryLimit', 'memory limit'],
    ['PidsLimit', 'process limit'],
  ] as const) {
    it(`lets nothing run where the ${name} can not be held, and says what to do`, () => {
      const found = check(docker({ [limit]: false, SecurityOptions: ['name=seccomp', 'name=rootless'] }));
      assert.equal(stateOf(found, name), 'missing');
      assert.throws(
        () => requireLayers(found),
        (error) =>
          error instanceof SandboxUnavailable &&
          error.reason === 'limits-refused' &&
          error.message.includes(name) &&
          (error.nextStep ?? '').includes('delegation'),
      );
    });
  }

  it('goes on where the engine says nothing of a limit, for the sandbox looks for itself', () => {
    const found = check(docker({ MemoryLimit: undefined, PidsLimit: undefined }));
    assert.equal(stateOf(found, 'memory limit'), 'unknown');
    requireLayers(found);
  });

  it('tells in the report which expected layer is missing, and why', () => {
    const cases: [EngineFacts, RegExp][] = [
      [docker({ CpuCfsQuota: false }), /^The sandbox ran without a layer: CPU limit \(/],
      [docker({ SwapLimit: false }), /: no swap \(/],
      [docker({ SecurityOptions: [] }), /: system-call filter \(the engine has no seccomp\)/],
      [docker({ Architecture: 'riscv64' }), /: system-call filter \(.*riscv64/],
      [podman(), /: system-call filter \(Podman takes/],
    ];
    for (const [facts, expected] of cases) {
      const found = check(facts);
      requireLayers(found);
      const notes = layerNotes(found, undefined);
      assert.equal(notes.length, 1, notes.join());
      assert.match(notes[0] ?? '', expected);
    }
    assert.deepEqual(layerNotes(check(podman(), '/p.json'), undefined), []);
  });

  it('believes what was seen inside more than what the engine says', () => {
    const found = check(docker());
    assert.deepEqual(
      layerNotes(found, readLayers(['0', 'unlimited', 'some'])).map(
        (note) => /layer: ([^(]*) \(/.exec(note)?.[1],
      ),
      ['system-call filter', 'CPU limit', 'no swap'],
    );
    assert.deepEqual(layerNotes(found, readLayers(['unknown', 'unknown', 'unknown'])), []);
    const gvisor = check(docker({ Runtimes: { runsc: {} } }));
    assert.deepEqual(layerNotes(gvisor, readLayers(['0', 'limited', 'none'])), []);
  });

  it('claims gVisor on Docker alone', () => {
    assert.equal(stateOf(check(docker({ Runtimes: { runsc: {} } })), 'kernel of its own'), 'on');
    assert.equal(stateOf(check(docker()), 'kernel of its own'), 'missing');
    assert.equal(stateOf(check(podman()), 'kernel of its own'), 'missing');
  });

  it('knows users apart from the host and access control', () => {
    const found = check(docker({ SecurityOptions: ['name=seccomp', 'name=userns', 'name=apparmor'] }));
    assert.equal(stateOf(found, 'users apart from the host'), 'on');
    assert.equal(stateOf(found, 'mandatory access control'), 'on');
    assert.equal(stateOf(check(docker()), 'users apart from the host'), 'missing');
  });

  it('advises on old engines and passes on what the engine complains of', () => {
    const advises = (runc: string): boolean => check(docker({}, '29.5.1', runc)).advice.length > 0;
    assert.deepEqual(['1.1.5+ds1', '1.2.7', '1.2.8', '1.3.0', '1.3.2', '1.3.3', '1.4.0'].map(advises), [
      true,
      true,
      false,
      true,
      true,
      false,
      false,
    ]);
    assert.match(check(docker({}, '20.10.24+dfsg1')).advice.join(), /29\.4\.2/);
    assert.match(
      check(docker({ Warnings: ['WARNING: odd'] })).advice.join(),
      /The engine says: WARNING: odd/,
    );
  });
});

describe('withoutRefused', () => {
  it("leaves out Podman's init program and our profile, one at a time, and nothing else of anyone's", () => {
    const whole = isolationOf(podman(), '/p.json');
    const noInit = withoutRefused(whole, podman(), 'container-init binary not found on the host');
    assert.deepEqual(noInit, { ...whole, init: false });
    const neither = withoutRefused(noInit ?? whole, podman(), 'opening seccomp profile failed: no such file');
    assert.deepEqual(neither, { ...whole, init: false, seccomp: undefined });
    assert.equal(withoutRefused(neither ?? whole, podman(), 'opening seccomp profile failed'), undefined);
    assert.equal(withoutRefused(whole, podman(), 'no space left'), undefined);
    assert.equal(withoutRefused(isolationOf(docker()), docker(), 'bad seccomp profile'), undefined);
    const notes = layerNotes(checkSandbox(podman(), neither ?? whole), undefined);
    assert.deepEqual(
      notes.map((note) => /layer: ([^(]*) \(/.exec(note)?.[1]),
      ['system-call filter', 'init process'],
    );
  });
});

describe('what a sandbox says of itself', () => {
  it('is read with what it could not see left open', () => {
    assert.deepEqual(readUsage(['1048576', '0', '37', '10', '4']), {
      peakMemory: 1_048_576,
      memoryKills: 0,
      refusedProcesses: 37,
      heldBack: 0.4,
    });
    assert.deepEqual(readUsage(['none', 'none', '99999999999999999999', '0', '5']), {
      peakMemory: undefined,
      memoryKills: undefined,
      refusedProcesses: undefined,
      heldBack: undefined,
    });
  });

  it('is a refusal only from the supervisor itself', () => {
    const exit = { exitCode: 92, outOfMemory: false, wasKilled: false };
    assert.match(refusedLayer(exit, 'layer network\n') ?? '', /network/);
    assert.equal(refusedLayer({ ...exit, exitCode: 0 }, 'layer network\n'), undefined);
    assert.equal(refusedLayer(exit, 'layer unheard\n'), undefined);
  });
});
