/** What they do is loaded when one is asked for. */
export const DEPLOY_COMMANDS = {
  deploy: 'seaworthy.deploy',
  rollBack: 'seaworthy.rollBack',
  promote: 'seaworthy.promote',
  showDeployments: 'seaworthy.showDeployments',
} as const;

/** The same. */
export const LOOP1_COMMANDS = {
  startLoop1: 'seaworthy.startLoop1',
  openLoop1: 'seaworthy.openLoop1',
  nextIteration: 'seaworthy.nextIteration',
  resumeLoop1: 'seaworthy.resumeLoop1',
  pauseLoop1: 'seaworthy.pauseLoop1',
  cancelLoop1: 'seaworthy.cancelLoop1',
  deleteLoopRun: 'seaworthy.deleteLoopRun',
  applyRemedy: 'seaworthy.applyRemedy',
} as const;

/** The same. */
export const LOOP2_COMMANDS = {
  startLoop2: 'seaworthy.startLoop2',
  openLoop2: 'seaworthy.openLoop2',
  resumeLoop2: 'seaworthy.resumeLoop2',
  pauseLoop2: 'seaworthy.pauseLoop2',
  cancelLoop2: 'seaworthy.cancelLoop2',
  showTask: 'seaworthy.showTask',
  workOnTask: 'seaworthy.workOnTask',
  readyTask: 'seaworthy.readyTask',
  addTask: 'seaworthy.addTask',
  retryTask: 'seaworthy.retryTask',
  exceptTask: 'seaworthy.exceptTask',
  compareTask: 'seaworthy.compareTask',
  undoTask: 'seaworthy.undoTask',
  cancelTask: 'seaworthy.cancelTask',
  backToLoop1: 'seaworthy.backToLoop1',
  letModelWork: 'seaworthy.letModelWork',
  stopModel: 'seaworthy.stopModel',
  assignTask: 'seaworthy.assignTask',
  showProposal: 'seaworthy.showProposal',
  applyProposal: 'seaworthy.applyProposal',
  sendBackProposal: 'seaworthy.sendBackProposal',
  discardProposal: 'seaworthy.discardProposal',
  verifyTasks: 'seaworthy.verifyTasks',
} as const;

/** Every id that package.json contributes; a unit test holds the two against one another. */
export const COMMANDS = {
  ...DEPLOY_COMMANDS,
  ...LOOP1_COMMANDS,
  ...LOOP2_COMMANDS,
  auditFile: 'seaworthy.auditFile',
  auditFolder: 'seaworthy.auditFolder',
  auditChanged: 'seaworthy.auditChanged',
  auditWorkspace: 'seaworthy.auditWorkspace',
  proveWithMutants: 'seaworthy.proveWithMutants',
  cancelAudit: 'seaworthy.cancelAudit',
  openReport: 'seaworthy.openReport',
  installDependencies: 'seaworthy.installDependencies',
  revokeInstallConsent: 'seaworthy.revokeInstallConsent',
  removeDependencyImages: 'seaworthy.removeDependencyImages',
  checkEngine: 'seaworthy.checkEngine',
  checkSandbox: 'seaworthy.checkSandbox',
  selectImage: 'seaworthy.selectImage',
  selectEngine: 'seaworthy.selectEngine',
  refreshContainers: 'seaworthy.refreshContainers',
  filterContainers: 'seaworthy.filterContainers',
  containersStatus: 'seaworthy.containersStatus',
  startContainer: 'seaworthy.startContainer',
  stopContainer: 'seaworthy.stopContainer',
  restartContainer: 'seaworthy.restartContainer',
  pauseContainer: 'seaworthy.pauseContainer',
  unpauseContainer: 'seaworthy.unpauseContainer',
  killContainer: 'seaworthy.killContainer',
  removeContainer: 'seaworthy.removeContainer',
  restartProject: 'seaworthy.restartProject',
  showLogs: 'seaworthy.showLogs',
  showDetails: 'seaworthy.showDetails',
  setAlertWebhook: 'seaworthy.setAlertWebhook',
  openShell: 'seaworthy.openShell',
  openPort: 'seaworthy.openPort',
  inspectContainer: 'seaworthy.inspectContainer',
  copyContainerId: 'seaworthy.copyContainerId',
  pruneSandboxes: 'seaworthy.pruneSandboxes',
  exportState: 'seaworthy.exportState',
  clearHistory: 'seaworthy.clearHistory',
  showStateFolder: 'seaworthy.showStateFolder',
  showLog: 'seaworthy.showLog',
  ignoreFinding: 'seaworthy.ignoreFinding',
  explainFinding: 'seaworthy.explainFinding',
  addToBaseline: 'seaworthy.addToBaseline',
  updateBaseline: 'seaworthy.updateBaseline',
  openWalkthrough: 'seaworthy.openWalkthrough',
  openSample: 'seaworthy.openSample',
  installCommitHook: 'seaworthy.installCommitHook',
  removeCommitHook: 'seaworthy.removeCommitHook',
  openReportText: 'seaworthy.openReportText',
} as const;

/** Tools of language models; `src/tools/` has what they do. */
export const LM_TOOLS = [
  'audit_file',
  'audit_changes',
  'containers_status',
  'container_logs',
  'restart_project',
  'next_task',
  'report_task',
  'premortem_cards',
] as const;

export const CHAT_PARTICIPANT = 'seaworthy.chat';

export const MCP_PROVIDER = 'seaworthy.mcp';

export const TEST_CONTROLLER = 'seaworthy.tests';

export const VIEWS = {
  audits: 'seaworthy.audits',
  containers: 'seaworthy.containers',
  loopRuns: 'seaworthy.loopRuns',
} as const;

/** With the id of the extension in front, as the editor wants it. */
export const WALKTHROUGH = 'seaworthy.seaworthy#firstSteps';

export const CONTEXT_KEYS = {
  /** `unknown` until a view or an audit asked, then `available` or `unavailable`. */
  engine: 'seaworthy.engine',
  /** Set once the walkthrough is open: the editor ends a step by a key only when that changes while it looks. */
  hasFolder: 'seaworthy.hasFolder',
} as const;

export const SETTINGS_SECTION = 'seaworthy';

/** Keys of settings, without the section. */
export const SETTINGS = {
  engineHost: 'engine.host',
  otherEngines: 'containers.otherEngines',
  groupBy: 'containers.groupBy',
  alerts: 'containers.alerts',
  nodeImage: 'sandbox.nodeImage',
  pythonImage: 'sandbox.pythonImage',
  timeoutSeconds: 'sandbox.timeoutSeconds',
  memoryMegabytes: 'sandbox.memoryMegabytes',
  cpus: 'sandbox.cpus',
  dependencyGigabytes: 'sandbox.dependencyImagesGigabytes',
  processes: 'sandbox.processes',
  outputMegabytes: 'sandbox.outputMegabytes',
  keepDays: 'audit.keepDays',
  importSarif: 'audit.importSarif',
  mutants: 'audit.mutants',
  mcpServer: 'agents.mcpServer',
  runner: 'audit.runner',
  onSave: 'audit.onSave',
  tests: 'audit.tests',
  testScript: 'audit.testScript',
  testExplorer: 'tests.explorer',
  autoDeploy: 'deploy.auto',
  loop1Model: 'loop1.model',
  loop2Model: 'loop2.model',
  modelRounds: 'loop2.modelRounds',
  modelTokens: 'loop2.modelTokens',
  modelMinutes: 'loop2.modelMinutes',
  preset: 'rules.preset',
  levels: 'rules.levels',
  overrides: 'rules.overrides',
  assertFunctions: 'rules.assertFunctions',
  domainWords: 'rules.domainWords',
} as const;

/** Kind of the tabs with logs of containers. */
export const LOG_VIEW = 'seaworthy.logs';

/** Kind of the tabs with all about one container. */
export const DETAILS_VIEW = 'seaworthy.details';

/** Kind of the tabs about an environment: its deploys. */
export const DEPLOY_VIEW = 'seaworthy.deployments';

/** Kind of the tabs about a Loop 1. */
export const LOOP1_VIEW = 'seaworthy.loop1';

/** Kind of the tabs about a Loop 2. */
export const LOOP2_VIEW = 'seaworthy.loop2';

/** Read-only pages about a task of Loop 2. */
export const TASK_SCHEME = 'seaworthy-task';

/** What files of a task were. */
export const KEPT_SCHEME = 'seaworthy-kept';

/** What files would be after what a model has written for a task. */
export const PROPOSAL_SCHEME = 'seaworthy-proposal';

/** What files would be after an edit that is offered. */
export const REMEDY_SCHEME = 'seaworthy-remedy';

/** Read-only pages about containers. */
export const PAGE_SCHEME = 'seaworthy-page';

/** The page of a report. */
export const REPORT_VIEW = 'seaworthy.report';
/** Pages that explain a finding. */
export const EXPLAIN_SCHEME = 'seaworthy-explain';

export const REPORT_SCHEME = 'seaworthy-report';
/** What ticked tasks come to. */
export const VERIFIED_SCHEME = 'seaworthy-verified';
export const SANDBOX_SCHEME = 'seaworthy-sandbox';
