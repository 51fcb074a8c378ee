import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { ImagePlatform } from '../../../src/audit/production/dependencies/imagePlatform';
import { findMisfits } from '../../../src/audit/production/dependencies/misfit';
import { readNativeFile } from '../../../src/audit/production/dependencies/nativeFile';
import { explainMisfits } from '../../../src/audit/production/misfitVerdict';
import type { ProductionVerdict } from '../../../src/audit/production/verdict';
import { ARM64, elf, MACH_ARM64, MACH_UNIVERSAL, PE_X64, X64 } from '../../support/machineCode';

describe('machine code of packages', () => {
  const glibc: ImagePlatform = { architecture: 'x64', libc: 'glibc', python: 'cp311' };

  async function why(files: Record<string, Buffer>, image: ImagePlatform | undefined = glibc) {
    const list = Object.entries(files).map(([path, content]) => ({ path, content }));
    const misfits = await findMisfits(
      list,
      (path) => path.split('/')[0] ?? '',
      async () => image,
    );
    return misfits.map(({ package: name, why: reason }) => `${name} ${reason}`);
  }

  it('is known for what it was made for', () => {
    const own = readNativeFile(readFileSync(process.execPath));
    assert.equal(own?.system, process.platform);
    assert.deepEqual(own.architectures, [process.arch]);
    if (process.platform === 'linux') assert.ok(own.libc);
    assert.deepEqual(readNativeFile(MACH_ARM64), {
      system: 'darwin',
      architectures: ['arm64'],
      libc: undefined,
    });
    assert.deepEqual(readNativeFile(MACH_UNIVERSAL)?.architectures, ['x64', 'arm64']);
    assert.deepEqual(readNativeFile(PE_X64), { system: 'win32', architectures: ['x64'], libc: undefined });
    assert.equal(readNativeFile(elf(X64, ['libm.so.6', 'libc.so.6']))?.libc, 'glibc');
    assert.equal(readNativeFile(elf(X64, ['libc.musl-x86_64.so.1']))?.libc, 'musl');
    assert.equal(readNativeFile(elf(ARM64, []))?.libc, undefined);
  });

  it('is not seen in other files, and never throws', () => {
    const javaClass = Buffer.concat([Buffer.from('cafebabe00000041', 'hex'), Buffer.alloc(200)]);
    for (const content of [javaClass, Buffer.from('MZ'.padEnd(200)), Buffer.from('x = 1\n'), Buffer.alloc(0)])
      assert.equal(readNativeFile(content), undefined);
    const broken = elf(X64, ['libc.so.6']);
    for (let at = 4; at < 640; at++) {
      const content = Buffer.from(broken);
      content.writeUInt8(0xff, at);
      readNativeFile(content);
      readNativeFile(broken.subarray(0, at));
    }
  });

  it('does not fit another system, CPU, C library or Python, and that is said in words', async () => {
    assert.deepEqual(await why({ 'a/x.node': MACH_ARM64 }), ['a is for macOS, and a sandbox runs Linux']);
    assert.deepEqual(await why({ 'a/x.pyd': PE_X64 }), ['a is for Windows, and a sandbox runs Linux']);
    assert.deepEqual(await why({ 'a/x.node': elf(ARM64, []) }), [
      'a is for arm64 CPUs, and the image is for x64',
    ]);
    assert.deepEqual(await why({ 'a/x.node': elf(X64, ['libc.musl-x86_64.so.1']) }), [
      'a is for musl (Alpine), and the image has glibc (Debian and most others)',
    ]);
    assert.deepEqual(await why({ 'a/x.cpython-312-x86_64-linux-gnu.so': elf(X64, ['libc.so.6']) }), [
      'a is for Python 3.12, and the image has Python 3.11',
    ]);
  });

  it('fits where it does, alone or among that of other platforms', async () => {
    const fitting = elf(X64, ['libc.so.6']);
    const files = {
      'a/prebuilds/darwin-arm64/x.node': MACH_ARM64,
      'a/prebuilds/linux-x64/x.node': fitting,
      'b/x.cpython-311-x86_64-linux-gnu.so': fitting,
      'c/x.abi3.so': fitting,
      'd/program': elf(X64, []),
    };
    assert.deepEqual(await why(files), []);
    assert.deepEqual(await why({ 'a/x.js': Buffer.from('1') }, undefined), []);
  });

  it('explains a failure that it caused and no other', () => {
    const misfits = [{ package: 'numpy', why: 'is for macOS, and a sandbox runs Linux' }];
    const failing = (...messages: string[]): ProductionVerdict => ({
      status: 'fail',
      reason: 'it fails',
      notes: [],
      tests: null,
      findings: messages.map((message) => ({
        ruleId: 'PR02',
        stage: 'production',
        severity: 'error',
        message,
        file: 'a.py',
        startLine: 1,
        endLine: 1,
        evidence: '',
        confidence: 'high',
      })),
    });
    const caused = 'ImportError: Unable to import required dependencies: numpy';
    const explained = explainMisfits(failing(caused), misfits);
    assert.equal(explained.status, 'not run');
    assert.equal(explained.nextStep, 'install-dependencies');
    assert.match(explained.reason, /^the workspace's numpy is for macOS, and a sandbox runs Linux/);
    assert.equal(explainMisfits(failing(caused, 'assert 1 == 2'), misfits).status, 'fail');
    assert.equal(explainMisfits(failing('assert 1 == 2'), misfits).status, 'fail');
    assert.equal(explainMisfits(failing('numpyro can not be imported'), misfits).status, 'fail');
    assert.equal(explainMisfits(failing(caused), []).status, 'fail');
    assert.equal(explainMisfits(failing('x.node: invalid ELF header'), []).status, 'not run');
    const passed: ProductionVerdict = { ...failing(), status: 'pass', reason: '' };
    assert.equal(explainMisfits(passed, misfits).status, 'pass');
  });
});
