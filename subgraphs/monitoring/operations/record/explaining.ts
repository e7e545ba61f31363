import { DomainError } from '../../../../core/errors.ts';
import { MOST_REASONS } from '../../../../schema/reasons.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { explain, type Absence, type Explanation, type Found } from '../../domain/record/explanation.ts';
import { computedReasons, type ComputedReasons, type NoReasons } from '../../domain/record/computed-reasons.ts';
import { predictionUrn } from '../../domain/ids.ts';
import type { StoredPrediction } from '../../domain/record/prediction.ts';
import { findOutcomes } from '../../storage/record/outcome.ts';
import { findPredictions } from '../../storage/record/prediction.ts';
import type { MonitoringDeps } from '../deps.ts';

const OUTAGES: Readonly<Record<string, Absence>> = {
  NOT_FOUND: 'GONE',
  SUBGRAPH_UNAVAILABLE: 'UNREACHABLE',
  TIMEOUT: 'UNREACHABLE',
  DIGEST_MISMATCH: 'GONE',
  FAILED_PRECONDITION: 'GONE',
};

export interface ExplainInput {
  readonly id: string;
  /** How many reasons at most. */
  readonly reasons: number;
}

/** Says what led to one answer, from its record and from the recipe that made it. */
export class Explaining {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Null where there is no such prediction in the project, or none any more. */
  async explain({ actor }: RequestContext, { id, reasons: most }: ExplainInput): Promise<Explanation | null> {
    checkMost(most);
    const { pool } = this.#deps.db;
    const { project } = actor;
    const key = predictionUrn.lookUp(project, id, 'id');
    const [prediction] = key ? await findPredictions(pool, project, [key.id]) : [];
    if (!prediction) return null;
    const [outcomes, found] = await Promise.all([
      findOutcomes(pool, project, [prediction]),
      this.#releaseOf(project, prediction.release),
    ]);
    const computed = prediction.reasons ? null : await this.#computed(prediction, found);
    return explain(prediction, { found, outcome: outcomes.get(prediction.id) ?? null, computed, most });
  }

  async #computed(prediction: StoredPrediction, found: Found): Promise<ComputedReasons | NoReasons> {
    if ('why' in found) return found;
    const { document } = found;
    try {
      const files = await Promise.all(
        document.recipe.models.map(async ({ version }) => {
          const file = document.models.find((model) => model.version === version);
          return file ? this.#deps.blobs.model(file) : { refused: 'its release does not have its file' };
        }),
      );
      return computedReasons(prediction, document, files);
    } catch (error) {
      return outage(error);
    }
  }

  /** A registry that is away costs what only the recipe says, not the explanation. */
  async #releaseOf(project: string, digest: string): Promise<Found> {
    try {
      return { document: await this.#deps.blobs.document(project, digest) };
    } catch (error) {
      return outage(error);
    }
  }
}

function outage(error: unknown): NoReasons {
  const why = error instanceof DomainError ? OUTAGES[error.code] : undefined;
  if (!(error instanceof DomainError) || !why) throw error;
  return { why, detail: error.message };
}

function checkMost(most: number): void {
  if (most >= 1 && most <= MOST_REASONS) return;
  const allowed = `a whole number from 1 to ${MOST_REASONS}`;
  throw new DomainError('INVALID_INPUT', `reasons: ${most} is not ${allowed}`, {
    field: 'reasons',
    allowed: [allowed],
  });
}
