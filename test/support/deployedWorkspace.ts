import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCompose } from './compose';
import { freePort } from './editorServer';

/** Only what this test writes is sent. */
const EXCLUDE = ['*.md', '/test/', '/tests/', '/inventory/', '/audit-these.txt', '/src/', '/package.json'];

/** A web application in the workspace of an editor test, and a folder that it is deployed to. */
export class DeployedWorkspace {
  readonly project = `page-${randomBytes(3).toString('hex')}`;
  private readonly srv = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-srv-'));
  private readonly target = path.join(this.srv, 'live');
  private port = 0;

  constructor(private readonly workspace: string) {}

  async writeStack(): Promise<void> {
    this.port = await freePort();
    this.write(
      'compose.yaml',
      `version: "3.8"\nservices:\n  web:\n    build: .\n    init: true\n    ports: ["127.0.0.1:${this.port}:80"]\n`,
    );
    this.write('Dockerfile', 'FROM node:24-slim\nCOPY app /app\nCMD ["node", "/app/server.js"]\n');
    this.serve('one');
  }

  /** Makes the application another version of itself. */
  serve(version: string): void {
    const code = `require('http').createServer((_, answer) => answer.end('${version}')).listen(80);\n`;
    this.write('app/server.js', `// ${this.project}\n${code}`);
  }

  /** The folder with one folder for each release. */
  get releases(): string {
    return path.join(this.srv, '.seaworthy-live', 'releases');
  }

  /** What is served now. */
  async answer(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.port}/`, { headers: { connection: 'close' } })).text();
  }

  writeConfig(more: object = {}): void {
    const live = { path: this.target, composeProject: this.project, watchSeconds: 0, ...more };
    const config = { projects: { shop: { exclude: EXCLUDE, environments: { live } } } };
    this.write('seaworthy.json', JSON.stringify(config, undefined, 2));
  }

  write(file: string, text: string): void {
    const place = path.join(this.workspace, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, text);
  }

  async remove(): Promise<void> {
    const file = path.join(this.target, 'compose.yaml');
    const place = ['--project-directory', this.target, '--project-name', this.project, '--file', file];
    const down = [...place, 'down', '--rmi', 'local', '--timeout', '1'];
    if (fs.existsSync(file)) await runCompose(down);
    fs.rmSync(this.srv, { recursive: true, force: true });
  }
}
