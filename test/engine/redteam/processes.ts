import type { Probe } from './probe';

export const processes: Probe[] = [
  {
    what: 'killing the first process',
    code: ['sh', '-c', 'kill -KILL 1; sleep 0.2; echo alive'],
    holds: /^alive$/,
  },
  {
    what: 'a terminal',
    code: `attempt(lambda: os.open('/dev/tty', os.O_RDWR))`,
    holds: /^(ENXIO|EACCES|ENOENT|EPERM)$/,
  },
  {
    what: 'typing into a terminal',
    code: `
import fcntl, termios
attempt(lambda: fcntl.ioctl(1, termios.TIOCSTI, b'x'))`,
    holds: /^(ENOTTY|EPERM|EIO)$/,
  },
  { what: 'what else came in by stdin', code: `print(sys.stdin.buffer.read())`, holds: /^b''$/ },
  {
    what: 'variables of this machine',
    code: `
names = set()
for pid in filter(str.isdigit, os.listdir('/proc')):
    try: names |= {pair.split(b'=')[0].decode() for pair in open('/proc/%s/environ' % pid, 'rb').read().split(b'\\0') if pair}
    except OSError: pass
print(sorted(n for n in names if 'SEAWORTHY' in n or 'DOCKER' in n or n in ('SSH_AUTH_SOCK', 'AWS_PROFILE')))`,
    holds: /^\[\]$/,
  },
  {
    what: 'thirty processes nobody waits for, buried by the first',
    code: `
for _ in range(30):
    if os.fork() == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
    os.wait()
deadline = time.time() + 3
def is_orphan(pid):
    # One that goes while it is read was buried.
    try: return open('/proc/%s/stat' % pid).read().split(')')[1].split()[:2] == ['Z', '1']
    except OSError: return False
def zombies(): return sum(map(is_orphan, filter(str.isdigit, os.listdir('/proc'))))
while zombies() and time.time() < deadline: time.sleep(0.05)
print(zombies())`,
    holds: /^0$/,
  },
  {
    what: 'descriptors without end',
    code: `
held = []
try:
    while len(held) < 5000: held.append(os.open('/dev/null', os.O_RDONLY))
except OSError as e: print(error_name(e.errno), len(held) < 1024)
else: print('ok')`,
    holds: /^EMFILE True$/,
    sees: { without: 'limits', instead: /^ok$/ },
  },
  {
    what: 'a picture of its memory on disk',
    code: `
pid = os.fork()
if pid == 0: os.abort()
print(os.WCOREDUMP(os.waitpid(pid, 0)[1]), resource.getrlimit(resource.RLIMIT_CORE))`,
    holds: /^False \(0, 0\)$/,
  },
  {
    what: 'memory that can not be moved',
    code: `
import mmap
page = mmap.mmap(-1, 10_000_000)
print('refused' if libc.mlock(ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(page))), ctypes.c_size_t(10_000_000)) else 'locked')`,
    holds: /^refused$/,
  },
];
