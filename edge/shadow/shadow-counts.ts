import type { ShadowCounts, ShadowRecord } from '../../schema/telemetry.ts';

/** Why an answer that a shadow was chosen for has no record of it. */
export type ShadowDrop =
  | 'QUEUE_FULL' // too many answers wait already
  | 'OVERRUN' // it waited longer than its time budget
  | 'ADMISSION_REFUSED' // the model would not finish within the budget
  | 'NOT_READY' // the shadow's release is not loaded, or not fit
  | 'LOG_FULL' // the log had no room for it
  | 'STOPPED' // the node was shutting down
  | 'FAULT'; // our own mistake; the log of the node says which

export type ShadowFailure = NonNullable<ShadowRecord['failure']>;

interface Counts {
  chosen: number;
  recorded: number;
  readonly dropped: Partial<Record<ShadowDrop, number>>;
  readonly failed: Partial<Record<ShadowFailure, number>>;
}

/** More than a node meets between two restarts; the oldest is forgotten. */
const MOST_HOLDERS = 50;

/** What became of the answers that each shadow was chosen for: chosen = recorded + queued + dropped. */
export class ShadowTally {
  readonly #counts = new Map<string, Counts & Pick<ShadowCounts, 'holder' | 'holderRevision'>>();

  of({ holder, holderRevision }: Pick<ShadowCounts, 'holder' | 'holderRevision'>): Counts {
    const key = `${holderRevision} ${holder}`;
    const known = this.#counts.get(key);
    if (known) return known;
    const fresh = { holder, holderRevision, chosen: 0, recorded: 0, dropped: {}, failed: {} };
    this.#counts.set(key, fresh);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_HOLDERS && oldest !== undefined) this.#counts.delete(oldest);
    return fresh;
  }

  counts(): ShadowCounts[] {
    return [...this.#counts.values()].map((own) => {
      const { holder, holderRevision, chosen, recorded, dropped, failed } = own;
      const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
      return {
        holder,
        holderRevision,
        chosen,
        recorded,
        queued: chosen - recorded - lost,
        dropped: { ...dropped },
        failed: { ...failed },
      };
    });
  }
}
