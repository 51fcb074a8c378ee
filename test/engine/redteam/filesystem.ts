import type { Probe } from './probe';

const READ_ONLY = /^(EROFS|EACCES|EPERM|ENOENT)$/;

const cannotWrite = (path: string, sees?: Probe['sees']): Probe => ({
  what: `writing ${path}`,
  code: `write('${path}')`,
  holds: READ_ONLY,
  ...(sees && { sees }),
});

const hidden = (path: string): Probe => ({
  what: `reading ${path}`,
  code: `
try:
    text = open('${path}', 'rb').read(4096)
    print('empty' if not text else 'zeros' if set(line.split()[0] for line in text.splitlines() if line.split()) == {b'0000000000000000'} else 'read')
except OSError as e: print('refused')`,
  holds: /^(empty|refused|zeros)$/,
});

const asRoot: Probe['sees'] = { without: 'user', instead: /^ok$/ };

export const filesystem: Probe[] = [
  cannotWrite('/usr/x', asRoot),
  cannotWrite('/etc/passwd'),
  cannotWrite('/etc/hosts'),
  cannotWrite('/x', asRoot),
  cannotWrite('/dev/x', asRoot),
  cannotWrite('/proc/sys/kernel/hostname'),
  cannotWrite('/proc/sys/kernel/core_pattern'),
  cannotWrite('/proc/sys/vm/drop_caches'),
  cannotWrite('/proc/sysrq-trigger'),
  cannotWrite('/sys/fs/cgroup/pids/pids.max'),
  cannotWrite('/sys/fs/cgroup/pids.max'),
  cannotWrite('/sys/fs/cgroup/memory/release_agent'),
  hidden('/proc/kcore'),
  hidden('/proc/keys'),
  hidden('/proc/timer_list'),
  hidden('/proc/kallsyms'),
  hidden('/proc/modules'),
  hidden('/dev/kmsg'),
  hidden('/dev/mem'),
  { what: 'the firmware', code: `print(os.listdir('/sys/firmware'))`, holds: /^\[\]$/ },
  {
    what: 'passwords, directly',
    code: `read('/etc/shadow')`,
    holds: /^EACCES$/,
    sees: { without: 'user', instead: /^ok$/ },
  },
  { what: 'passwords, by way of process 1', code: `read('/proc/1/root/etc/shadow')`, holds: /^EACCES$/ },
  {
    what: 'passwords, by a link',
    code: `os.symlink('/etc/shadow', '/work/shadow'); read('/work/shadow')`,
    holds: /^EACCES$/,
  },
  {
    what: 'the program of process 1',
    code: `attempt(lambda: os.open('/proc/1/exe', os.O_WRONLY))`,
    holds: /^(EROFS|ETXTBSY|EACCES|EPERM)$/,
  },
  {
    what: 'programs in the temporary folder',
    code: ['sh', '-c', 'cp /bin/true /tmp/t; /tmp/t 2>/dev/null && echo ran || echo refused'],
    holds: /^refused$/,
    sees: { without: 'limits', instead: /^ran$/ },
  },
  {
    what: 'the same through the loader',
    code: [
      'sh',
      '-c',
      'cp /bin/true /tmp/t; /lib*/ld-linux-*.so* /tmp/t 2>/dev/null && echo ran || echo refused',
    ],
    holds: /^refused$/,
  },
  {
    what: 'libraries in the temporary folder',
    code: `
import glob, shutil
shutil.copy(glob.glob('/usr/lib/*/libm.so.6')[0], '/tmp/m.so')
try: ctypes.CDLL('/tmp/m.so'); print('loaded')
except OSError: print('refused')`,
    holds: /^refused$/,
    sees: { without: 'limits', instead: /^loaded$/ },
  },
  {
    what: 'making a device',
    code: `call('mknodat', -100, b'/work/sda', 0o060644, 0x800)`,
    holds: /^EPERM$/,
    sees: { without: 'filter', instead: /^(EPERM|ok)$/ },
  },
  {
    what: 'making a pipe with a name, which tests need',
    code: `attempt(lambda: os.mkfifo('/work/pipe'))`,
    holds: /^ok$/,
  },
  {
    what: 'disks of the host',
    code: `
import stat
print([n for n in os.listdir('/dev') if stat.S_ISBLK(os.stat('/dev/' + n).st_mode)])`,
    holds: /^\[\]$/,
  },
  {
    what: 'programs that change the user',
    code: `
import shutil
shutil.copy('/usr/bin/id', '/work/id'); os.chmod('/work/id', 0o4755)
print('nosuid' in [l for l in open('/proc/mounts') if ' /work ' in l][0], subprocess.check_output(['/work/id', '-u']))`,
    holds: /^True b'65534\\n'$/,
  },
  {
    what: 'filling the temporary folder',
    code: `
size = 0
try:
    for name in range(100):
        with open('/tmp/fill%d' % name, 'wb') as file: size += file.write(bytes(2_000_000))
except OSError as e: print(error_name(e.errno), size < 70_000_000)`,
    holds: /^ENOSPC True$/,
  },
  {
    what: 'filling shared memory',
    code: `
size = 0
try:
    for name in range(100):
        with open('/dev/shm/fill%d' % name, 'wb') as file: size += file.write(bytes(1_000_000))
except OSError as e: print(error_name(e.errno), size < 17_000_000)`,
    holds: /^ENOSPC True$/,
  },
  {
    what: 'one endless file',
    code: [
      'sh',
      '-c',
      'head -c 80000000 /dev/zero >/work/big 2>/dev/null; stat -c %s /work/big; rm /work/big',
    ],
    holds: /^67108864$/,
    sees: { without: 'limits', instead: /^80000000$/ },
  },
  {
    what: 'a file of a terabyte without content',
    code: `attempt(lambda: os.truncate(os.open('/work/sparse', os.O_CREAT | os.O_RDWR), 1 << 40))`,
    holds: /^EFBIG$/,
  },
  {
    what: 'names of the host in the list of mounts',
    code: `print([w for w in ('/home/', '/Users/', '/workspace', '.vscode') if w in open('/proc/self/mountinfo').read()])`,
    holds: /^\[\]$/,
  },
];
