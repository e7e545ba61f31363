import { DomainError } from '../../../core/errors.ts';
import { FeaturePushRequest, type FeaturePushAnswer } from '../../../schema/feature-push.ts';
import { validated } from '../../../schema/validated.ts';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import { viewUrn } from '../domain/ids.ts';
import { pushedRowOf, type PushedRow } from '../domain/pushed-row.ts';
import { findViews } from '../storage/feature-view.ts';
import type { PushedBatch } from '../storage/log/pushed-row.ts';
import type { OnlineFold } from '../storage/online/fold.ts';

export interface PushesDeps {
  readonly db: Database;
  readonly fold: OnlineFold;
  readonly now: () => Date;
}

interface Waiting {
  readonly batch: PushedBatch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const ROWS_PER_COMMIT = 5_000;

/**
 * Rows that arrive one by one: each is checked, then in the log for good, then online, and only then its sender hears of
 * it. A killed process loses nothing that was heard of.
 */
export class Pushes {
  readonly #deps: PushesDeps;
  #queue: Waiting[] = [];
  #draining: Promise<void> | undefined;

  constructor(deps: PushesDeps) {
    this.#deps = deps;
  }

  /** A bad row costs only itself. Throws INVALID_INPUT for a body that is no push, NOT_FOUND for an unknown view. */
  async push({ actor }: RequestContext, body: unknown): Promise<FeaturePushAnswer> {
    const input = validated(FeaturePushRequest, body);
    const { db, now } = this.#deps;
    const [view] = await findViews(db.em(), actor.project, [viewUrn.parse(actor.project, input.view, 'view')]);
    if (!view) throw new DomainError('NOT_FOUND', `view: there is no ${input.view} here`, { field: 'view' });
    const { accepted, rejected } = sorted(view, input.rows, now());
    if (accepted.length > 0) {
      const { to } = input;
      await this.#append({ view, rows: accepted, online: to !== 'OFFLINE', offline: to !== 'ONLINE' });
    }
    return { view: viewUrn.format(view), accepted: accepted.length, rejected };
  }

  /** Ends what has begun. */
  async stop(): Promise<void> {
    await this.#draining;
  }

  #append(batch: PushedBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject });
      this.#draining ??= this.#drain().finally(() => {
        this.#draining = undefined;
      });
    });
  }

  /** Whoever waits shares the next commit. One commit at a time, so that places in the log and in the store agree. */
  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const turn: Waiting[] = [];
      for (let rows = 0; this.#queue.length > 0 && rows < ROWS_PER_COMMIT;) {
        const next = this.#queue.shift();
        if (!next) break;
        turn.push(next);
        rows += next.batch.rows.length;
      }
      try {
        await this.#commit(turn.map(({ batch }) => batch));
        for (const { resolve } of turn) resolve();
      } catch (error) {
        for (const { reject } of turn) reject(error);
      }
    }
  }

  async #commit(batches: readonly PushedBatch[]): Promise<void> {
    const { fold, now } = this.#deps;
    await fold.push(batches, now());
  }
}

function sorted(
  view: FeatureView,
  rows: readonly unknown[],
  arrival: Date,
): { readonly accepted: PushedRow[]; readonly rejected: FeaturePushAnswer['rejected'] } {
  const accepted: PushedRow[] = [];
  const rejected: FeaturePushAnswer['rejected'] = [];
  rows.forEach((row, index) => {
    try {
      accepted.push(pushedRowOf(view, row, arrival));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      rejected.push({ index, field: String(error.details['field']), code: error.code, message: error.message });
    }
  });
  return { accepted, rejected };
}
