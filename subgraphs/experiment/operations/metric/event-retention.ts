import type { Logger } from 'pino';
import type { ChangeDeps } from '../../../shared/operations/change.ts';
import { keptFrom, readByExperiment, readByHoldout, type EventReader } from '../../domain/metric/event-readers.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { activeHoldouts } from '../../storage/holdout/holdout.ts';
import { dropBefore, keptSince, namesBefore, type EventName } from '../../storage/metric/kept-events.ts';
import { findMatching } from '../../storage/study.ts';

export interface EventRetentionDeps extends Pick<ChangeDeps, 'db' | 'now'> {
  /** For how many days pushed events are kept that nothing reads; 0: for ever. */
  readonly days: number;
  readonly log: Logger;
}

const DAY_MS = 86_400_000;

/** How long pushed events of units are kept. */
export class EventRetention {
  readonly #deps: EventRetentionDeps;

  constructor(deps: EventRetentionDeps) {
    this.#deps = deps;
  }

  /** Null: for ever. */
  get days(): number | null {
    return this.#deps.days === 0 ? null : this.#deps.days;
  }

  /** From when on events are still there, by name, where older ones were dropped. */
  keptSince(project: string): Promise<ReadonlyMap<string, Date>> {
    return keptSince(this.#deps.db.pool, project);
  }

  /** Drops what is old enough, but for what an experiment that is not archived, or an active holdout, still reads. */
  async run(): Promise<void> {
    const { db, days, now, log } = this.#deps;
    if (days === 0) return;
    const oldest = new Date(now().getTime() - days * DAY_MS);
    for (const event of await namesBefore(db.pool, oldest)) {
      const before = keptFrom(event.name, oldest, await this.#readers(event));
      const dropped = await dropBefore(db.pool, event, before);
      if (dropped > 0) log.info({ ...event, dropped, before }, 'old events of units were dropped');
    }
  }

  async #readers({ project }: EventName): Promise<readonly EventReader[]> {
    const em = this.#deps.db.em();
    const experiments = await findMatching(em, experimentKind, project, { status: { $ne: 'ARCHIVED' } });
    const holdouts = await activeHoldouts(em, project);
    return [
      ...experiments.flatMap((experiment) => readByExperiment(experiment, this.#deps.now())),
      ...holdouts.flatMap(readByHoldout),
    ];
  }
}
