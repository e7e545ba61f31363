import { DomainError } from '../../../core/errors.ts';
import type { FeatureEventsAnswer } from '../../../schema/feature-answers.ts';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { Turns } from '../../shared/turns.ts';
import { sourceUrn, viewUrn } from '../domain/ids.ts';
import type { PushedRow } from '../domain/pushed-row.ts';
import type { Source } from '../domain/source.ts';
import { StreamEvents } from '../domain/stream-event.ts';
import { viewsOn } from '../storage/feature-view.ts';
import type { PushedBatch } from '../storage/log/pushed-row.ts';
import { findSources } from '../storage/source.ts';
import type { LogQueue } from './log-queue.ts';

export interface EventsDeps {
  readonly db: Database;
  readonly queue: LogQueue;
  readonly now: () => Date;
}

/** Events as a request brings them: each with its line, read already or why it cannot be. */
export interface SentEvents {
  readonly source: string;
  readonly events: Iterable<{ readonly line: number; readonly event: unknown } | { line: number; fault: DomainError }>;
}

/**
 * Events of a source: each is checked against every view over the source, then in the log of all of them for good, then in
 * their windows, and only then its sender hears of it.
 */
export class Events {
  readonly #deps: EventsDeps;

  constructor(deps: EventsDeps) {
    this.#deps = deps;
  }

  /** Throws RATE_LIMITED where events would only wait: their body is then not even read. */
  refuseUnderPressure(): void {
    this.#deps.queue.refuseUnderPressure();
  }

  /** A bad event costs only itself. Throws NOT_FOUND for an unknown source, FAILED_PRECONDITION for one without views. */
  async send({ actor }: RequestContext, { source: id, events }: SentEvents): Promise<FeatureEventsAnswer> {
    const { db, queue, now } = this.#deps;
    const { source, stream } = await streamOf(db, actor.project, id);
    const rejected: FeatureEventsAnswer['rejected'] = [];
    const rows = stream.views.map((): PushedRow[] => []);
    const arrival = now();
    const turns = new Turns();
    let accepted = 0;
    for (const sent of events) {
      await turns.pass();
      try {
        if ('fault' in sent) throw sent.fault;
        stream.rowsOf(sent.event, arrival).forEach((row, i) => row && rows[i]?.push(row));
        accepted++;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const { field, allowed } = error.details;
        const { code, message } = error;
        rejected.push({ line: sent.line, field: String(field), code, message, allowed: allowed ?? null });
      }
    }
    await queue.append(batchesOf(stream, rows));
    const views = stream.views.map((view) => viewUrn.format(view));
    return { source: sourceUrn.format(source), views, accepted, rejected };
  }
}

/** A source and how its events become rows, as both stand now. Throws NOT_FOUND, or FAILED_PRECONDITION without views. */
export async function streamOf(
  db: Database,
  project: string,
  id: string,
): Promise<{ readonly source: Source; readonly stream: StreamEvents }> {
  const em = db.em();
  const [source] = await findSources(em, project, [sourceUrn.parse(project, id, 'source').name]);
  if (!source) throw new DomainError('NOT_FOUND', `source: there is no ${id} here`, { field: 'source' });
  const views = await viewsOn(em, project, { source: source.name });
  return { source, stream: new StreamEvents(source, views) };
}

export const batchesOf = ({ views }: StreamEvents, rows: readonly (readonly PushedRow[])[]): PushedBatch[] =>
  views.map((view, i) => ({ view, rows: rows[i] ?? [], online: true, offline: true }));
