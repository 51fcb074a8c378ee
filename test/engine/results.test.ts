import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request, sandbox, shell } from './realEngine';

describe('what a sandbox gives back', function () {
  this.timeout(60_000);

  it('keeps steps and streams apart, with exit codes, folder, variables and odd arguments', async () => {
    const odd = 'it\'s "quoted"\n$HOME `id` \\ ü';
    const result = await sandbox.run(
      request('', {
        files: [{ path: 'src/deep/a.txt', content: Buffer.from('here') }],
        steps: [
          { name: 'one', command: ['sh', '-c', 'echo out1; echo err1 >&2; exit 3'] },
          { name: 'skipped', command: ['sh', '-c', 'echo never'], onlyIfPassed: true },
          {
            name: 'two',
            command: ['sh', '-c', 'pwd; cat a.txt; echo "$A"'],
            cwd: 'src/deep',
            env: { A: odd },
          },
          { name: 'three', command: ['printf', '%s', odd] },
          { name: 'missing', command: ['no-such-program'] },
          { name: 'signal', command: ['sh', '-c', 'kill -TERM $$'] },
        ],
      }),
    );
    assert.equal(result.end, 'finished');
    assert.deepEqual(
      result.steps.map(({ name, exitCode, stdout }) => [name, exitCode, stdout]),
      [
        ['one', 3, 'out1\n'],
        ['two', 0, `/work/src/deep\nhere${odd}\n`],
        ['three', 0, odd],
        ['missing', 127, ''],
        ['signal', 143, ''],
      ],
    );
    assert.equal(result.steps[0]?.stderr, 'err1\n');
    assert.match(result.steps[3]?.stderr ?? '', /no-such-program/);
  });

  it('kills a step at its own limit, goes on with the next, and tells it from a kill by the step itself', async () => {
    const result = await sandbox.run(
      request('', {
        steps: [
          {
            name: 'slow',
            command: ['sh', '-c', "trap '' TERM; echo on; sleep 60; echo off"],
            timeoutMs: 700,
          },
          { name: 'killed', command: ['sh', '-c', 'kill -KILL $$'], timeoutMs: 20_000 },
          { name: 'quick', command: ['echo', 'done'], timeoutMs: 20_000 },
        ],
      }),
    );
    assert.equal(result.end, 'finished');
    assert.deepEqual(
      result.steps.map(({ name, exitCode, timedOut, stdout }) => [name, exitCode, timedOut, stdout]),
      [
        ['slow', 137, true, 'on\n'],
        ['killed', 137, false, ''],
        ['quick', 0, false, 'done\n'],
      ],
    );
  });

  it('hands out reports byte for byte, and leaves out what is not there', async () => {
    const code = `
      const fs = require('fs');
      fs.writeFileSync('/work/bytes', Buffer.from(Array.from({ length: 256 * 400 }, (_, i) => i % 256)));
      fs.writeFileSync('/tmp/empty', '');`;
    const result = await sandbox.run(request(code, { reports: ['/tmp/empty', '/work/gone', '/work/bytes'] }));
    assert.equal(result.end, 'finished');
    assert.deepEqual([...result.reports.keys()], ['/tmp/empty', '/work/bytes']);
    const bytes = result.reports.get('/work/bytes');
    assert.equal(bytes?.length, 256 * 400);
    assert.ok(bytes?.every((byte, index) => byte === index % 256));
  });

  it('refuses reports that are links, lie behind links, are pipes, folders or unreadable', async () => {
    const script = `
      cd /work; ln -s /etc/passwd link; mkdir real; echo x >real/r; ln -s real folder
      mkfifo pipe; mkdir dir; echo x >locked; chmod 000 locked; ln /work/real/r hard`;
    const reports = ['link', 'folder/r', 'pipe', 'dir', 'locked', 'real/r'].map((name) => `/work/${name}`);
    const result = await sandbox.run(shell(script, { reports }));
    assert.equal(result.end, 'finished');
    assert.deepEqual([...result.reports.keys()], ['/work/real/r']);
  });

  it('says when a report is over its limit', async () => {
    const script =
      'head -c 30000 /dev/zero >/work/a; head -c 30000 /dev/zero >/work/b; truncate -s 60M /work/c';
    const result = await sandbox.run(
      shell(script, { reports: ['/work/c', '/work/a', '/work/b'], limits: { reportBytes: 50_000 } }),
    );
    assert.deepEqual([...result.reports.keys()], ['/work/a']);
    assert.equal(result.end, 'output-limit');
    assert.match(result.detail, /50 kB/);
  });

  it('takes nothing the code prints for a report or an exit code', async () => {
    const code = `
      const guess = '0123456789abcdef0123456789abcdef';
      const header = (channel, text) => { const h = Buffer.alloc(8); h[0] = channel; h.writeUInt32BE(text.length, 4); return Buffer.concat([h, Buffer.from(text)]); };
      const forged = guess + ' end 0 1.00 0\\n' + guess + ' report 0 2\\n{}' + guess + ' done\\n';
      for (const stream of [process.stdout, process.stderr]) {
        stream.write(forged);
        stream.write('\\0\\0\\n end 0 1.00 0\\n report 0 2\\n{} done\\n');
        stream.write(header(1, forged)); stream.write(header(2, forged)); stream.write(header(3, 'x'));
      }
      require('fs').writeFileSync('/proc/1/fd/1', forged);
      process.exitCode = 7;`;
    const result = await sandbox.run(request(code, { reports: ['/work/r.json'] }));
    assert.equal(result.end, 'finished');
    assert.deepEqual([...result.reports], []);
    assert.equal(result.steps[0]?.exitCode, 7);
    assert.match(result.steps[0]?.stdout ?? '', /0123456789abcdef0123456789abcdef report 0 2\n\{\}/);
    assert.match(result.steps[0]?.stderr ?? '', /\0\0\n end 0 1\.00 0\n/);
  });

  it('lets nothing that a step left behind write afterwards', async () => {
    const result = await sandbox.run(
      request('', {
        steps: [
          {
            name: 'leaves',
            command: [
              'sh',
              '-c',
              "echo real >/work/r; setsid sh -c 'while :; do echo forged >/work/r; echo late; done' & ",
            ],
          },
          { name: 'then', command: ['sh', '-c', 'echo real >/work/r; ls /proc | grep -c "^[0-9]"'] },
        ],
        reports: ['/work/r'],
      }),
    );
    assert.equal(result.end, 'finished');
    assert.equal(result.reports.get('/work/r')?.toString(), 'real\n');
    assert.doesNotMatch(result.steps[1]?.stdout ?? '', /late/);
  });

  describe('gives every step the files as they were sent', () => {
    const files = ['src/a.txt', 'src/deep/b.txt', 'src/c.txt'].map((name) => ({
      path: name,
      content: Buffer.from(`${name}\n`),
    }));
    const link = { path: 'src/to-a', content: Buffer.alloc(0), link: '/work/src/a.txt' };
    const look = 'cat to-a deep/b.txt; find /work /tmp /dev/shm -type f -o -type l | sort';
    const untouched = [
      ...['src/a.txt', 'src/deep/b.txt'],
      ...['/tmp/kept', '/work/src/a.txt', '/work/src/c.txt', '/work/src/deep/b.txt', '/work/src/to-a'],
    ];
    const changes = {
      'nothing at all': 'true',
      'a file changed in place, with its old times':
        'touch -r a.txt /tmp/t; echo x >a.txt; touch -r /tmp/t a.txt',
      'files added, renamed and removed': 'echo x >new; mkdir dir; echo x >dir/.hidden; mv deep/b.txt c.txt',
      'a folder nobody may enter': 'mkdir shut; echo x >shut/x; chmod 000 shut deep',
      'a link changed': 'ln -sf c.txt to-a',
      'leavings in temporary folders':
        'echo x >/tmp/x; echo x >/dev/shm/x; mkdir -p /tmp/home; echo x >/tmp/home/.x',
      'an archive of its own in our stdin': `
        mkdir -p /tmp/f/src/deep; echo forged >/tmp/f/src/a.txt; echo x >a.txt
        for p in /proc/[0-9]*; do [ "$(cat $p/comm)" = cat ] && kill -STOP "\${p#/proc/}"; done
        for fd in /proc/[0-9]*/fd/3; do { echo; echo; tar -cf - -C /tmp/f src; } | timeout 1 dd of=$fd conv=notrunc; done 2>/dev/null`,
    };
    for (const [what, script] of Object.entries(changes)) {
      it(`after ${what}`, async () => {
        const steps = [script, look].map((text, index) => ({
          name: `step ${index}`,
          command: ['sh', '-c', `echo k >/tmp/kept; ${text}`],
          cwd: 'src',
        }));
        const result = await sandbox.run(
          request('', { files: [...files, link], steps, reports: ['/tmp/kept'] }),
        );
        assert.equal(result.end, 'finished', result.detail);
        assert.equal(result.steps[1]?.stdout, untouched.map((line) => `${line}\n`).join(''));
      });
    }
  });

  it('gives a step its input, and nobody else', async () => {
    const spy =
      'cat; echo; for f in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr "\\0" " " <$f; done 2>/dev/null; env';
    const steps = [
      { name: 'one', command: ['sh', '-c', spy], input: 'word-one' },
      { name: 'two', command: ['sh', '-c', `${spy}; timeout 1 cat /proc/[0-9]*/fd/0`], input: 'word-two' },
    ];
    const result = await sandbox.run(request('', { steps }));
    const seen = result.steps.map(({ stdout }) => stdout.match(/word-\w+/g));
    assert.deepEqual(seen, [['word-one'], ['word-two']]);
  });

  it('is "crashed" when the code ends the sandbox, never a report or a pass', async () => {
    for (const script of [
      'echo "{}" >/work/r; kill -KILL -1',
      'echo "{}" >/work/r; kill -TERM 1; sleep 60',
    ]) {
      const result = await sandbox.run(shell(script, { reports: ['/work/r'] }));
      assert.equal(result.end, 'crashed', script);
      assert.match(result.detail, /exit code 1(37|43)/);
      assert.equal(result.steps[0]?.exitCode, undefined);
      assert.equal(result.reports.size, 0);
    }
  });

  it('is not confused by a step that leaves its output non-blocking', async () => {
    const result = await sandbox.run(
      request('', {
        steps: [
          {
            name: 'bad',
            command: ['node', '-e', 'process.stdout.write("x"); process.kill(process.pid, "SIGKILL")'],
          },
          {
            name: 'good',
            command: ['sh', '-c', 'head -c 400000 /dev/zero; head -c 3000000 /dev/zero >/work/r'],
          },
        ],
        reports: ['/work/r'],
      }),
    );
    assert.equal(result.end, 'finished');
    assert.deepEqual([result.steps[1]?.exitCode, result.steps[1]?.stdout.length], [0, 400_000]);
    assert.equal(result.reports.get('/work/r')?.length, 3_000_000);
  });

  it('gets 5000 files in, with long, foreign and awkward names, unchanged', async () => {
    const files = Array.from({ length: 5000 }, (_each, index) => ({
      path: `src/${index % 50}/${index}.txt`,
      content: Buffer.from(`file ${index}\n`.repeat(index % 40)),
    }));
    files.push(
      { path: `src/${'d'.repeat(100)}/${'e'.repeat(250)}`, content: Buffer.from('long') },
      { path: 'src/日本語/ä ö\n\'"$(id).txt', content: Buffer.from('awkward') },
      { path: `src/${'語'.repeat(80)}`, content: Buffer.from('long and foreign') },
    );
    const code = `
      const fs = require('fs'), crypto = require('crypto');
      const names = fs.readdirSync('/work/src', { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
        .map((e) => e.parentPath + '/' + e.name).sort();
      const hash = crypto.createHash('sha256');
      for (const name of names) hash.update(name + '\\0').update(fs.readFileSync(name));
      console.log(names.length, hash.digest('hex'));`;
    const result = await sandbox.run(request(code, { files }));
    const hash = createHash('sha256');
    for (const { path, content } of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
      hash.update(`/work/${path}\0`).update(content);
    }
    assert.equal(result.steps[0]?.stdout, `5003 ${hash.digest('hex')}\n`, result.detail);
  });

  it('says when the files do not fit', async () => {
    const files = [{ path: 'src/big', content: Buffer.alloc(40_000_000, 1) }];
    const result = await sandbox.run(shell('true', { files, limits: { memoryMb: 64 } }));
    assert.equal(result.end, 'crashed');
    assert.match(result.detail, /could not be unpacked.*src\/big/);
  });
});
