import assert from 'node:assert/strict';
import type { SandboxEnd, SandboxRequest, SandboxResult } from '../../../src/sandbox/sandbox';
import { plainText } from '../../../src/base/text';
import { engine, request, sandbox, shell } from '../realEngine';

/** One attack with a sandbox of its own, and how that has to end. */
interface Attack {
  what: string;
  run: SandboxRequest;
  end: SandboxEnd;
  detail?: RegExp;
  stdout?: RegExp;
  exitCode?: number;
}

const python = (code: string, limits: Partial<SandboxRequest['limits']> = {}): SandboxRequest =>
  request('', { steps: [{ name: 'code', command: ['python3', '-S', '-c', code] }], limits });

const soon = { timeoutMs: 2500 };
const FORKS = /^The limit of 128 processes and threads was reached (\d+ times|once)\.$/;
const MEMORY = /memory limit of 128 MB \(peak 1[0-3]\d MB\)/;
const OUTPUT = /^Stopped at the output limit of 50 kB, after [\d.]+ (kB|MB)\.$/;
const TIME = /^Stopped at the time limit of 2\.5 s/;
const small = { memoryMb: 128 };
const little = { outputBytes: 50_000 };

const ATTACKS: Attack[] = [
  {
    what: 'a fork bomb',
    run: shell('b() { b | b & }; b; while :; do :; done', { limits: soon }),
    end: 'timeout',
  },
  {
    what: 'a loop of forks',
    run: python(
      'import os, time\nfor n in range(300):\n    try:\n        if os.fork() == 0: time.sleep(60)\n    except BlockingIOError: pass',
    ),
    end: 'process-limit',
    detail: FORKS,
  },
  {
    what: 'threads without end, and a good face afterwards',
    run: python(
      'import threading, time, os\ntry:\n    for n in range(500): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nexcept RuntimeError: print("stopped", flush=True)\nos._exit(0)',
    ),
    end: 'process-limit',
    detail: FORKS,
    stdout: /^stopped\n$/,
  },
  {
    what: 'memory without end',
    run: python('a = []\nwhile True: a.append(bytearray(10_000_000))', small),
    end: 'out-of-memory',
    detail: MEMORY,
  },
  {
    what: 'memory of a child, while the parent ends well',
    run: shell('python3 -S -c "a = bytearray(400_000_000)"; exit 0', { limits: small }),
    end: 'out-of-memory',
    detail: MEMORY,
  },
  {
    what: 'buffers of Node.js',
    run: request('const a = []; for (;;) a.push(Buffer.alloc(1e7, 1));', { limits: small }),
    end: 'out-of-memory',
  },
  { what: 'output without end', run: shell('yes', { limits: little }), end: 'output-limit', detail: OUTPUT },
  {
    what: 'output without a line',
    run: shell('head -c 200000000 /dev/zero', { limits: little }),
    end: 'output-limit',
    detail: OUTPUT,
  },
  {
    what: 'errors without end',
    run: shell('yes >&2', { limits: little }),
    end: 'output-limit',
    detail: OUTPUT,
  },
  {
    what: 'output past the pipes',
    run: shell('while :; do echo past >/proc/1/fd/1 || break; done; yes', { limits: little }),
    end: 'output-limit',
  },
  {
    what: 'a step that ignores every signal',
    run: shell("trap '' TERM INT HUP QUIT; while :; do :; done", { limits: soon }),
    end: 'timeout',
    detail: TIME,
  },
  { what: 'a sleep without end', run: shell('sleep 1000', { limits: soon }), end: 'timeout', detail: TIME },
  {
    what: 'a step that stops itself',
    run: shell('kill -STOP $$', { limits: soon }),
    end: 'timeout',
    detail: TIME,
  },
  {
    what: 'eight busy loops',
    run: shell('for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; wait', { limits: soon }),
    end: 'timeout',
    detail: TIME,
  },
  {
    what: 'an expression without end',
    run: request(`/^(a+)+$/.test('a'.repeat(60) + 'b')`, { limits: soon }),
    end: 'timeout',
    detail: TIME,
  },
  { what: 'the end of everything', run: shell('kill -KILL -1'), end: 'crashed', detail: /exit code 137/ },
  {
    what: 'a request to the first process to end',
    run: shell('kill -TERM 1; sleep 20', { limits: { timeoutMs: 8000 } }),
    end: 'crashed',
  },
  {
    what: 'a child that outlives its parent and holds its output',
    run: shell('setsid sh -c "while :; do sleep 1; done" & echo done'),
    end: 'finished',
    stdout: /^done\n$/,
    exitCode: 0,
  },
  {
    what: 'removing everything',
    run: shell('rm -rf --no-preserve-root / 2>/dev/null; echo still here'),
    end: 'finished',
    stdout: /still here/,
  },
  {
    what: 'files without end',
    run: python(
      'import os\nn = 0\ntry:\n    while True: open("/work/%d" % n, "w").close(); n += 1\nexcept OSError: print(n < 70000, flush=True)',
    ),
    end: 'finished',
    stdout: /^True\n$/,
  },
];

describe('hostile code that goes for the machine', function () {
  this.timeout(90_000);

  // The first connection loads its library meanwhile, which on a busy machine takes longer than it waits.
  this.beforeAll(() => engine.connect().catch(() => engine.connect()));

  for (const { what, run, end, detail, stdout, exitCode } of ATTACKS) {
    it(`${end}: ${what}`, async () => {
      let begin = 0;
      const onProgress = (message: string): void => {
        if (message.startsWith('Running')) begin = performance.now();
      };
      const result = await sandbox.run(run, { onProgress });
      const lasted = Math.round(performance.now() - begin);
      assert.equal(result.end, end, result.detail);
      const [step] = result.steps;
      if (detail) assert.match(result.detail, detail);
      if (stdout) assert.match(step?.stdout ?? '', stdout);
      if (exitCode !== undefined) assert.equal(step?.exitCode, exitCode);
      if (end === 'timeout') assert.ok(lasted < run.limits.timeoutMs + 500, `stopped after ${lasted} ms`);
    });
  }
});

describe('hostile output and reports', function () {
  this.timeout(60_000);

  const run = (code: string, reports: string[] = [], limits = {}): Promise<SandboxResult> =>
    sandbox.run({ ...python(code, limits), reports });

  it('keeps characters that come in pieces, and shows bytes that are none as such', async () => {
    const code =
      'import os, time\nfor b in "aü€😀".encode(): os.write(1, bytes([b])); time.sleep(0.02)\nos.write(1, b"\\xff\\x00\\xc3(")';
    const { steps } = await run(code);
    assert.equal(steps[0]?.stdout, 'aü€😀\ufffd\0\ufffd(');
    assert.equal(plainText(steps[0]?.stdout ?? ''), 'aü€😀\ufffd\ufffd(');
  });

  it('is not confused by frames of the engine in the output', async () => {
    const { steps, end } = await run(
      'import os\nos.write(1, b"\\x02\\0\\0\\0\\0\\0\\0\\x04evil\\x03\\0\\0\\0\\0\\0\\0\\x01x")',
    );
    assert.equal(end, 'finished');
    assert.equal(steps[0]?.stderr, '');
    assert.match(steps[0]?.stdout ?? '', /evil/);
  });

  const REPORT = '/work/report.json';
  const bad: [string, string][] = [
    ['a link to a file of the image', 'os.symlink("/etc/passwd", R)'],
    ['a link to nowhere', 'os.symlink("/nowhere", R)'],
    ['a link to an endless device', 'os.symlink("/dev/zero", R)'],
    ['a pipe nobody writes to', 'os.mkfifo(R)'],
    ['a folder', 'os.mkdir(R)'],
    ['a socket', 'import socket; socket.socket(socket.AF_UNIX).bind(R)'],
    ['a file nobody may read', 'open(R, "w").write("x"); os.chmod(R, 0)'],
    ['a file over the limit', 'open(R, "wb").truncate(60_000_000)'],
    [
      'deep folders and odd names beside it',
      'for n in range(300): os.mkdir("d"); os.chdir("d")\nopen("\\n\\x1b[31m" + "x" * 200, "w")',
    ],
  ];
  for (const [what, code] of bad) {
    it(`takes no report that is ${what}`, async () => {
      const result = await run(`import os\nos.chdir("/work")\nR = ${JSON.stringify(REPORT)}\n${code}`, [
        REPORT,
      ]);
      assert.equal(result.reports.size, 0);
      assert.ok(['finished', 'output-limit'].includes(result.end), result.detail);
    });
  }

  it('takes no word from a process that lives on after its step', async () => {
    const code = `import os, time
if os.fork() == 0:
    os.setsid()
    while True: open("${REPORT}", "w").write("forged")
time.sleep(0.3)`;
    const result = await sandbox.run({
      ...python(code),
      steps: [
        { name: 'evil', command: ['python3', '-S', '-c', code] },
        { name: 'good', command: ['sh', '-c', `echo good >${REPORT}; sleep 0.3`] },
      ],
      reports: [REPORT],
    });
    assert.equal(result.reports.get(REPORT)?.toString(), 'good\n');
  });
});
