import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../src/base/errors';
import { composeWords, isThere, runCompose } from '../support/compose';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { engine, NODE_IMAGE } from './realEngine';

const run = promisify(execFile);

/** Why no deploy can be tried here; undefined where it can. */
export async function noDeploy(): Promise<string | undefined> {
  if (!(await isThere('rsync', ['--version']))) return 'rsync is not installed';
  return composeWords().then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
}

const COMPOSE = `version: "3.8"
services:
  web:
    build: {context: ., args: {FLAVOUR: plain}}
    ports: ["127.0.0.1:PORT:80"]
    depends_on: [db]
    init: true
  worker:
    image: ${NODE_IMAGE}
    command: ["node", "/jobs/worker.js"]
    volumes: ["./jobs:/jobs:ro"]
    init: true
  db:
    image: PROJECT/postgres:test
    command: ["sleep", "1000"]
    volumes: ["./pgdata:/var/lib/postgresql/data", "kept:/kept"]
    init: true
volumes:
  kept: {}
`;

/** A web application, a worker and a database, in a workspace and, after `deployByHand`, in a target. */
export class DeployStack {
  readonly project = `deploy-${randomBytes(4).toString('hex')}`;
  readonly folder: string;
  readonly workspace: string;
  readonly target: string;
  /** Other places that it is deployed to, and their Compose projects. */
  readonly elsewhere: { target: string; project: string }[] = [];
  /** Called when its containers are gone and its files are not yet. */
  onRemoved: (() => Promise<unknown>) | undefined;

  /** To be made in a suite, at whose end everything is removed: the containers before the files they are known by. */
  constructor() {
    after(() => this.remove());
    this.folder = temporaryFolder('deploy');
    this.workspace = path.join(this.folder, "the work 'space' $(touch pwned)");
    this.target = path.join(this.folder, 'srv', '-the $HOME "target"');
  }

  /** Rejects where the engine can't build or Compose is missing. `more`: files instead of some, or besides them. */
  async write(port: number, target = this.target, more: Record<string, string> = {}): Promise<void> {
    const { images } = await engine.connect();
    await images.tag(NODE_IMAGE, { repository: `${this.project}/postgres`, tag: 'test' });
    const all = {
      'compose.yaml': COMPOSE,
      // With the name, no layer is that of an earlier run.
      Dockerfile: `FROM ${NODE_IMAGE}\nARG FLAVOUR\nCOPY src /app\nCMD ["sleep", "1000"]\n`,
      '.dockerignore': 'notes\njobs\n*.md\n',
      'src/app.py': `# ${this.project}\n`,
      'jobs/worker.js': 'setInterval(() => undefined, 1000);\n',
      'notes/plan.txt': 'a note\n',
      'seaworthy.json': JSON.stringify({
        projects: {
          shop: { environments: { live: { path: target, composeProject: this.project } } },
        },
      }),
      ...more,
    };
    const named = (text: string): string =>
      text.replaceAll('PROJECT', this.project).replace('PORT', String(port));
    for (const [name, text] of Object.entries(all)) writeFiles(this.workspace, { [name]: named(text) });
  }

  /** As somebody would without this product. */
  async deployByHand(): Promise<void> {
    fs.mkdirSync(this.target, { recursive: true });
    await run('rsync', ['-a', '--exclude=seaworthy.json', '--', `${this.workspace}/`, `${this.target}/`]);
    await this.compose('build');
    await this.compose('up', '-d');
  }

  async compose(...words: string[]): Promise<string> {
    return composeIn(this, words);
  }

  private async remove(): Promise<void> {
    for (const place of [this, ...this.elsewhere])
      if (fs.existsSync(path.join(place.target, 'compose.yaml')))
        await composeIn(place, ['down', '--volumes', '--rmi', 'local', '--timeout', '1']);
    const { images } = await engine.connect();
    for (const { tags } of await images.list([]))
      for (const name of tags)
        if (name.startsWith('seaworthy-release/') && this.releases().some((id) => name.endsWith(`:${id}`)))
          await images.remove(name);
    await images.remove(`${this.project}/postgres:test`);
    await this.onRemoved?.();
  }

  private releases(): string[] {
    return [this, ...this.elsewhere].flatMap(({ target }) => {
      const folder = path.join(path.dirname(target), `.seaworthy-${path.basename(target)}`, 'releases');
      return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    });
  }
}

function composeIn(
  { target, project }: Pick<DeployStack, 'target' | 'project'>,
  words: readonly string[],
): Promise<string> {
  const file = path.join(target, 'compose.yaml');
  return runCompose(['--project-directory', target, '--project-name', project, '--file', file, ...words]);
}
