import { DomainError } from '../../../core/errors.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { explain, type Absence, type Explanation, type Found } from '../domain/explanation.ts';
import { predictionUrn } from '../domain/ids.ts';
import { findOutcomes } from '../storage/outcome.ts';
import { findPredictions } from '../storage/prediction.ts';
import type { MonitoringDeps } from './deps.ts';

const OUTAGES: Readonly<Record<string, Absence>> = {
  NOT_FOUND: 'GONE',
  SUBGRAPH_UNAVAILABLE: 'UNREACHABLE',
  TIMEOUT: 'UNREACHABLE',
  DIGEST_MISMATCH: 'GONE',
  FAILED_PRECONDITION: 'GONE',
};

/** Says what led to one answer, from its record and from the recipe that made it. */
export class Explaining {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Null where there is no such prediction in the project, or none any more. */
  async explain({ actor }: RequestContext, id: string): Promise<Explanation | null> {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const key = predictionUrn.lookUp(project, id, 'id');
    const [prediction] = key ? await findPredictions(pool, project, [key.id]) : [];
    if (!prediction) return null;
    const [outcomes, found] = await Promise.all([
      findOutcomes(pool, project, [prediction]),
      this.#releaseOf(project, prediction.release),
    ]);
    return explain(prediction, found, outcomes.get(prediction.id) ?? null);
  }

  /** A registry that is away costs what only the recipe says, not the explanation. */
  async #releaseOf(project: string, digest: string): Promise<Found> {
    try {
      return { document: await this.#deps.blobs.document(project, digest) };
    } catch (error) {
      const why = error instanceof DomainError ? OUTAGES[error.code] : undefined;
      if (!(error instanceof DomainError) || !why) throw error;
      return { why, detail: error.message };
    }
  }
}
