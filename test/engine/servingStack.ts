import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Release, ShipResult } from '../../src/deploy/ship/release';
import { runCli } from '../support/cli';
import type { CliResult } from '../support/cli';
import { freePort } from '../support/editorServer';
import { writeFiles } from '../support/temporaryFolder';
import { DeployStack } from './deployStack';
import { engine, NODE_IMAGE } from './realEngine';

const COMPOSE = `version: "3.8"
services:
  web:
    build: .
    ports: ["127.0.0.1:PORT:8080"]
    env_file: .env
    depends_on: [db]
    init: true
    healthcheck:
      test: ["CMD", "node", "/app/healthy.js"]
      interval: 1s
      timeout: 5s
      retries: 2
  worker:
    image: ${NODE_IMAGE}
    command: ["node", "/jobs/worker.js"]
    volumes: ["./jobs:/jobs:ro"]
    init: true
  db:
    image: PROJECT/postgres:test
    command: ["sleep", "1000"]
    volumes: ["./pgdata:/var/lib/postgresql/data"]
    init: true
`;

const SERVER = `const version = 'VERSION';
require('node:http').createServer((request, response) => {
  response.end(version);
}).listen(8080);
`;

const HEALTHY = `fetch('http://127.0.0.1:8080/').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1));
`;

/** What a deploy must leave as it was: for each service its images, containers and starts, and the contents of all files. */
export interface Standing {
  services: Record<string, string[]>;
  files: Record<string, string>;
}

/** A stack whose web application answers requests with its version. */
export class ServingStack extends DeployStack {
  port = 0;
  /** Of the commands. */
  env: NodeJS.ProcessEnv = {};

  /** In the workspace, with what only the target has. */
  async prepare(environment: Record<string, unknown> = {}): Promise<void> {
    this.port = await freePort();
    const live = { path: this.target, composeProject: this.project, watchSeconds: 0, ...environment };
    await this.write(this.port, this.target, {
      'compose.yaml': COMPOSE,
      Dockerfile: `FROM ${NODE_IMAGE}\nCOPY src /app\nCMD ["node", "/app/server.js"]\n`,
      'src/healthy.js': HEALTHY,
      'src/server.js': SERVER.replace('VERSION', 'one'),
      'seaworthy.json': JSON.stringify({ projects: { shop: { environments: { live } } } }),
    });
    writeFiles(this.target, { '.env': 'SECRET=of the target\n', 'pgdata/base': 'rows' });
  }

  /** Makes the application another version of itself. */
  serve(version: string, code = ''): void {
    writeFiles(this.workspace, {
      'src/server.js': `// ${this.project}\n${code}${SERVER.replace('VERSION', version)}`,
    });
  }

  async answer(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.port}/`, { headers: { connection: 'close' } })).text();
  }

  cli(words: readonly string[], env = this.env): Promise<CliResult> {
    return runCli(['deploy', ...words, '--workspace', this.workspace], { cwd: this.folder, env });
  }

  async deploy(...more: string[]): Promise<ShipResult & CliResult> {
    return this.ship('run', 'shop/live', ...more);
  }

  async rollBack(...more: string[]): Promise<ShipResult & CliResult> {
    return this.ship('rollback', 'shop/live', ...more);
  }

  private async ship(...words: string[]): Promise<ShipResult & CliResult> {
    const ended = await this.cli([...words, '--yes', '--json']);
    const result = ended.stdout === '' ? {} : (JSON.parse(ended.stdout) as ShipResult);
    return { ...(result as ShipResult), ...ended };
  }

  async history(): Promise<Release[]> {
    const { stdout } = await this.cli(['history', 'shop/live', '--json']);
    return (JSON.parse(stdout) as { releases: Release[] }).releases;
  }

  async standing(project = this.project): Promise<Standing> {
    const services: Record<string, string[]> = {};
    const connection = await engine.connect();
    const containers = await connection.listContainers({
      labels: [`com.docker.compose.project=${project}`],
    });
    for (const { labels, imageId, state } of containers) {
      const service = labels['com.docker.compose.service'] ?? '';
      services[service] = [...(services[service] ?? []), `${state} ${imageId}`].sort();
    }
    return { services, files: filesIn(this.target) };
  }

  /** By service, when its containers were started. */
  async starts(): Promise<Record<string, number[]>> {
    const connection = await engine.connect();
    const starts: Record<string, number[]> = {};
    for (const { id, labels } of await connection.listContainers({
      labels: [`com.docker.compose.project=${this.project}`],
    })) {
      const service = labels['com.docker.compose.service'] ?? '';
      starts[service] = [...(starts[service] ?? []), (await connection.inspectContainer(id)).startedAt ?? 0];
    }
    return starts;
  }
}

function filesIn(folder: string): Record<string, string> {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file), fs.readFileSync(file, 'latin1')]),
  );
}
