import type { Registry } from 'prom-client';
import type { Database } from '../../shared/database/database.ts';
import { addStoredGauge } from '../../shared/http/stored-gauge.ts';

type Row = {
  readonly project: string;
  readonly stream: string;
  readonly lag: number;
  readonly lost: number;
  readonly quarantined: number;
};

/** How far each stream is behind its topic, and what of the topic is not in the log. */
export function addStreamGauges(metrics: Registry, db: Database): void {
  const figures = [
    ['lag', 'Messages of its topic that a stream has not read yet, as the brokers said last.'],
    ['lost', 'Messages that a topic had let go of before its stream read them.'],
    ['quarantined', 'Messages of a stream that are no events of its source.'],
  ] as const;
  for (const [figure, help] of figures) {
    addStoredGauge(metrics, db, {
      name: `feature_event_stream_${figure}`,
      help,
      labelNames: ['project', 'stream'],
      read: async (set) => {
        const rows = await db.query<Row>(
          `select project, stream, sum(end_offset - next_offset)::float8 as lag, sum(lost)::float8 as lost,
             sum(quarantined)::float8 as quarantined from stream_place group by project, stream`,
        );
        for (const row of rows) set({ project: row.project, stream: row.stream }, row[figure]);
      },
    });
  }
}
