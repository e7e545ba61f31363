import { trustShown } from './asker-trust.ts';
import type { ExposureRecord } from '../../schema/telemetry.ts';
import type { Answered } from './prediction-log.ts';
import type { RecordLog } from './record-log.ts';
import { uuidV7 } from './uuid-v7.ts';

const MOST_REMEMBERED = 100_000;

/**
 * One record the first time that a unit meets an arm under a lease, as far as this node remembers: monitoring keeps
 * the first of each unit whatever comes twice.
 */
export class ExposureLog {
  readonly #log: RecordLog;
  readonly #nowMs: () => number;
  readonly #met = new Set<string>();

  constructor(log: RecordLog, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  async write({ id, choice, occurredAtMs, trust }: Answered, unit: string): Promise<void> {
    const { arm, holder, holderRevision } = choice;
    if (arm === null || holder === null || holderRevision === null) return;
    // What a public key made a unit meet says nothing of what a server will.
    const key = `${trust}\0${holder}\0${holderRevision}\0${unit}`;
    if (this.#met.has(key)) return;
    const record: ExposureRecord = {
      id: uuidV7(this.#nowMs()),
      predictionId: id,
      holder,
      holderRevision,
      unit,
      arm,
      occurredAt: new Date(occurredAtMs).toISOString(),
      ...trustShown(trust),
    };
    const json = JSON.stringify(record);
    if (!(await this.#log.append({ kind: 'exposure', id: record.id, json, whenFull: 'DROP' }))) return;
    this.#met.add(key);
    const [oldest] = this.#met;
    if (this.#met.size > MOST_REMEMBERED && oldest !== undefined) this.#met.delete(oldest);
  }
}
