import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { EarlyOutcomes as Counts } from '../domain/early-outcome.ts';
import { countEarly, findAwaited, giveUpBefore, takeEarly } from '../storage/early-outcome.ts';
import { announceFacts } from '../storage/fact.ts';
import { insertOutcomes } from '../storage/outcome.ts';
import { holdPredictionTimes } from '../storage/prediction-insert.ts';
import { inTransaction } from '../storage/transaction.ts';
import type { MonitoringDeps } from './deps.ts';

const DAY_MS = 86_400_000;

/** Outcomes that came before their predictions: a node that was off line ships late what it answered. */
export class EarlyOutcomes {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  count({ actor }: RequestContext): Promise<Counts> {
    return countEarly(this.#deps.db.pool, actor.project);
  }

  /**
   * Takes outcomes that wait for these predictions, as if they had arrived after them. Called once what made them known
   * is committed, by whichever side came second, so that neither has to wait for the other.
   */
  async join(project: string, predictions: readonly string[]): Promise<void> {
    if (predictions.length === 0) return;
    const awaited = await findAwaited(this.#deps.db.pool, { project, predictions });
    await this.#take(
      project,
      [...awaited].map(({ predictionId }) => predictionId),
    );
  }

  /** Joins what a crash in between has left waiting, and gives up what has waited too long. */
  async tidy(now: Date): Promise<void> {
    const left = await findAwaited(this.#deps.db.pool, null);
    for (const [project, rows] of Map.groupBy(left, (row) => row.project)) {
      await this.#take(
        project,
        rows.map(({ predictionId }) => predictionId),
      );
    }
    await giveUpBefore(this.#deps.db.pool, new Date(now.getTime() - this.#deps.early.days * DAY_MS));
  }

  async #take(project: string, predictions: readonly string[]): Promise<void> {
    if (predictions.length === 0) return;
    const { pool } = this.#deps.db;
    await inTransaction(pool, async (client) => {
      const known = await holdPredictionTimes(client, project, predictions);
      const early = await takeEarly(client, project, [...known.keys()]);
      // Each batch as it arrived: its time and trust are those of its outcomes.
      const batches = Map.groupBy(early, ({ trust, receivedAt }) => `${trust} ${receivedAt.toISOString()}`);
      for (const batch of batches.values()) {
        const [first] = batch;
        if (!first) continue;
        const dated = batch.flatMap((outcome) => {
          const predictionAt = known.get(outcome.predictionId);
          return predictionAt ? [{ ...outcome, predictionAt }] : [];
        });
        await insertOutcomes(client, { project, trust: first.trust, receivedAt: first.receivedAt }, dated);
      }
    });
    announceFacts(pool);
  }
}
