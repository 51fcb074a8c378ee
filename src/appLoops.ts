import * as path from 'node:path';
import type { Auditor, AuditRequest } from './audit/audit';
import type { CachedAnalyzer } from './audit/analysisCache';
import type { WorkspaceFacts } from './audit/workspace/workspaceFacts';
import type { EngineConnection } from './engine/connection';
import { Loop1 } from './loops/loop1/loop1';
import { auditsSource } from './loops/loop1/research/audits';
import { containersSource } from './loops/loop1/research/containers';
import { gitSource } from './loops/loop1/research/git';
import { networkSources } from './loops/loop1/research/network';
import { staticSource } from './loops/loop1/research/staticFindings';
import type { ResearchSource } from './loops/loop1/research/source';
import { workspaceSource } from './loops/loop1/research/workspace';
import type { ClaimWorkspaces } from './loops/loop2/claims/claimWorkspace';
import type { GateParts } from './loops/loop2/gate/auditTask';
import { gateOf } from './loops/loop2/gate/gateParts';
import { Loop2 } from './loops/loop2/loop2';
import { linkTo } from './loops/loop2/loop1Link';
import type { OpenStage } from './loops/loop2/taskJobs';
import { ModelWorker } from './loops/loop2/model/modelWorker';
import type { Budget } from './loops/loop2/model/budget';
import { Stages } from './loops/loop2/stage/stages';
import type { Model } from './loops/model';
import type { ProjectState } from './repositories/projectState';
import { listSources } from './sandbox/sources';

export interface LoopParts {
  auditor: Auditor;
  analyzer: CachedAnalyzer;
  claims: ClaimWorkspaces;
  facts: WorkspaceFacts;
  stateOf: (folderUri: string) => ProjectState;
  connectEngine: (signal: AbortSignal) => Promise<EngineConnection>;
  /** The user's, which may add scenarios to a Loop 1. */
  languageModel?: (signal: AbortSignal) => Promise<Model | undefined>;
  /** The user's, which may do tasks of a Loop 2. Rejects with `UserError` where there is none. */
  taskModel?: (signal: AbortSignal) => Promise<Model>;
  modelBudget: () => Budget;
}

/** Constructs the loops of workspace folders, one of each for all who ask. */
export class Loops {
  private readonly first = new Map<string, Loop1>();
  private readonly second = new Map<string, Loop2>();

  constructor(private readonly parts: LoopParts) {}

  async loop1Of(root: string, folderUri: string): Promise<Loop1> {
    const state = this.parts.stateOf(folderUri);
    await state.interruptOrphans();
    const known = this.first.get(folderUri);
    if (known) return known;
    const { languageModel: model } = this.parts;
    const sources = [...this.localSources(state), ...networkSources()];
    const loop = new Loop1({ root, keeper: state.loop1Runs, sources, ...(model && { model }) });
    this.first.set(folderUri, loop);
    return loop;
  }

  async loop2Of(
    root: string,
    folderUri: string,
    requestFor: (file: string) => Promise<AuditRequest>,
  ): Promise<Loop2> {
    const { auditor, claims, stateOf, taskModel, modelBudget } = this.parts;
    const state = stateOf(folderUri);
    await state.interruptOrphans();
    const known = this.second.get(folderUri);
    if (known) return known;
    const gateAt = (place: string, how: typeof requestFor): GateParts =>
      gateOf({
        ...{ root: place, requestFor: how, auditor, claims, sources: this.localSources(state) },
        keep: (report) => state.audits.add(report),
      });
    const gate = gateAt(root, requestFor);
    const stages = new Stages({
      ...{ root, folder: path.join(state.folder, 'stages'), list: listSources },
      claim: (name) => state.claim(name),
    });
    // Not waited for: one loop for all who ask.
    void stages.sweep();
    const openStage: OpenStage = async (edits, signal) => {
      const stage = await stages.open(edits, signal);
      // What is not saved in an editor is not in the copy.
      const staged = async (file: string): Promise<AuditRequest> => ({
        ...{ ...(await requestFor(file)), workspace: stage.root, file, overlays: new Map() },
      });
      return { gate: gateAt(stage.root, staged), close: () => stage.close() };
    };
    const workers = taskModel && {
      model: new ModelWorker({
        ...{ model: taskModel, budget: modelBudget, root },
        texts: async (signal) => (await gate.open(signal)).texts,
      }),
    };
    const loop1 = linkTo(() => this.loop1Of(root, folderUri));
    const loop = new Loop2({
      ...{ gate, keeper: state.loop2Runs, loop1, openStage },
      ...(workers && { workers }),
    });
    this.second.set(folderUri, loop);
    return loop;
  }

  /** Pauses what is at work. */
  async dispose(): Promise<void> {
    const loops = [...this.second.values(), ...this.first.values()];
    await Promise.all(loops.map((loop) => loop.dispose()));
  }

  /** Where Loop 1 looks without the network; the first reads the workspace. */
  private localSources(state: ProjectState): ResearchSource[] {
    const { analyzer, facts, connectEngine } = this.parts;
    return [
      workspaceSource,
      staticSource(analyzer),
      gitSource((folder, file, signal) => facts.testsReaching(folder, file, { signal })),
      auditsSource(state.audits),
      containersSource(connectEngine),
    ];
  }
}
