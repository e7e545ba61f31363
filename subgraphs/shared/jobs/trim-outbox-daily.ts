import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { trimOutbox } from '../events/trim-outbox.ts';
import type { Jobs } from './jobs.ts';

const DAY_SECONDS = 86_400;

export interface TrimOptions {
  readonly db: Pick<Database, 'query'>;
  /** 0: never. */
  readonly days: number;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Once a day, on one replica. */
export function trimOutboxDaily(jobs: Jobs, { db, days, now, log }: TrimOptions): void {
  if (days === 0) return;
  jobs.every('trim-outbox', DAY_SECONDS, async () => {
    const removed = await trimOutbox(db, days, now());
    if (removed > 0) log.info({ events: removed, olderThanDays: days }, 'superseded events were removed');
  });
}
