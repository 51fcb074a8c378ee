import type { SandboxStep } from '../../../src/sandbox/sandbox';

/** A part of the lock that a test takes off, to see that a probe would notice. */
export type Weakness = 'filter' | 'network' | 'user' | 'limits';

/** One attempt of hostile code. What it prints last tells what happened to it. */
export interface Probe {
  what: string;
  /** Python, after `PRELUDE`; or the whole command. */
  code: string | string[];
  /** What is printed where the sandbox holds. */
  holds: RegExp;
  /** What is printed instead without a part of the lock: the proof that the probe can see. */
  sees?: { without: Weakness; instead: RegExp };
  /** Exists on this architecture alone. */
  only?: string;
}

/** `call` makes a system call by its name and `attempt` a function; both print `ok` or the error's name. */
const PRELUDE = `
import ctypes, errno, os, platform, resource, signal, socket, struct, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
NAMES = '''ptrace process_vm_readv keyctl add_key bpf perf_event_open userfaultfd kexec_load init_module personality
  reboot open_by_handle_at name_to_handle_at io_uring_setup modify_ldt splice vmsplice tee shmget mq_open kcmp
  pidfd_open pidfd_getfd syslog clock_settime swapon sethostname unshare setns mount umount2 fsopen open_tree
  move_mount pivot_root chroot capset setuid clone clone3 mknodat memfd_create'''.split()
NUMBERS = {
  'x86_64': [101, 310, 250, 248, 321, 298, 323, 246, 175, 135,
    169, 304, 303, 425, 154, 275, 278, 276, 29, 240, 312,
    434, 438, 103, 227, 167, 170, 272, 308, 165, 166, 430, 428,
    429, 155, 161, 126, 105, 56, 435, 259, 319],
  'aarch64': [117, 270, 219, 217, 280, 241, 282, 104, 105, 92,
    142, 265, 264, 425, -1, 76, 75, 77, 194, 180, 272,
    434, 438, 116, 112, 224, 161, 97, 268, 40, 39, 430, 428,
    429, 41, 51, 91, 146, 220, 435, 33, 279],
}
NR = dict(zip(NAMES, NUMBERS[platform.machine()]))
def error_name(number): return errno.errorcode.get(number, str(number))
def raw(name, *args):
    ctypes.set_errno(0)
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    result = libc.syscall(ctypes.c_long(NR[name]), *wide)
    return result, error_name(ctypes.get_errno()) if result == -1 else 'ok'
def call(name, *args): print(raw(name, *args)[1])
def attempt(work):
    try:
        work()
        print('ok')
    except socket.gaierror as e: print('EAI_AGAIN' if e.errno in (socket.EAI_AGAIN, socket.EAI_NONAME) else e)
    except socket.timeout: print('timeout')
    except OSError as e: print(error_name(e.errno))
def write(path, text='x'):
    def work():
        with open(path, 'w') as file: file.write(text)
    attempt(work)
def read(path):
    def work():
        with open(path, 'rb') as file: print(file.read(100))
    attempt(work)
`;

export function stepOf(probe: Probe): SandboxStep {
  const command =
    typeof probe.code === 'string' ? ['python3', '-S', '-c', `${PRELUDE}${probe.code}`] : probe.code;
  return { name: probe.what, command, timeoutMs: 20_000 };
}

/** For a call that the filter refuses, and that this kernel would have let through, or refused for another reason. */
export function refused(what: string, code: string, instead?: RegExp, only?: string): Probe {
  return {
    what,
    code,
    holds: /^EPERM$/,
    ...(instead && { sees: { without: 'filter', instead } }),
    ...(only !== undefined && { only }),
  };
}
