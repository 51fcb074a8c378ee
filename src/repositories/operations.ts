import { randomUUID } from 'node:crypto';
import type { Store } from '../store/store';

const OUTCOMES = ['done', 'failed', 'cancelled'] as const;

/** Something that was done to a container or a project: who, what, when, with which outcome. */
export interface LoggedOperation {
  id: string;
  /** A person's account name, or the part of Seaworthy that acted. */
  actor: string;
  /** A verb: restart, remove, deploy. */
  action: string;
  target: string;
  outcome: (typeof OUTCOMES)[number];
  /** Empty when it was done. */
  reason: string;
  /** ISO UTC with milliseconds. */
  createdAt: string;
}

/** The operation log of one project; entries are never changed. */
export class OperationLog {
  constructor(
    private readonly store: Store,
    private readonly projectId: string,
  ) {}

  async add(operation: Omit<LoggedOperation, 'id' | 'createdAt'>): Promise<LoggedOperation> {
    const logged = { ...operation, id: randomUUID(), createdAt: new Date().toISOString() };
    const { createdAt, ...columns } = logged;
    const row = { ...columns, project_id: this.projectId, created_at: createdAt };
    await this.store.save([{ table: 'operation_log', row }]);
    return logged;
  }

  /** Newest first. */
  async list(limit: number): Promise<LoggedOperation[]> {
    const where = { project_id: this.projectId };
    const rows = await this.store.select({ table: 'operation_log', where, limit });
    return rows.flatMap(({ id, actor, action, target, outcome, reason, created_at: createdAt }) => {
      const known = OUTCOMES.find((name) => name === outcome);
      return known ? [{ id, actor, action, target, outcome: known, reason, createdAt }] : [];
    });
  }
}
