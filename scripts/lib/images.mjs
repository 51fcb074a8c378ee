import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { debianMirror, ensureDebianPackages } from './debian.mjs';
import { EngineError } from './engineClient.mjs';
import { say, step } from './output.mjs';
import { findProgram, run } from './process.mjs';
import { cached, ensureNode24 } from './tools.mjs';

const PYTHON_IMAGE = 'python:3.11-slim';
const NODE_IMAGE = 'node:24-slim';
/** The images that sandboxes are made from. */
export const SANDBOX_IMAGES = [PYTHON_IMAGE, NODE_IMAGE];
const STAND_IN_LABEL = 'seaworthy.stand-in';

/** Debian 12 brings the Python 3.11 that the image's name promises. */
const DEBIAN_RELEASE = 'bookworm';
const DEBIAN_PACKAGES = ['python3', 'python3-pytest', 'python3-coverage', 'python3-pip'];
const LEFT_OUT = [
  'var/cache/*',
  'var/lib/apt/*',
  'usr/share/doc/*',
  'usr/share/man/*',
  'usr/share/locale/*',
  'dev/*',
];
const PATH_VARIABLE = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A closed network often drops packets instead of refusing; this long may a pull stay silent. */
const PULL_STALL_MS = 15_000;

/**
 * Sees to it that the engine has the images sandboxes are made from: pulls what is missing, and where that is not
 * possible builds stand-ins of the same names from Debian's packages.
 * @param {import('./engineClient.mjs').EngineClient} client
 * @param {{mayBuild: boolean}} options mayBuild: stand-ins are allowed
 */
export async function ensureImages(client, { mayBuild }) {
  const missing = await missingImages(client);
  const unreachable = await pullAll(client, missing);
  if (unreachable.names.length > 0) {
    if (!mayBuild) {
      throw new Error(`${unreachable.names.join(' and ')} could not be pulled: ${unreachable.reason}`);
    }
    say(`${unreachable.names.join(' and ')} can't be pulled here (${unreachable.reason})`);
    if (unreachable.names.includes(PYTHON_IMAGE)) await buildPythonStandIn(client);
    if (unreachable.names.includes(NODE_IMAGE)) await buildNodeStandIn(client);
  }
  await announceStandIns(client);
}

async function missingImages(client) {
  const missing = [];
  for (const name of SANDBOX_IMAGES) {
    if (!(await client.inspectImage(name))) missing.push(name);
  }
  return missing;
}

/** Pulls one after the other; where one can't be had, the registry is not asked for the next. */
async function pullAll(client, names) {
  for (const [index, name] of names.entries()) {
    try {
      await step(`pulling ${name}`, () => client.pullImage(name, { stallMs: PULL_STALL_MS }));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return { names: names.slice(index), reason: shortReason(error) };
    }
  }
  return { names: [], reason: '' };
}

function shortReason(error) {
  return error.message.split('\n')[0].slice(0, 160);
}

async function announceStandIns(client) {
  const standIns = [];
  for (const name of SANDBOX_IMAGES) {
    const image = await client.inspectImage(name);
    if (image?.Config?.Labels?.[STAND_IN_LABEL]) standIns.push(name);
  }
  if (standIns.length > 0) say(`using stand-ins built from Debian packages for ${standIns.join(' and ')}`);
}

async function buildPythonStandIn(client) {
  const file = await ensureStandInRoot();
  await step(`loading the stand-in for ${PYTHON_IMAGE}`, () =>
    client.importImage({
      name: PYTHON_IMAGE,
      changes: [`ENV ${PATH_VARIABLE}`, `LABEL ${STAND_IN_LABEL}=true`, 'CMD ["python3"]'],
      tar: fs.createReadStream(file),
    }),
  );
}

async function buildNodeStandIn(client) {
  const node = await ensureNode24();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-image-'));
  const lines = [
    `FROM ${PYTHON_IMAGE}`,
    'COPY node /usr/local/bin/node',
    `LABEL ${STAND_IN_LABEL}=true`,
    'CMD ["node"]',
  ];
  try {
    fs.writeFileSync(path.join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
    fs.copyFileSync(node, path.join(folder, 'node'));
    const tar = spawn(findProgram('tar'), ['-C', folder, '-cf', '-', '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await step(`building the stand-in for ${NODE_IMAGE}`, () =>
      client.buildImage({ name: NODE_IMAGE, tar: tar.stdout }),
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** A tar file of a small Debian with Python and its test tools, made once. */
function ensureStandInRoot() {
  return cached(`debian-python-3.11-2-${process.arch}.tar`, async (target) => {
    await ensureDebianPackages(['debootstrap', 'debian-archive-keyring']);
    const mirror = await debianMirror(DEBIAN_RELEASE);
    const folder = `${target}.root`;
    const include = `--include=${DEBIAN_PACKAGES.join(',')}`;
    const place = mirror === undefined ? [folder] : [folder, mirror];
    await run(findProgram('debootstrap'), ['--variant=minbase', include, DEBIAN_RELEASE, ...place]);
    const excludes = LEFT_OUT.map((pattern) => `--exclude=./${pattern}`);
    await run(findProgram('tar'), ['-C', folder, '--numeric-owner', ...excludes, '-cf', target, '.']);
  });
}
