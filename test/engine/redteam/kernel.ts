import type { Probe } from './probe';
import { refused } from './probe';

const CHILD = `
child = os.fork()
if child == 0:
    time.sleep(5); os._exit(0)
`;

export const kernel: Probe[] = [
  refused('being traced', `call('ptrace', 0, 0, 0, 0)`, /^ok$/),
  refused('tracing a child', `${CHILD}call('ptrace', 16, child, 0, 0)`, /^ok$/),
  refused(
    'reading the memory of another process',
    `
${CHILD}
data = ctypes.create_string_buffer(8)
vector = struct.pack('QQ', ctypes.addressof(data), 8)
call('process_vm_readv', child, vector, 1, vector, 1, 0)`,
    /^ok$/,
  ),
  refused('keys', `call('keyctl', 0, -3, 1)`, /^ok$/),
  refused('adding a key', `call('add_key', b'user', b'x', b'y', 1, -3)`, /^ok$/),
  refused('bpf', `call('bpf', 0, bytes(128), 128)`),
  refused(
    'performance counters',
    `call('perf_event_open', struct.pack('IIQ', 1, 112, 0) + bytes(96), 0, -1, -1, 0)`,
  ),
  refused('page faults in user space', `call('userfaultfd', 1)`, /^(ok|EPERM|ENOSYS)$/),
  refused('another kernel', `call('kexec_load', 0, 0, 0, 0)`),
  refused('a module', `call('init_module', 0, 0, b'')`),
  refused('a fixed layout of memory', `call('personality', 0x40000)`, /^ok$/),
  refused('a restart of the machine', `call('reboot', 0, 0, 0, 0)`),
  refused('files by handle', `call('open_by_handle_at', -100, bytes(16), 0)`),
  refused(
    'handles of files',
    `
mount = ctypes.c_int(0)
call('name_to_handle_at', -100, b'/work', ctypes.create_string_buffer(struct.pack('Ii', 128, 0), 256), ctypes.byref(mount), 0)`,
    /^(ok|EOPNOTSUPP)$/,
  ),
  refused('io_uring', `call('io_uring_setup', 1, ctypes.create_string_buffer(120))`, /^ok$/),
  refused(
    'segments of the processor',
    `call('modify_ldt', 0, ctypes.create_string_buffer(16), 16)`,
    /^(ok|ENOSYS)$/,
    'x86_64',
  ),
  refused(
    'splice',
    `
a, b = os.pipe(), os.pipe()
os.write(a[1], b'x')
call('splice', a[0], 0, b[1], 0, 1, 0)`,
    /^ok$/,
  ),
  refused(
    'vmsplice',
    `
a = os.pipe()
data = ctypes.create_string_buffer(8)
call('vmsplice', a[1], struct.pack('QQ', ctypes.addressof(data), 8), 1, 0)`,
    /^ok$/,
  ),
  refused(
    'tee',
    `
a, b = os.pipe(), os.pipe()
os.write(a[1], b'x')
call('tee', a[0], b[1], 1, 0)`,
    /^ok$/,
  ),
  refused('System V memory', `call('shmget', 0, 4096, 0o1600)`, /^ok$/),
  refused('message queues', `call('mq_open', b'q', 0o102, 0o600, 0)`, /^ok$/),
  refused('comparing processes', `call('kcmp', os.getpid(), os.getpid(), 1, 0, 0)`, /^(ok|ENOSYS)$/),
  refused(
    'descriptors of another process',
    `
${CHILD}
call('pidfd_getfd', raw('pidfd_open', child, 0)[0], 0, 0)`,
    /^ok$/,
  ),
  refused("the kernel's log", `call('syslog', 3, ctypes.create_string_buffer(100), 100)`),
  refused('the clock', `call('clock_settime', 0, bytes(16))`),
  refused('swap', `call('swapon', b'/work/x', 0)`),
  {
    what: 'system calls of 32 bits',
    code: `
import mmap
pid = os.fork()
if pid == 0:
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(bytes.fromhex('b814000000cd80c3'))  # mov eax, 20 (getpid); int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    os._exit(0 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0 else 7)
status = os.waitpid(pid, 0)[1]
print('ok' if status == 0 else 'refused')`,
    holds: /^refused$/,
    sees: { without: 'filter', instead: /^(ok|refused)$/ },
    only: 'x86_64',
  },
  {
    what: 'a program without a file, which stays inside all the same',
    code: `
fd = raw('memfd_create', b'x', 0)[0]
os.write(fd, open('/bin/cat', 'rb').read())
print(subprocess.run(['/proc/self/fd/%d' % fd, '/proc/self/status'], pass_fds=[fd], capture_output=True, text=True).stdout.count('CapEff:\\t0000000000000000'))`,
    holds: /^1$/,
  },
];
