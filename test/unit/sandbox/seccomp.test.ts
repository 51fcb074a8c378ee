import assert from 'node:assert/strict';
import { hasSeccompProfile, seccompProfile } from '../../../src/sandbox/seccomp';
import type { SeccompProfile } from '../../../src/sandbox/seccomp';

/** What the profile says to a call: allowed, or the error number. Arguments are 64 bits wide, as the kernel gets them. */
function answer(profile: SeccompProfile, name: string, ...given: (number | bigint)[]): 'allowed' | number {
  for (const rule of profile.syscalls) {
    if (!rule.names.includes(name)) continue;
    const fits = (rule.args ?? []).every(({ index, op, value, valueTwo = 0 }) => {
      const argument = BigInt.asUintN(64, BigInt(given[index] ?? 0));
      return op === 'SCMP_CMP_EQ'
        ? argument === BigInt(value)
        : (argument & BigInt(value)) === BigInt(valueTwo);
    });
    if (fits) return rule.action === 'SCMP_ACT_ALLOW' ? 'allowed' : (rule.errnoRet ?? 1);
  }
  return profile.defaultErrnoRet;
}

const FORBIDDEN = `ptrace process_vm_readv process_vm_writev io_uring_setup io_uring_enter io_uring_register keyctl add_key
  request_key bpf perf_event_open userfaultfd splice vmsplice tee modify_ldt kcmp pidfd_getfd name_to_handle_at
  open_by_handle_at personality mount umount2 pivot_root chroot fsopen fsconfig fsmount fspick open_tree move_mount
  mount_setattr unshare setns init_module finit_module delete_module kexec_load kexec_file_load reboot
  settimeofday clock_settime adjtimex clock_adjtime swapon swapoff quotactl acct syslog vhangup iopl ioperm
  shmget shmat shmctl shmdt semget semop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_notify
  setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset sethostname setdomainname
  sync syncfs fanotify_init lookup_dcookie mbind set_mempolicy move_pages migrate_pages io_setup io_submit
  process_madvise memfd_secret landlock_create_ruleset statmount listmount uselib ustat sysfs nfsservctl`;

describe('seccompProfile', () => {
  const profile = seccompProfile('x86_64');
  const check = (name: string, ...given: (number | bigint)[]): 'allowed' | number =>
    answer(profile, name, ...given);

  it('knows 64-bit machines by both their names, one call table each, and no others', () => {
    assert.deepEqual(profile.architectures, ['SCMP_ARCH_X86_64']);
    assert.deepEqual(seccompProfile('amd64'), profile);
    assert.deepEqual(seccompProfile('aarch64').architectures, ['SCMP_ARCH_AARCH64']);
    assert.deepEqual(seccompProfile('arm64'), seccompProfile('aarch64'));
    assert.deepEqual(['i686', 'armv7l', 'riscv64', ''].map(hasSeccompProfile), [false, false, false, false]);
    assert.throws(() => seccompProfile('i686'), TypeError);
  });

  it('refuses what could lead out', () => {
    const allowed = FORBIDDEN.split(/\s+/).filter((name) => check(name) === 'allowed');
    assert.deepEqual(allowed, []);
  });

  it('lets processes and threads be made, but no namespaces, whatever stands in the upper half', () => {
    const thread = 0x3d0f00;
    const CLONE_NEW = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000];
    assert.equal(check('clone', 17), 'allowed');
    assert.equal(check('clone', thread), 'allowed');
    for (const flag of CLONE_NEW) {
      assert.equal(check('clone', flag | 17), 1, flag.toString(16));
      assert.equal(check('clone', (1n << 40n) | BigInt(flag)), 1, flag.toString(16));
    }
    assert.equal(check('clone3'), 38);
  });

  it('lets sockets be made for one machine, TCP, UDP and the list of interfaces alone', () => {
    const CLOEXEC_NONBLOCK = 0o2004000;
    const good = [
      [1, 1, 0],
      [1, 2 | CLOEXEC_NONBLOCK, 0],
      [2, 1, 0],
      [2, 1 | CLOEXEC_NONBLOCK, 6],
      [10, 1, 6],
      [10, 2, 17],
      [2, 2, 0],
      [16, 3, 0],
    ];
    const bad = [
      [2, 3, 255], // raw
      [2, 1, 132], // SCTP
      [2, 1, 262], // MPTCP
      [2, 2, 1], // ping
      [16, 3, 12], // netfilter
      [16, 3, 21], // crypto
      [17, 3, 0], // packet
      [38, 5, 0], // AF_ALG
      [40, 1, 0], // AF_VSOCK
      [44, 3, 0], // AF_XDP
      [31, 1, 0], // bluetooth
      [30, 1, 0], // TIPC
    ];
    for (const given of good) assert.equal(check('socket', ...given), 'allowed', String(given));
    for (const given of bad) assert.equal(check('socket', ...given), 1, String(given));
    assert.equal(check('socket', (1n << 32n) | 1n, 1, 0), 1);
    assert.equal(check('socketpair', 1, 1, 0), 'allowed');
    assert.equal(check('socketpair', 30, 1, 0), 1);
  });

  it('lets pipes with a name be made, but no devices', () => {
    for (const [type, expected] of [
      [0x1000, 'allowed'],
      [0x8000, 'allowed'],
      [0xc000, 'allowed'],
      [0, 'allowed'],
      [0x2000, 1],
      [0x6000, 1],
    ] as const) {
      assert.equal(check('mknod', 0, type | 0o644), expected, type.toString(16));
      assert.equal(check('mknodat', 0, 0, type | 0o644), expected, type.toString(16));
    }
  });
});
