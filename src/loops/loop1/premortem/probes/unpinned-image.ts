import { imageParts } from '../images';
import { dockerfileOf, imageOf, services, serviceSeen } from '../look';
import type { Observation, Probe } from '../probe';

export const unpinnedImage: Probe = {
  id: 'unpinned-image',
  category: 'build and deploy',
  title: 'The same commit becomes another program tomorrow, because its image moves',
  trigger: 'A new release of the image is published under the same name.',
  chain: [
    'The next build or pull takes it, without a change of yours',
    'Something in it is different, and the deploy fails or behaves otherwise',
    'The last version can not be built again',
  ],
  hurts: 'Whoever has to deploy on that day, and the users',
  prevention: 'Name a version, best with its digest.',
  earlyWarning: 'Two machines with the same tag and different image ids',
  verify: 'No image is named without a version.',
  per: 'place',
  impact: 0.45,
  likelihood: () => 0.45,
  bad: [
    { files: { Dockerfile: '»FROM node:latest\nCMD ["node"]\n' } },
    { files: { 'compose.yaml': 'services:\n  db:\n»    image: postgres\n' } },
  ],
  good: [
    {
      files: {
        Dockerfile: 'ARG VERSION=24-slim\nFROM node:${VERSION} AS build\nFROM build\nFROM scratch\n',
        'compose.yaml':
          'services:\n  db:\n    image: postgres:16\n  own:\n    image: shop\n    build: .\n  by:\n    image: shop@sha256:0123\n  var:\n    image: ${IMAGE}\n',
      },
    },
  ],
  *look(facts) {
    for (const { path, stages } of facts.dockerfiles) {
      const names = new Set(stages.map(({ name }) => name));
      for (const { image, from } of stages)
        if (!names.has(image.toLowerCase()) && image !== 'scratch' && isUnpinned(image))
          yield { file: path, line: from.line, shows: `FROM ${image}`, part: image } satisfies Observation;
    }
    for (const placed of services(facts)) {
      const image = imageOf(placed.service);
      if (image !== '' && dockerfileOf(placed) === undefined && isUnpinned(image))
        yield serviceSeen(placed, `image: ${image}`, 'image');
    }
  },
};

function isUnpinned(image: string): boolean {
  const { tag, hasDigest } = imageParts(image);
  return !hasDigest && !image.includes('$') && (tag === '' || tag === 'latest');
}
