import assert from 'node:assert/strict';
import type { SandboxRequest, SandboxStepResult } from '../../src/sandbox/sandbox';
import { request, sandbox, shell } from './realEngine';

async function only(wanted: SandboxRequest): Promise<SandboxStepResult> {
  const result = await sandbox.run(wanted);
  const [step] = result.steps;
  assert.ok(step && result.steps.length === 1, result.detail);
  return step;
}

async function stdoutOf(wanted: SandboxRequest): Promise<string> {
  const { stdout, stderr, exitCode } = await only(wanted);
  assert.equal(exitCode, 0, stderr);
  return stdout;
}

describe('a sandbox of the real engine', function () {
  this.timeout(60_000);

  it('runs as nobody, without capabilities, without a way to more', async () => {
    const status = await stdoutOf(shell('cat /proc/self/status; id -un'));
    assert.match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
    assert.match(status, /^Gid:\t65534\t65534\t65534\t65534$/m);
    assert.match(status, /^Cap(Eff|Bnd|Prm|Inh|Amb):\t0+$/m);
    assert.doesNotMatch(status, /^Cap\w+:\t0*[1-9a-f]/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^Seccomp:\t2$/m);
    assert.match(status, /^nobody$/m);
  });

  it('has no network but its own loopback, and no names', async () => {
    const code = `
      const net = require('net'), dns = require('dns'), os = require('os');
      const tryTo = (host) => new Promise((done) => net.connect({ host, port: 80, timeout: 2000 })
        .on('error', (e) => done(e.code)).on('timeout', () => done('timeout')).on('connect', () => done('connected')));
      (async () => {
        const server = net.createServer().listen(0, '127.0.0.1');
        await new Promise((done) => server.on('listening', done));
        const own = await new Promise((done) => net.connect(server.address().port, '127.0.0.1').on('connect', () => done('connected')));
        const hosts = ['1.1.1.1', '172.17.0.1', '169.254.169.254', 'example.com', 'host.docker.internal'];
        console.log(JSON.stringify([own, ...await Promise.all(hosts.map(tryTo)), Object.keys(os.networkInterfaces())]));
        process.exit();
      })();`;
    assert.deepEqual(JSON.parse(await stdoutOf(request(code))), [
      'connected',
      'ENETUNREACH',
      'ENETUNREACH',
      'ENETUNREACH',
      'EAI_AGAIN',
      'EAI_AGAIN',
      ['lo'],
    ]);
  });

  it('can write to its two folders alone, and run programs from one', async () => {
    const script = `
      grep -q ' / [^ ]* ro,' /proc/mounts || echo 'the root is writable'
      for f in /x /var/tmp/x /etc/x /usr/x /var/x /root/x /dev/x /etc/hosts /proc/sys/kernel/hostname; do
        if (echo x >$f) 2>/dev/null; then echo "wrote $f"; fi
      done
      for d in /tmp /work; do printf '#!/bin/sh\\necho ran in %s\\n' $d >$d/run; chmod +x $d/run; $d/run || echo "refused in $d"; done
      touch /work/src/x && echo src`;
    assert.equal(await stdoutOf(shell(script)), 'refused in /tmp\nran in /work\nsrc\n');
  });

  it('knows our variables and none of this process or the image', async () => {
    process.env['SEAWORTHY_TEST_SECRET'] = 'hunter2';
    const names = Object.keys(
      JSON.parse(await stdoutOf(request('console.log(JSON.stringify(process.env))'))) as object,
    );
    assert.deepEqual(names.sort(), [
      'CI',
      'COVERAGE_FILE',
      'HOME',
      'LANG',
      'LOGNAME',
      'NODE_ENV',
      'NO_COLOR',
      'PATH',
      'PYTHONDONTWRITEBYTECODE',
      'PYTHONHASHSEED',
      'PYTHONNOUSERSITE',
      'PYTHONUNBUFFERED',
      'TMPDIR',
      'TZ',
      'USER',
      'XDG_CACHE_HOME',
      'npm_config_cache',
    ]);
  });

  it('holds no secret of the run where the code can look for it by name', async () => {
    const code = `
      const fs = require('fs');
      const seen = fs.readdirSync('/proc').filter((p) => /^\\d+$/.test(p)).flatMap((p) =>
        ['environ', 'cmdline'].flatMap((f) => { try { return [fs.readFileSync('/proc/' + p + '/' + f, 'latin1')]; } catch { return []; } }));
      console.log(seen.length > 4, seen.some((text) => /[0-9a-f]{32}/.test(text)));`;
    assert.equal(await stdoutOf(request(code)), 'true false\n');
  });

  it('gets half a CPU and half a gigabyte without swap', async () => {
    const script = `cd /sys/fs/cgroup
      if [ -f cpu.max ]; then cat cpu.max memory.max memory.swap.max
      else echo $(cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us); cat memory/memory.limit_in_bytes; fi`;
    const [cpu = '', memory, swap = '0'] = (await stdoutOf(shell(script))).trim().split('\n');
    const [quota, period] = cpu.split(' ').map(Number);
    assert.equal((quota ?? 0) / (period ?? 1), 0.5);
    assert.equal(memory, String(512 * 1024 * 1024));
    assert.equal(swap, '0');
  });

  it('is killed at its memory, and says which limit', async () => {
    const result = await sandbox.run(request('const a = []; for (;;) a.push(Buffer.alloc(1e7, 1));'));
    assert.equal(result.end, 'out-of-memory');
    assert.match(result.detail, /512 MB/);
  });

  it('cannot use its file systems to get more memory', async () => {
    const result = await sandbox.run(
      shell(
        'for d in /tmp /work /dev/shm; do i=0; while head -c 8000000 /dev/zero >$d/f$i; do i=$((i+1)); done; du -sm $d; done',
      ),
    );
    assert.equal(result.end, 'finished', result.detail);
    const used = [...(result.steps[0]?.stdout.matchAll(/^\d+/gm) ?? [])].map(([megabytes]) =>
      Number(megabytes),
    );
    assert.deepEqual(used, [64, 256, 16]);
  });

  it("tells Node's own heap limit from other crashes", async () => {
    const code = 'const a = []; for (let i = 0; ; i++) a.push({ i, b: [i, i] });';
    const result = await sandbox.run(request(code, { limits: { memoryMb: 128 } }));
    assert.equal(result.end, 'out-of-memory');
    assert.match(result.detail, /128 MB/);
  });

  it('is stopped at its time, and keeps what was printed until then', async () => {
    const result = await sandbox.run(
      shell("trap '' TERM INT HUP; echo begun; while :; do :; done", { limits: { timeoutMs: 1500 } }),
    );
    assert.equal(result.end, 'timeout');
    assert.match(result.detail, /1\.5 s/);
    assert.deepEqual(result.steps, [
      { name: 'code', exitCode: undefined, timedOut: false, stdout: 'begun\n', stderr: '' },
    ]);
  });

  it('cannot have more processes than its limit', async () => {
    const script = 'i=0; while [ $i -lt 100 ]; do sleep 30 & i=$((i+1)); done; echo all of them';
    const { stdout, stderr, exitCode } = await only(shell(script, { limits: { pids: 40 } }));
    assert.equal(stdout, '');
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /fork/i);
  });

  it('is stopped at its output, both streams together', async () => {
    for (const script of ['yes', 'yes >&2', 'head -c 100000000 /dev/zero', 'yes & yes >&2']) {
      const result = await sandbox.run(shell(script, { limits: { outputBytes: 50_000 } }));
      assert.equal(result.end, 'output-limit', script);
      assert.match(result.detail, /50 kB/);
      const [step] = result.steps;
      assert.equal((step?.stdout.length ?? 0) + (step?.stderr.length ?? 0), 50_000, script);
    }
  });

  it('limits files, descriptors and core dumps', async () => {
    const script = `ulimit -n; ulimit -c; cat </dev/stdin; (head -c 70000000 /dev/zero >/work/big) 2>/dev/null; stat -c %s /work/big`;
    assert.equal(await stdoutOf(shell(script)), `1024\n0\n${64 * 1024 * 1024}\n`);
  });
});
