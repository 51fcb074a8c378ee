import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '../../package.json';
import { App } from '../app';
import { auditMany } from '../audit/auditMany';
import type { AuditRequest } from '../audit/audit';
import { BASELINE_FILE } from '../audit/baseline';
import { readBaseline } from '../audit/baselineFile';
import type { AuditReport } from '../audit/report';
import type { RuleSettings } from '../audit/ruleSettings';
import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { defaultSettings } from '../settings';
import { callTool, questionBefore } from '../tools/callTool';
import type { ToolFolder, ToolHost } from '../tools/tool';
import { TOOLS } from '../tools/tools';
import { ruleSettingsFor } from './rules';
import { stateFolder } from './stateFolder';
import { withApp } from './surroundings';
import type { Surroundings } from './surroundings';
import { existingFolder, UsageError } from './usage';

export interface McpArguments {
  /** The folder that is served. Absolute. */
  served: string;
  /** Folder of the state. */
  storage: string;
}

export function parseMcpArguments(
  words: readonly string[],
  options: { workspace?: string | undefined; storage?: string | undefined },
): McpArguments {
  if (words.length > 0) throw new UsageError('mcp takes no words; the folder is given with --workspace');
  return {
    served: existingFolder('--workspace', options.workspace ?? '.'),
    storage: path.resolve(options.storage ?? stateFolder()),
  };
}

/** Serves the tools over standard input and output until the client goes. Resolves to the exit status. */
export async function runMcp({ served, storage }: McpArguments, around: Surroundings): Promise<number> {
  const { distDirectory, logger, signal } = around;
  const app = new App({
    distDirectory,
    storageDirectory: storage,
    settings: () => defaultSettings,
    logger,
    onStateMessage: (message) => logger.warn(message),
    sandboxesKeptReady: 1,
  });
  const { serveMcp } = await import('../mcp/server');
  return withApp(app, 2, async () => {
    const host = hostOf(app, served);
    await serveMcp(
      {
        tools: TOOLS,
        call: (tool, input, call) => callTool(tool, input, host, call, logger),
        question: (tool, input, call) => questionBefore(tool, input, host, call, logger),
      },
      { version, signal, onError: (error) => logger.warn(oneLine(error.message, 500)) },
    );
    return 0;
  });
}

/** The folder that the command line names; whoever starts a server for it trusts it. */
function hostOf(app: App, root: string): ToolHost {
  const uri = pathToFileURL(root).href;
  const folder: ToolFolder = { name: path.basename(root), root, uri };
  const requestFor = async (file: string): Promise<AuditRequest> => {
    const rules = rulesOf(root);
    const baseline = await readBaseline(path.join(root, BASELINE_FILE));
    return { workspace: root, file, trusted: true, rules, ...(baseline && { baseline }) };
  };
  return {
    app,
    folders: () => [folder],
    isTrusted: () => true,
    audit: async (_folder, files, { stages, call }) => {
      const requests = await Promise.all(files.map(requestFor));
      const keep = async (
        report: AuditReport,
        _request: AuditRequest,
        done: number,
      ): Promise<AuditReport> => {
        call.onProgress(`${done}/${files.length} ${oneLine(report.file, 200)}: ${report.verdict}`);
        return report;
      };
      const audit = (request: AuditRequest, signal: AbortSignal): Promise<AuditReport> =>
        app.auditor.audit(
          { ...request, ...(stages && { stages }), isOneOfMany: files.length > 1 },
          { signal, onProgress: files.length > 1 ? () => undefined : call.onProgress },
        );
      return auditMany(requests, audit, { signal: call.signal, keep });
    },
    loop1Of: () => app.loop1Of(root, uri),
    loop2Of: () => app.loop2Of(root, uri, requestFor),
  };
}

function rulesOf(root: string): RuleSettings {
  try {
    return ruleSettingsFor(root, { preset: undefined, levels: [], config: undefined });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UserError(error.message, 'Mend the settings of the rules first.', { cause: error });
  }
}
