import { DomainError } from '../../../core/errors.ts';
import type { FeaturePushAnswer } from '../../../schema/feature-answers.ts';
import { FeaturePushRequest } from '../../../schema/feature-push.ts';
import { validated } from '../../../schema/validated.ts';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import { viewUrn } from '../domain/ids.ts';
import { pushedRowOf, type PushedRow } from '../domain/pushed-row.ts';
import { findViews } from '../storage/feature-view.ts';
import type { LogQueue } from './log-queue.ts';

export interface PushesDeps {
  readonly db: Database;
  readonly queue: LogQueue;
  readonly now: () => Date;
}

/**
 * Rows that arrive one by one: each is checked, then in the log for good, then online, and only then its sender hears of
 * it. A killed process loses nothing that was heard of.
 */
export class Pushes {
  readonly #deps: PushesDeps;

  constructor(deps: PushesDeps) {
    this.#deps = deps;
  }

  /** Throws RATE_LIMITED where a push would only wait: its body is then not even read. */
  refuseUnderPressure(): void {
    this.#deps.queue.refuseUnderPressure();
  }

  /** A bad row costs only itself. Throws INVALID_INPUT for a body that is no push, NOT_FOUND for an unknown view. */
  async push({ actor }: RequestContext, body: unknown): Promise<FeaturePushAnswer> {
    const input = validated(FeaturePushRequest, body);
    const { db, queue, now } = this.#deps;
    const [view] = await findViews(db.em(), actor.project, [viewUrn.parse(actor.project, input.view, 'view')]);
    if (!view) throw new DomainError('NOT_FOUND', `view: there is no ${input.view} here`, { field: 'view' });
    const { accepted, rejected } = sorted(view, input.rows, now());
    const { to } = input;
    await queue.append([{ view, rows: accepted, online: to !== 'OFFLINE', offline: to !== 'ONLINE' }]);
    return { view: viewUrn.format(view), accepted: accepted.length, rejected };
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
