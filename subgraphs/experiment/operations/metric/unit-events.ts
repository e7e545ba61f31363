import type { UnitEventBatch, UnitEventReceipt } from '../../../../schema/unit-event.ts';
import type { ChangeDeps } from '../../../shared/operations/change.ts';
import { eventNames, readByExperiment } from '../../domain/metric/event-readers.ts';
import { eventsWithoutErased } from '../erasure/late-records.ts';
import type { Trust } from '../../domain/trust.ts';
import { holdoutKey, unitsHeldBy } from '../../domain/holdout/holdout-units.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { addExposures } from '../../storage/experiment/unit.ts';
import { reportingHoldouts } from '../../storage/holdout/holdout.ts';
import { addUnitEvents, touchUnits } from '../../storage/metric/unit-event.ts';
import { findMatching } from '../../storage/study.ts';

/** Who sent them. */
export interface EventSender {
  readonly project: string;
  readonly trust: Trust;
}

/** Takes events of units in: what metrics and covariates are made of. */
export class UnitEvents {
  readonly #deps: ChangeDeps;

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
  }

  /** The same batch again stores nothing, and makes good what an answer that was lost left undone. */
  async push({ project, trust }: EventSender, { events }: UnitEventBatch): Promise<UnitEventReceipt> {
    const { db, now } = this.#deps;
    const { stored, kept } = await db.transaction(async (em) => {
      const known = await eventsWithoutErased(em, project, events, { counts: true });
      return { kept: known.length, stored: await addUnitEvents(em, { project, trust, events: known }, now()) };
    });
    // In a transaction of its own: it sees units that were counted while the events were written.
    await db.transaction(async (em) => {
      const still = await eventsWithoutErased(em, project, events, { counts: false });
      const names = new Set(still.map(({ name }) => name));
      const open = await findMatching(em, experimentKind, project, {
        status: { $in: ['RUNNING', 'STOPPED', 'DECIDED'] },
      });
      const readers = open.filter((experiment) =>
        readByExperiment(experiment, now()).some(({ event }) => names.has(event)),
      );
      const units = [...new Set(still.map(({ unit }) => unit))];
      const holdouts = await reportingHoldouts(em, project);
      await addExposures(
        em,
        holdouts.flatMap((holdout) => unitsHeldBy(holdout, trust, still)),
      );
      const held = holdouts.filter(({ metrics }) =>
        metrics.some(({ definition }) => eventNames(definition).some((name) => names.has(name))),
      );
      await touchUnits(em, project, [...readers.map(({ name }) => name), ...held.map(holdoutKey)], units);
    });
    return { stored, duplicates: kept - stored, erased: events.length - kept };
  }
}
