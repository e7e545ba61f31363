import { DomainError } from '../../../../core/errors.ts';
import type { EventSpine } from '../../domain/event-spine.ts';
import type { DuckSession } from '../../../shared/duckdb/duckdb.ts';
import { keyColumn, featureColumn } from '../log/log-columns.ts';
import type { ManifestLog, Spine } from '../../domain/training-set.ts';
import type { TrainingStores } from './write-training-set.ts';
import { spineColumn, storeSpine } from './spine.ts';
import { layLog, type LogParts } from './view-log.ts';

/**
 * The spine that the events of views make, each key and time once, by time and key. Of several rows for one key and time
 * the labels are those of the row that counts: the newest created, then the last that came. `log` is what to read of each
 * view, in the order of the views.
 */
export function spineFromEvents(
  stores: TrainingStores,
  spine: EventSpine,
  log: readonly ManifestLog[],
): Promise<Spine> {
  return stores.duck.session(async (session) => {
    if ((await layEvents(session, stores, spine, log)) === 0) throw noEvents(spine);
    const { from, to, labels, columns } = spine;
    const events = { from: from.toISOString(), to: to.toISOString(), labels, log };
    return { ...(await storeSpine(session, stores.spines, columns)), events };
  });
}

/** Lays that spine before DuckDB as the table `spine`; answers how many rows it has. */
export async function layEvents(
  session: DuckSession,
  parts: LogParts,
  { views, from, to, labels }: Omit<EventSpine, 'columns'>,
  log: readonly ManifestLog[],
): Promise<number> {
  const keys = (views[0]?.joinKeys ?? []).map(({ name }) => keyColumn(name));
  const values = [...keys, 'event_ms', ...labels.map(featureColumn)];
  const events: string[] = [];
  for (const [i, view] of views.entries()) {
    const part = log[i];
    if (!part) throw new Error(`what to read of ${view.name}@${view.version} is missing`);
    await layLog(session, parts, `event_log_${i}`, view, part);
    events.push(`SELECT ${values.join(', ')}, created_ms, seq, ordinal FROM event_log_${i}
      WHERE event_ms >= ${from.getTime()} AND event_ms < ${to.getTime()}`);
  }
  const named = values.map((value, i) => `${value} AS ${spineColumn(i)}`);
  await session.run(
    `CREATE TEMP TABLE spine AS
     SELECT row_number() OVER (ORDER BY event_ms, ${keys.join(', ')}) - 1 AS row_id, ${named.join(', ')}
     FROM (SELECT * FROM (${events.join(' UNION ALL ')}) QUALIFY row_number() OVER (
       PARTITION BY ${keys.join(', ')}, event_ms ORDER BY created_ms DESC NULLS LAST, seq DESC, ordinal DESC) = 1)`,
  );
  const [found] = await session.rows('SELECT count(*) AS rows FROM spine');
  return Number(found?.['rows']);
}

function noEvents({ views, from, to }: EventSpine): DomainError {
  const names = views.map(({ name, version }) => `${name}@${version}`).join(', ');
  const range = `[${from.toISOString()}, ${to.toISOString()})`;
  const message = `spine.events: the log of ${names} has no event in ${range}; load or push some first`;
  return new DomainError('INVALID_INPUT', message, { field: 'spine.events' });
}
