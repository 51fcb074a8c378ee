import { asList, asText } from '../../facts/composeFile';
import { services, serviceSeen } from '../look';
import type { Probe } from '../probe';

export const privilegedContainer: Probe = {
  id: 'privileged-container',
  category: 'security',
  title: 'A container with the rights of the host takes the host with it when it falls',
  trigger: 'A flaw in the service, or a mistake in one of its scripts.',
  chain: ['Devices and the kernel of the host can be reached', 'The host is changed, or broken, from inside'],
  hurts: 'Everything else that runs on the host',
  prevention: 'Remove "privileged" and give the one capability or device that is needed.',
  earlyWarning: '"docker inspect" says Privileged: true',
  verify: 'The service does its work without it.',
  per: 'place',
  impact: 0.9,
  likelihood: () => 0.4,
  bad: [
    { files: { 'compose.yml': 'services:\n  web:\n    image: shop:1\n»    privileged: true\n' } },
    { files: { 'compose.yml': 'services:\n  web:\n    image: shop:1\n    cap_add:\n»      - SYS_ADMIN\n' } },
  ],
  good: [
    {
      files: {
        'compose.yml':
          'services:\n  web:\n    image: shop:1\n    privileged: false\n    cap_add: [NET_BIND_SERVICE]\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of services(facts)) {
      const { value } = placed.service;
      if (value['privileged'] === true) yield serviceSeen(placed, 'privileged: true', 'privileged');
      for (const [index, capability] of asList(value['cap_add']).map(asText).entries())
        if (/^(CAP_)?(ALL|SYS_ADMIN|SYS_MODULE|SYS_PTRACE)$/i.test(capability))
          yield serviceSeen(placed, `cap_add: ${capability}`, 'cap_add', index);
      for (const key of ['pid', 'ipc'])
        if (value[key] === 'host') yield serviceSeen(placed, `${key}: host`, key);
    }
  },
};
