/** Errors of Linux, by number: the same on every architecture there is a profile for. */
const EPERM = 1;
const ENOSYS = 38;

/** What an argument of a system call must be: equal to `value`, or, under the mask `value`, equal to `valueTwo`. */
interface ArgumentRule {
  index: number;
  op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
  value: number;
  valueTwo?: number;
}

interface CallRule {
  names: readonly string[];
  action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  args?: readonly ArgumentRule[];
  errnoRet?: number;
}

/** A seccomp profile as Docker and Podman read it. */
export interface SeccompProfile {
  defaultAction: 'SCMP_ACT_ERRNO';
  defaultErrnoRet: number;
  architectures: readonly string[];
  syscalls: readonly CallRule[];
}

/** Machines as engines name them, and the one call table of each: no 32-bit calls beside it. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'SCMP_ARCH_X86_64',
  amd64: 'SCMP_ARCH_X86_64',
  aarch64: 'SCMP_ARCH_AARCH64',
  arm64: 'SCMP_ARCH_AARCH64',
};

/**
 * The calls that interpreters, shells, compilers and test runners need, with any arguments. What is not in here is
 * refused; nothing is listed for completeness. A call that exists on one of the architectures alone may be named.
 */
const ALLOWED: Readonly<Record<string, string>> = {
  files: `
    access faccessat faccessat2 open openat openat2 creat close close_range read readv pread64 preadv preadv2
    write writev pwrite64 pwritev pwritev2 lseek truncate ftruncate fallocate fadvise64 readahead
    sendfile copy_file_range fsync fdatasync sync_file_range flock fcntl dup dup2 dup3 pipe pipe2 ioctl`,
  'names and metadata': `
    stat lstat fstat newfstatat statx statfs fstatfs chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat
    utime utimes futimesat utimensat umask link linkat symlink symlinkat readlink readlinkat unlink unlinkat
    rename renameat renameat2 mkdir mkdirat rmdir getdents getdents64 getcwd chdir fchdir
    getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr
    removexattr lremovexattr fremovexattr`,
  memory: `
    brk mmap munmap mremap mprotect msync madvise mincore mlock mlock2 munlock mlockall munlockall memfd_create
    membarrier pkey_alloc pkey_free pkey_mprotect`,
  'processes and threads': `
    fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill pidfd_open pidfd_send_signal
    getpid getppid gettid getpgid getpgrp setpgid getsid setsid set_tid_address set_robust_list get_robust_list
    futex futex_waitv futex_wait futex_wake futex_requeue rseq arch_prctl prctl seccomp
    sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_setparam sched_getscheduler
    sched_setscheduler sched_getattr sched_setattr sched_get_priority_max sched_get_priority_min
    sched_rr_get_interval getpriority setpriority ioprio_get ioprio_set getcpu
    getrlimit setrlimit prlimit64 getrusage times`,
  identity: `getuid geteuid getresuid getgid getegid getresgid getgroups capget uname sysinfo getrandom`,
  signals: `
    rt_sigaction rt_sigprocmask rt_sigpending rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo
    rt_tgsigqueueinfo sigaltstack signalfd signalfd4 pause restart_syscall`,
  time: `
    time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep alarm getitimer setitimer
    timer_create timer_delete timer_gettime timer_settime timer_getoverrun
    timerfd_create timerfd_gettime timerfd_settime`,
  events: `
    select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
    eventfd eventfd2 inotify_init inotify_init1 inotify_add_watch inotify_rm_watch`,
  sockets: `
    bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt
    sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg`,
};

const FAMILY = { unix: 1, internet: 2, internet6: 10, netlink: 16 };
const SOCKET = { stream: 1, datagram: 2 };
/** The kind without SOCK_CLOEXEC and SOCK_NONBLOCK. */
const SOCKET_KIND_MASK = 0xf;
const PROTOCOL = { any: 0, tcp: 6, udp: 17 };
const NETLINK_ROUTE = 0;

/** File types of `mknod`: devices are not among them. */
const FILE_TYPE_MASK = 0xf000;
const MADE_BY_MKNOD = { default: 0, fifo: 0x1000, file: 0x8000, socket: 0xc000 };

/** CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWNS. */
const CLONE_NEW_NAMESPACE = 0x7e020000;

const equals = (index: number, value: number): ArgumentRule => ({ index, op: 'SCMP_CMP_EQ', value });

const masked = (index: number, mask: number, value: number): ArgumentRule => ({
  index,
  op: 'SCMP_CMP_MASKED_EQ',
  value: mask,
  valueTwo: value,
});

const allow = (names: readonly string[], ...args: ArgumentRule[]): CallRule => ({
  names,
  action: 'SCMP_ACT_ALLOW',
  ...(args.length > 0 && { args }),
});

/** Plain TCP and UDP alone, so that no other protocol's code, which the kernel would load for it, is in reach. */
function internetSockets(family: number): CallRule[] {
  const kinds = [
    { kind: SOCKET.stream, protocols: [PROTOCOL.any, PROTOCOL.tcp] },
    { kind: SOCKET.datagram, protocols: [PROTOCOL.any, PROTOCOL.udp] },
  ];
  return kinds.flatMap(({ kind, protocols }) =>
    protocols.map((protocol) =>
      allow(['socket'], equals(0, family), masked(1, SOCKET_KIND_MASK, kind), equals(2, protocol)),
    ),
  );
}

/** True when a sandbox on a machine of this architecture, as its engine names it, can have our profile. */
export function hasSeccompProfile(architecture: string): boolean {
  return ARCHITECTURES[architecture] !== undefined;
}

/**
 * The system calls a sandbox may make. Throws a `TypeError` for an architecture without a profile.
 *
 * `clone3` passes its flags in memory, where no filter can see them; "no such call" lets the C library fall back to
 * `clone`. `mknod` stays for `mkfifo`. Refused by absence, among the rest: tracing and reading other processes,
 * `io_uring`, keys, `bpf`, performance counters, `splice`, mounting, namespaces, modules, clocks, swap, System V
 * memory and message queues, changing user or capabilities, and `sync`, which would wait for the host's disks.
 */
export function seccompProfile(architecture: string): SeccompProfile {
  const machine = ARCHITECTURES[architecture];
  if (machine === undefined) throw new TypeError(`No seccomp profile for ${architecture}`);
  const plain = Object.values(ALLOWED).flatMap((names) => names.trim().split(/\s+/));
  const types = Object.values(MADE_BY_MKNOD);
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures: [machine],
    syscalls: [
      allow(plain),
      allow(['socket', 'socketpair'], equals(0, FAMILY.unix)),
      ...internetSockets(FAMILY.internet),
      ...internetSockets(FAMILY.internet6),
      allow(['socket'], equals(0, FAMILY.netlink), equals(2, NETLINK_ROUTE)),
      ...types.map((type) => allow(['mknod'], masked(1, FILE_TYPE_MASK, type))),
      ...types.map((type) => allow(['mknodat'], masked(2, FILE_TYPE_MASK, type))),
      allow(['clone'], masked(0, CLONE_NEW_NAMESPACE, 0)),
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    ],
  };
}
