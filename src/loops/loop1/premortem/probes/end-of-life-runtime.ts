import { imageParts } from '../images';
import { imageOf, services, serviceSeen } from '../look';
import type { Observation, Probe } from '../probe';

/** Last day of fixes, as their makers published it. */
const ENDS: readonly [name: RegExp, version: RegExp, end: string][] = [
  [/^node$/, /^(v?)(0|4|6|8|10|12|14|16|17|19)\b/, '2023-09-11'],
  [/^node$/, /^(v?)(18|21)\b/, '2025-04-30'],
  [/^node$/, /^(v?)(20|23)\b/, '2026-04-30'],
  [/^python$/, /^(2|3\.[0-7])\b/, '2023-06-27'],
  [/^python$/, /^3\.8\b/, '2024-10-07'],
  [/^python$/, /^3\.9\b/, '2025-10-31'],
  [/^python$/, /^3\.10\b/, '2026-10-31'],
  [/^debian$/, /^(8|9|10|jessie|stretch|buster)\b/, '2024-06-30'],
  [/^debian$/, /^(11|bullseye)\b/, '2026-08-31'],
  [/^ubuntu$/, /^(14\.04|16\.04|18\.04|bionic|xenial)\b/, '2023-05-31'],
  [/^ubuntu$/, /^(20\.04|focal)\b/, '2025-05-31'],
  [/^centos$/, /^[5678]\b/, '2024-06-30'],
  [/^postgres$/, /^(9|10|11|12)\b/, '2024-11-21'],
  [/^postgres$/, /^13\b/, '2025-11-13'],
  [/^mysql$/, /^5\b/, '2023-10-31'],
  [/^mysql$/, /^8\.0\b/, '2026-04-30'],
  [/^mongo$/, /^[34]\b/, '2024-02-29'],
  [/^mongo$/, /^5\b/, '2024-10-31'],
  [/^php$/, /^(5|7|8\.0)\b/, '2023-11-26'],
  [/^php$/, /^8\.1\b/, '2025-12-31'],
];

export const endOfLifeRuntime: Probe = {
  id: 'end-of-life-runtime',
  category: 'dependencies',
  title: 'A hole in the runtime is published and never mended',
  trigger: 'A flaw of a version is found after its makers stopped mending it.',
  chain: [
    'Its description and an attack are public',
    'There is no fixed version to go to but another major one',
    'The move has to be made in days',
  ],
  hurts: 'Users of the service, and whoever has to make the move',
  prevention: 'Move to a version that is looked after.',
  earlyWarning: 'The calendar of its makers',
  verify: 'The runtime says its version when it starts, and that version gets fixes.',
  per: 'place',
  impact: 0.6,
  likelihood: (found) => (found.some(({ shows }) => /202[0-4]-/.test(shows)) ? 0.5 : 0.35),
  bad: [
    {
      files: {
        Dockerfile: '»FROM node:14-alpine\n',
        'compose.yaml': 'services:\n  db:\n»    image: postgres:11\n',
        '.nvmrc': '»v16.3.0\n',
        'package.json': '{\n»  "engines": { "node": "14.x" }\n}',
      },
    },
  ],
  good: [
    {
      files: {
        Dockerfile: 'FROM node:24-alpine\nFROM ghcr.io/someone/node:14\n',
        'compose.yaml': 'services:\n  db:\n    image: postgres:17\n',
        'package.json': '{"engines": {"node": ">=14"}}',
      },
    },
  ],
  *look(facts) {
    const today = new Date().toISOString().slice(0, 10);
    for (const { path, stages } of facts.dockerfiles)
      for (const { image, from } of stages) yield* ended(image, { file: path, line: from.line }, today);
    for (const placed of services(facts)) {
      const { file, line } = serviceSeen(placed, '', 'image');
      yield* ended(imageOf(placed.service), { file, line }, today);
    }
    for (const [file, image] of [
      ['.nvmrc', 'node'],
      ['.node-version', 'node'],
      ['.python-version', 'python'],
    ] as const)
      yield* ended(`${image}:${facts.parts.texts.get(file)?.trim() ?? ''}`, { file, line: 1 }, today);
    for (const { path, engine } of facts.packages)
      if (engine && /^[v^~=]?\d+(\.\w+)*$/.test(engine.range.trim()))
        yield* ended(
          `node:${engine.range.trim().replace(/^[v^~=]/, '')}`,
          { file: path, line: engine.line },
          today,
        );
  },
};

function* ended(image: string, place: { file: string; line: number }, today: string): Generator<Observation> {
  const { name, tag } = imageParts(image.replace(/^(docker\.io\/)?library\//, ''));
  const known = ENDS.find(([names, versions, end]) => names.test(name) && versions.test(tag) && end < today);
  if (known) yield { ...place, part: name, shows: `${image}: no fixes since ${known[2]}` };
}
