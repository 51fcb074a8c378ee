import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AuditReport } from '../../src/audit/report';
import { readWorkspace } from '../../src/loops/loop1/facts/readWorkspace';
import { ProjectFacts } from '../../src/loops/loop1/facts/projectFacts';
import type { GateParts } from '../../src/loops/loop2/gate/auditTask';
import { Loop2 } from '../../src/loops/loop2/loop2';
import type { Loop2Parts } from '../../src/loops/loop2/loop2';
import type { OpenStage } from '../../src/loops/loop2/taskJobs';
import { Stages } from '../../src/loops/loop2/stage/stages';
import { listSources } from '../../src/sandbox/sources';
import { ProjectState } from '../../src/repositories/projectState';
import { auditReport, finding, stageResult } from './reports';
import { openStore } from './stateStore';
import { writeFiles } from './temporaryFolder';

/** What the audit says of a file, by a word in it: `GOOD`, `BAD TH01`, `UNTESTED`, `AWAY` or `CRITICAL`. */
export function reportBy(file: string, text: string): AuditReport {
  const [, rule] = /\bBAD (\w+)/.exec(text) ?? [];
  const parts = { id: randomUUID(), file };
  const production = (reason: string, nextStep: 'add-test' | 'start-engine'): AuditReport =>
    auditReport({
      ...parts,
      ...{ verdict: 'not run', reason: `production not run: ${reason}` },
      stages: [
        stageResult({ stage: 'theater' }),
        stageResult({ stage: 'production', status: 'not run', reason, nextStep }),
        stageResult({ stage: 'quality' }),
      ],
    });
  if (rule !== undefined || text.includes('CRITICAL')) {
    const found = finding({ file, ruleId: rule ?? 'SE01', severity: 'error' });
    const theater = stageResult({
      stage: 'theater',
      status: 'fail',
      reason: found.message,
      findings: [found],
    });
    return auditReport({ ...parts, verdict: 'fail', reason: 'theater failed', stages: [theater] });
  }
  if (text.includes('UNTESTED')) return production('no test reaches it', 'add-test');
  if (text.includes('AWAY')) return production('no engine answers', 'start-engine');
  return auditReport(parts);
}

/**
 * A Loop 2 on a real folder and a real store, whose audit is as `reportBy` says and whose claims hold: faults are injected into what
 * stands around it.
 */
export function loop2Bench(
  folder: string,
  {
    gateAt: wholeGate,
    ...parts
  }: Partial<Omit<Loop2Parts, 'gate'>> & {
    gate?: Partial<GateParts>;
    /** In the place of all of that: the gate of a workspace, by its path. */
    gateAt?: (root: string) => GateParts;
  } = {},
) {
  const root = path.join(folder, 'workspace');
  fs.mkdirSync(root, { recursive: true });
  const place = path.join(folder, 'state');
  const { store } = openStore(place);
  const state = new ProjectState(store, place, 'project', () => 30);
  const audited: string[] = [];
  const ownGate = (place: string): GateParts => ({
    root: place,
    open: async (signal) => {
      const read = await readWorkspace(place, signal);
      return {
        texts: read.parts.texts,
        facts: new ProjectFacts(read.parts),
        claim: async () => ({ verdict: 'verified', reason: '', evidence: [], faults: [] }),
      };
    },
    audit: async (file) => {
      audited.push(file);
      return reportBy(file, fs.readFileSync(path.join(place, file), 'utf8'));
    },
    run: async () => ({ kind: 'ended', exitCode: 0, said: '' }),
    sources: [],
    now: () => new Date(),
    ...parts.gate,
  });
  const gateAt = wholeGate ?? ownGate;
  const gate = gateAt(root);
  const stages = new Stages({
    ...{ root, folder: path.join(folder, 'stages'), list: listSources },
    claim: (name) => state.claim(name),
  });
  const openStage: OpenStage = async (edits, signal) => {
    const stage = await stages.open(edits, signal);
    return { gate: gateAt(stage.root), close: () => stage.close() };
  };
  const loop = new Loop2({ keeper: state.loop2Runs, backoffMs: 1, openStage, ...parts, gate });
  const write = (files: Record<string, string>): void => writeFiles(root, files);
  const states = async (): Promise<Record<string, string>> =>
    Object.fromEntries(((await loop.latest())?.tasks ?? []).map(({ id, state: now }) => [id, now]));
  return { root, place, store, state, gate, stages, loop, audited, write, states };
}
