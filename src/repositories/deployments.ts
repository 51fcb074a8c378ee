import type { Store } from '../store/store';

const STATUSES = ['running', 'healthy', 'unhealthy', 'failed', 'rolled back', 'cancelled'] as const;

/** One deployed state of an environment and what became of it. */
export interface Deployment {
  id: string;
  environment: string;
  status: (typeof STATUSES)[number];
  /** Empty for success, otherwise a sentence a user can act on. */
  reason: string;
  /** What was deployed; paths are relative to the workspace. */
  release: { files: string[]; composeFile: string | null; images: string[]; commit: string | null };
  /** ISO UTC with milliseconds. */
  createdAt: string;
  updatedAt: string;
}

/** The deployments of one project, kept until the user removes them. */
export class Deployments {
  constructor(
    private readonly store: Store,
    private readonly projectId: string,
  ) {}

  /** Saves a deployment under its id, over what was saved of it before. */
  async save(deployment: Deployment): Promise<void> {
    const { id, environment, status, reason, release, createdAt, updatedAt } = deployment;
    const row = {
      id,
      project_id: this.projectId,
      environment,
      status,
      reason,
      release: JSON.stringify(release),
      created_at: createdAt,
      updated_at: updatedAt,
    };
    await this.store.save([{ table: 'deployments', row }]);
  }

  /** Newest first, of one environment or of all. Rows that make no sense are left out. */
  async list(limit: number, environment?: string): Promise<Deployment[]> {
    const where = { project_id: this.projectId, ...(environment !== undefined && { environment }) };
    const rows = await this.store.select({ table: 'deployments', where, limit });
    return rows.flatMap((row): Deployment[] => {
      const status = STATUSES.find((known) => known === row.status);
      try {
        const release = JSON.parse(row.release) as Deployment['release'];
        const { id, reason, created_at: createdAt, updated_at: updatedAt } = row;
        return status
          ? [{ id, environment: row.environment, status, reason, release, createdAt, updatedAt }]
          : [];
      } catch {
        return [];
      }
    });
  }
}
