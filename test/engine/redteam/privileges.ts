import type { Probe } from './probe';
import { refused } from './probe';

const CLONE_NEWUSER = 0x10000000;
const CLONE_NEWNS = 0x00020000;
const AT_FDCWD = -100;

export const privileges: Probe[] = [
  {
    what: 'capabilities, privileges to gain, no filter',
    code: `
status = dict(line.rstrip().split(':\\t', 1) for line in open('/proc/self/status') if ':\\t' in line)
print(status['CapEff'], status['CapBnd'], status['NoNewPrivs'], status['Seccomp'])`,
    holds: /^0{16} 0{16} 1 2$/,
    sees: { without: 'user', instead: /^0*[1-9a-f]/ },
  },
  refused('becoming root', `call('setuid', 0)`),
  {
    what: 'becoming root by su',
    code: ['sh', '-c', 'echo | su -c id >/dev/null 2>&1 && echo root || echo refused'],
    holds: /^refused$/,
  },
  refused(
    'taking capabilities',
    `call('capset', ctypes.byref((ctypes.c_uint * 2)(0x20080522, 0)), ctypes.byref((ctypes.c_uint * 6)(1)))`,
  ),
  refused('a user namespace', `call('unshare', ${CLONE_NEWUSER})`, /^(ok|ENOSPC|EPERM)$/),
  refused('a mount namespace', `call('unshare', ${CLONE_NEWNS})`),
  refused(
    'a process in a user namespace',
    `
result, name = raw('clone', ${CLONE_NEWUSER | 17}, 0, 0, 0, 0)
if result == 0: os._exit(0)
print(name)`,
    /^(ok|ENOSPC|EPERM)$/,
  ),
  {
    what: 'flags of clone3 that no filter sees',
    code: `call('clone3', 0, 88)`,
    holds: /^ENOSYS$/,
    sees: { without: 'filter', instead: /^(EFAULT|EINVAL)$/ },
  },
  refused("another process's namespaces", `call('setns', os.open('/proc/self/ns/net', os.O_RDONLY), 0)`),
  refused('mounting', `call('mount', b'proc', b'/work', b'proc', 0, 0)`),
  refused('unmounting', `call('umount2', b'/proc', 2)`),
  refused('mounting in the new way', `call('fsopen', b'tmpfs', 0)`),
  refused('a copy of the tree of mounts', `call('open_tree', ${AT_FDCWD}, b'/', 1)`),
  refused('moving a mount', `call('move_mount', ${AT_FDCWD}, b'/', ${AT_FDCWD}, b'/work', 0)`),
  refused('another root by pivot_root', `call('pivot_root', b'/work', b'/work')`),
  refused('another root by chroot', `call('chroot', b'/work')`),
  refused('the name of the machine', `call('sethostname', b'x', 1)`),
  {
    what: 'a better place in the queue',
    code: `attempt(lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))`,
    holds: /^(EACCES|EPERM)$/,
  },
  {
    what: 'real-time scheduling',
    code: `attempt(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))`,
    holds: /^EPERM$/,
  },
  {
    what: 'to be spared when memory is out',
    code: `write('/proc/self/oom_score_adj', '-1000')`,
    holds: /^(EACCES|EPERM)$/,
  },
];
