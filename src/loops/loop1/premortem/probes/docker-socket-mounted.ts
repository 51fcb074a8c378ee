import { asList, asRecord, asText } from '../../facts/composeFile';
import { services, serviceSeen } from '../look';
import type { Probe } from '../probe';

const SOCKET = /(docker|podman|containerd)\.sock/;
/** They exist to talk to the engine. */
const ITS_PURPOSE = /traefik|portainer|watchtower|socket-proxy|dozzle|cadvisor|autoheal|diun|datadog/i;

export const dockerSocketMounted: Probe = {
  id: 'docker-socket-mounted',
  category: 'security',
  title: 'Whoever breaks into a service owns the host, through the mounted engine socket',
  trigger: 'A flaw in the service lets somebody write to the socket.',
  chain: [
    'A container is started that has the whole disk of the host',
    'Every secret and every other service on it can be read and changed',
  ],
  hurts: 'All services and all data on the host',
  prevention: 'Take the socket out, or put a proxy before it that lets only the needed calls through.',
  earlyWarning: 'Containers that nobody started, or images that nobody pulled',
  verify: 'The service works without the socket, and its mounts do not list it.',
  per: 'place',
  impact: 0.95,
  likelihood: () => 0.45,
  bad: [
    {
      files: {
        'compose.yaml':
          'services:\n  web:\n    image: shop:1\n    volumes:\n      - data:/data\n»      - /var/run/docker.sock:/var/run/docker.sock\n',
      },
    },
  ],
  good: [
    { files: { 'compose.yaml': 'services:\n  web:\n    image: shop:1\n    volumes: [data:/data]\n' } },
    {
      files: {
        'compose.yaml':
          'services:\n  proxy:\n    image: traefik:v3.1\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of services(facts)) {
      const { service } = placed;
      if (ITS_PURPOSE.test(asText(service.value['image']))) continue;
      for (const [index, volume] of asList(service.value['volumes']).entries()) {
        const source = typeof volume === 'string' ? volume : asText(asRecord(volume)['source']);
        if (SOCKET.test(source)) yield serviceSeen(placed, source, 'volumes', index);
      }
    }
  },
};
