import type { Probe } from './probe';
import { refused } from './probe';

const connect = (host: string, port = 80): string => `
attempt(lambda: socket.create_connection((${JSON.stringify(host)}, ${port}), timeout=2))`;

const unreachable = (what: string, host: string): Probe => ({
  what,
  code: connect(host),
  holds: /^ENETUNREACH$/,
});

export const network: Probe[] = [
  unreachable('an address of the internet', '1.1.1.1'),
  unreachable('the metadata service of a cloud', '169.254.169.254'),
  {
    ...unreachable("the engine's bridge", '172.17.0.1'),
    sees: { without: 'network', instead: /^(ok|timeout|ECONNREFUSED|EHOSTUNREACH)$/ },
  },
  {
    what: 'an address of IPv6',
    code: connect('2001:4860:4860::8888'),
    holds: /^(ENETUNREACH|EADDRNOTAVAIL)$/,
  },
  { what: 'a name', code: connect('example.com'), holds: /^EAI_AGAIN$/ },
  { what: 'the name of the host', code: connect('host.docker.internal'), holds: /^EAI_AGAIN$/ },
  {
    what: 'a datagram',
    code: `attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53)))`,
    holds: /^ENETUNREACH$/,
  },
  {
    what: 'interfaces other than the loopback',
    code: `print(sorted(name for _, name in socket.if_nameindex() if not name.endswith('0') or name == 'eth0'))`,
    holds: /^\['lo'\]$/,
    sees: { without: 'network', instead: /eth0/ },
  },
  {
    what: 'a server of its own, which tests need',
    code: `
s = socket.create_server(('127.0.0.1', 0))
attempt(lambda: socket.create_connection(s.getsockname(), timeout=2))`,
    holds: /^ok$/,
  },
  {
    what: 'abstract sockets of the host',
    code: `print(open('/proc/net/unix').read().count('@'))`,
    holds: /^0$/,
  },
  {
    what: 'sockets of the engine, or any other in a file',
    code: `
import stat
found = []
for folder, folders, files in os.walk('/'):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in ('/proc', '/sys')]
    for name in files:
        try:
            if stat.S_ISSOCK(os.lstat(os.path.join(folder, name)).st_mode): found.append(name)
        except OSError: pass
print(found)`,
    holds: /^\[\]$/,
  },
  refused(
    'raw sockets',
    `attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))`,
  ),
  refused('packet sockets', `attempt(lambda: socket.socket(17, socket.SOCK_RAW, 768))`),
  refused(
    'sockets to the hypervisor',
    `attempt(lambda: socket.socket(40, socket.SOCK_STREAM))`,
    /^(ok|EAFNOSUPPORT)$/,
  ),
  refused(
    "the kernel's cryptography (AF_ALG)",
    `attempt(lambda: socket.socket(38, 5))`,
    /^(ok|EAFNOSUPPORT)$/,
  ),
  refused(
    'SCTP',
    `attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132))`,
    /^(ok|EPROTONOSUPPORT)$/,
  ),
  refused(
    'netfilter by netlink',
    `attempt(lambda: socket.socket(16, socket.SOCK_RAW, 12))`,
    /^(ok|EPROTONOSUPPORT)$/,
  ),
];
