import * as os from 'node:os';
import * as path from 'node:path';
import { Auditor } from './audit/audit';
import { languageOf } from './audit/language';
import { ImagePlatforms } from './audit/production/dependencies/imagePlatform';
import { CachedAnalyzer } from './audit/analysisCache';
import { ReadAhead } from './audit/readAhead';
import { RulePages } from './audit/rulePages';
import { WorkerAnalyzer } from './audit/syntax/workerAnalyzer';
import { WorkspaceFacts } from './audit/workspace/workspaceFacts';
import { messageOf } from './base/errors';
import { formatAddress } from './engine/address';
import { discoverEngines } from './engine/discovery';
import type { FoundEngine } from './engine/discovery';
import type { EngineConnection } from './engine/connection';
import { Engine } from './engine/engine';
import { localEnvironment } from './engine/localEnvironment';
import { Operator } from './fleet/operations';
import type { DoneOperation } from './fleet/operations';
import type { AuditRequest } from './audit/audit';
import { FleetEngines } from './appFleet';
import type { FleetEngine } from './appFleet';
import type { Loops } from './appLoops';
import type { Production } from './appProduction';
import { KeptStates } from './appStates';
import type { StateOptions } from './appStates';
import type { Loop1 } from './loops/loop1/loop1';
import type { Model } from './loops/model';
import { ClaimWorkspaces } from './loops/loop2/claims/claimWorkspace';
import type { Loop2 } from './loops/loop2/loop2';
import type { DependencyImages, InstallOffer } from './sandbox/dependencies/dependencyImages';
import type { SandboxCheckReport } from './sandbox/checkText';
import type { DockerSandbox } from './sandbox/dockerSandbox';
import type { FindDependencies } from './sandbox/sandbox';
import { localImages } from './sandbox/imageReference';
import type { LocalImage } from './sandbox/imageReference';
import { thisProcess } from './sandbox/owner';
import { listSources } from './sandbox/sources';

export interface AppOptions extends StateOptions {
  /** URI of the folder in whose log operations on containers are kept; undefined for the one of no folder. */
  operationsFolder?: () => string | undefined;
  /** How many sandboxes are started ahead for the next audit once there has been one; none when left out. */
  sandboxesKeptReady?: number;
  /** The user's language model, which may add scenarios to a Loop 1; the command line has none. */
  languageModel?: (signal: AbortSignal) => Promise<Model | undefined>;
  /** The user's language model for tasks of a Loop 2; rejects with `UserError` where there is none. */
  taskModel?: (signal: AbortSignal) => Promise<Model>;
  /** True to keep what the static stages said in the user's cache, where there is no folder for state. */
  keepAnalyses?: boolean;
}

const NO_FOLDER = 'seaworthy:no-folder';

/** The one place where things are constructed. Nothing heavy is loaded before its first use. */
export class App {
  readonly auditor: Auditor;
  /** Does things to containers and keeps a record. */
  readonly operator: Operator;
  /** What is kept of the workspaces. */
  readonly states: KeptStates;
  private readonly fleetEngines: FleetEngines;
  readonly rulePages: RulePages;
  /** What the files of a workspace have to do with one another. */
  readonly workspaceFacts: WorkspaceFacts;
  /** Workspaces as claims about tasks are checked against them. */
  readonly claims: ClaimWorkspaces;
  private readonly analyzer: WorkerAnalyzer;
  private readonly analyses: CachedAnalyzer;
  private readonly engine: Engine;
  /** Once one is asked for. */
  private sandbox: Promise<DockerSandbox> | undefined;
  private dependencies: Promise<DependencyImages> | undefined;
  private platforms: ImagePlatforms | undefined;
  /** Once one is asked for. */
  private loops: Promise<Loops> | undefined;
  private production: Promise<Production> | undefined;

  constructor(private readonly options: AppOptions) {
    const { distDirectory, settings, logger } = options;
    this.analyzer = new WorkerAnalyzer(distDirectory);
    this.engine = new Engine({
      environment: localEnvironment(),
      setting: () => settings().engineHost || undefined,
      logger,
    });
    this.states = new KeptStates(options);
    this.fleetEngines = new FleetEngines(this.engine, options);
    this.operator = new Operator((operation) => this.keepOperation(operation));
    const cacheFolder = options.storageDirectory ?? (options.keepAnalyses ? userCache() : undefined);
    this.analyses = new CachedAnalyzer(
      this.analyzer,
      cacheFolder === undefined ? undefined : path.join(cacheFolder, 'analyses.json'),
      path.join(distDirectory, 'staticWorker.js'),
    );
    this.workspaceFacts = new WorkspaceFacts({
      distDirectory,
      listSources,
      ...(cacheFolder === undefined ? {} : { cacheFile: path.join(cacheFolder, 'digests.json') }),
    });
    this.auditor = new Auditor({
      analyzer: this.analyses,
      workspace: this.workspaceFacts,
      readAhead: () => new ReadAhead({ analyzer: this.analyses, facts: this.workspaceFacts }),
      production: { run: async (...asked) => (await this.openProduction()).run(...asked) },
      logger,
    });
    this.claims = new ClaimWorkspaces({ facts: this.workspaceFacts, analyzer: this.analyses });
    this.rulePages = new RulePages(path.join(distDirectory, '..'));
  }

  /** The Loop 1 of one workspace folder, by its path and its URI. One for all who ask. */
  async loop1Of(root: string, folderUri: string): Promise<Loop1> {
    return (await this.openLoops()).loop1Of(root, folderUri);
  }

  /** The Loop 2 of one workspace folder, one for all who ask. `requestFor` says how a file of it is audited, by its relative path. */
  async loop2Of(
    root: string,
    folderUri: string,
    requestFor: (file: string) => Promise<AuditRequest>,
  ): Promise<Loop2> {
    return (await this.openLoops()).loop2Of(root, folderUri, requestFor);
  }

  private openLoops(): Promise<Loops> {
    this.loops ??= import('./appLoops').then(({ Loops }) => {
      const { languageModel, taskModel, settings } = this.options;
      return new Loops({
        ...{
          auditor: this.auditor,
          analyzer: this.analyses,
          claims: this.claims,
          facts: this.workspaceFacts,
        },
        stateOf: (folderUri) => this.states.of(folderUri),
        connectEngine: (signal) => this.engine.connect(signal),
        ...(languageModel && { languageModel }),
        ...(taskModel && { taskModel }),
        modelBudget: () => settings().modelBudget,
      });
    });
    return this.loops;
  }

  /** The engine of the audits, then those that are shown besides. */
  engines(): FleetEngine[] {
    return this.fleetEngines.all();
  }

  /** The engine that a setting names; without one, that of the audits. Rejects with `NoEngine`, which says what was tried. */
  connectEngine(signal: AbortSignal, setting = ''): Promise<EngineConnection> {
    return this.fleetEngines.of(setting).engine.connect(signal);
  }

  /** The setting names another engine: what is open leads to the old one. */
  switchEngine(): void {
    this.engine.forgetConnection();
    this.fleetEngines.of('').list.reconnect();
  }

  /** What engine answers, in one line. Rejects with `NoEngine`, which says what was tried. */
  async describeEngine(signal: AbortSignal): Promise<string> {
    const { facts } = await this.engine.connect(signal);
    return `${facts.name} ${facts.version} answers, with ${facts.cpus} CPUs and ${Math.round(facts.memoryBytes / 1e9)} GB.`;
  }

  /** Images of the engine that sandboxes could be made from, likely ones first. Rejects with `NoEngine`. */
  async localImages(family: 'node' | 'python', signal: AbortSignal): Promise<LocalImage[]> {
    const { images } = await this.engine.connect(signal);
    return localImages(await images.list([], signal), [family]);
  }

  /** What could be installed for the audits of a file; undefined where no lockfile is above it. Rejects with `UserError`. */
  async dependencyOffer(workspace: string, file: string): Promise<InstallOffer | undefined> {
    const family = languageOf(file)?.language === 'python' ? 'python' : 'node';
    const project = await (await this.openDependencies()).projectOf(workspace, file, family);
    return project && { project, baseImage: this.options.settings().images[family] };
  }

  /** Removes images of dependencies that were not used for long or are too large together, and says what went. */
  async pruneDependencyImages(): Promise<string | undefined> {
    return (await this.openDependencies()).kept.prune(this.options.settings().dependencyBytes);
  }

  /** Images of the dependencies of projects. */
  openDependencies(): Promise<DependencyImages> {
    this.dependencies ??= import('./appDependencies').then(({ dependencyImages }) =>
      dependencyImages(this.engine, this.options),
    );
    return this.dependencies;
  }

  /** Writes what the static stages said since the last time; to be called after a wide audit. */
  async keepAnalyses(): Promise<void> {
    await Promise.all([this.analyses.flush(), this.workspaceFacts.save()]);
  }

  /** What the engine offers for sandboxes. Rejects with a `UserError` when there is no engine. */
  async checkSandbox(signal: AbortSignal): Promise<SandboxCheckReport> {
    const { engine, layers, advice } = await (await this.openSandbox()).check(signal);
    return {
      engine: `${engine.facts.name} ${engine.facts.version} at ${formatAddress(engine.address)}`,
      usable: !layers.some(({ need, state }) => need === 'mandatory' && state === 'missing'),
      layers,
      advice,
    };
  }

  /** Every engine that this machine names or has, and why the others do not answer. */
  async findEngines(signal: AbortSignal): Promise<FoundEngine[]> {
    return discoverEngines(localEnvironment(), signal);
  }

  /** Removes what killed processes left on the engine, and gives the number. Rejects when there is no engine. */
  async sweep(signal?: AbortSignal): Promise<number> {
    return (await this.openSandbox()).sweep(signal);
  }

  private openSandbox(): Promise<DockerSandbox> {
    this.sandbox ??= import('./sandbox/dockerSandbox').then(({ DockerSandbox }) => {
      const { logger, sandboxesKeptReady: keepReady = 0 } = this.options;
      return new DockerSandbox(this.engine, {
        ...{ owner: thisProcess(), logger, keepReady },
        profileFolder: userCache(),
      });
    });
    return this.sandbox;
  }

  /** To be called when settings have changed: sandboxes that wait were made for the old ones. */
  settingsChanged(): void {
    void this.sandbox?.then((sandbox) => sandbox.empty());
  }

  /** Cancels what runs, waits until its sandboxes are gone, and closes what is open. */
  async dispose(): Promise<void> {
    await (await this.loops)?.dispose();
    await Promise.all([
      (await this.sandbox)?.dispose(),
      this.analyses.dispose(),
      this.workspaceFacts.dispose(),
    ]);
    await this.fleetEngines.dispose();
    await this.states.close();
  }

  /** What runs the code of workspaces. */
  openProduction(): Promise<Production> {
    this.production ??= import('./appProduction').then(
      ({ Production }) => new Production(this.analyzer, () => this.sandboxParts()),
    );
    return this.production;
  }

  private async sandboxParts() {
    const { distDirectory, settings, logger } = this.options;
    const sandbox = await this.openSandbox();
    this.platforms ??= new ImagePlatforms(sandbox);
    return {
      ...{ sandbox, platforms: this.platforms, logger },
      images: settings().images,
      limits: settings().limits,
      findDependencies: async (...asked: Parameters<FindDependencies>) =>
        (await this.openDependencies()).find(...asked),
      harnessDirectory: path.join(distDirectory, 'harness'),
    };
  }

  /** Never rejects. */
  async keepOperation(operation: DoneOperation): Promise<void> {
    const { storageDirectory, operationsFolder, logger } = this.options;
    if (storageDirectory === undefined) return;
    try {
      const { operations } = this.states.of(operationsFolder?.() ?? NO_FOLDER);
      await operations.add({ actor: os.userInfo().username, ...operation });
    } catch (error) {
      // What was done is done: that it could not be written down must not make it look undone.
      logger.warn(`An operation could not be kept in the log: ${messageOf(error)}`);
    }
  }
}

function userCache(): string {
  return path.join(process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'seaworthy');
}
