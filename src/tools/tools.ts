import { auditChanges, auditFile } from './auditTools';
import { containerLogs, containersStatus, restartProject } from './containerTools';
import { premortemCards } from './premortemTools';
import { nextTask, reportTask } from './taskTools';
import type { Tool } from './tool';

/** What models and agents can ask for, in the editor and over MCP. */
export const TOOLS = [
  auditFile,
  auditChanges,
  containersStatus,
  containerLogs,
  restartProject,
  nextTask,
  reportTask,
  premortemCards,
] as readonly Tool[];
