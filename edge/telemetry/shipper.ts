import { DomainError, ERROR_STATUS } from '../../core/errors.ts';
import { TelemetryAnswer } from '../../schema/telemetry-answer.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { QueuedRecord, RecordKind, RecordLog, Rejected, Settlement } from './record-log.ts';

export interface ShipperDeps {
  readonly control: ControlPlane;
  readonly log: RecordLog;
  readonly node: string;
  readonly timeoutMs: number;
  /** Told why nothing could be shipped. */
  readonly onTrouble: (reason: string) => void;
  /** Told what will never be stored, and why. */
  readonly onRejected: (kind: RecordKind, rejected: Rejected) => void;
}

interface Lane {
  readonly kinds: readonly RecordKind[];
  readonly path: string;
  readonly body: (records: readonly QueuedRecord[], node: string) => string;
}

const BATCH = 500;
/** Small enough that neither side is busy with one for long, since both have answers to give meanwhile. */
const BATCH_CHARACTERS = 256 * 1024;

const listed = (records: readonly QueuedRecord[], kind: RecordKind): string =>
  records
    .filter((record) => record.kind === kind)
    .map(({ json }) => json)
    .join(',');

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const LANES: readonly Lane[] = [
  {
    kinds: ['prediction', 'exposure', 'shadow', 'profile'],
    path: '/v1/predictions',
    body: (records, node) => {
      const shadows = listed(records, 'shadow');
      const profiles = listed(records, 'profile');
      const rare = `${shadows && `,"shadows":[${shadows}]`}${profiles && `,"profiles":[${profiles}]`}`;
      return `{"node":${JSON.stringify(node)},"predictions":[${listed(records, 'prediction')}],"exposures":[${listed(records, 'exposure')}]${rare}}`;
    },
  },
  {
    kinds: ['outcome'],
    path: '/v1/outcomes',
    body: (records) => `{"outcomes":[${listed(records, 'outcome')}]}`,
  },
];

/**
 * Sends what waits in the log to monitoring, batch after batch, and settles each record by its id: at least once from
 * here, once in the store, which knows the ids.
 */
export class Shipper {
  readonly #deps: ShipperDeps;

  constructor(deps: ShipperDeps) {
    this.#deps = deps;
  }

  /**
   * Ships what waits, until nothing goes through any more. What comes meanwhile goes with the next call: a few records cost
   * both sides nearly as much as many. True if the control plane took all that it was sent.
   */
  async ship(): Promise<boolean> {
    let through = true;
    for (const lane of LANES) {
      for (let going = true; going;) {
        const waiting = await this.#deps.log.next(BATCH, lane.kinds);
        const records = fitting(waiting);
        if (records.length === 0) break;
        const settled = await this.#send(lane, records);
        through &&= settled !== null;
        const isLast = records.length === waiting.length && waiting.length < BATCH && settled === records.length;
        // A batch of which nothing was settled would come back the same at once.
        going = settled !== null && settled > 0 && !isLast;
      }
    }
    return through;
  }

  /** How many records were settled; null when the batch did not go through. */
  async #send({ path, body }: Lane, records: readonly QueuedRecord[]): Promise<number | null> {
    const { control, node, timeoutMs, onTrouble } = this.#deps;
    let answer: TelemetryAnswer;
    try {
      answer = TelemetryAnswer.parse(await control.postText(path, body(records, node), timeoutMs));
    } catch (error) {
      onTrouble(error instanceof Error ? error.message : `${path} did not answer`);
      return this.#setDamagedAside(error, records);
    }
    const acked = new Set(answer.acked.map((id) => id.toLowerCase()));
    const rejected = new Map(answer.rejected.map((one) => [one.id.toLowerCase(), one]));
    const settlements = records.flatMap(({ number, kind, id, json }): Settlement[] => {
      if (acked.has(id.toLowerCase())) return [{ number, kind, rejected: null }];
      const why = rejected.get(id.toLowerCase());
      return why ? [{ number, kind, rejected: { code: why.code, message: why.message, id, json } }] : [];
    });
    return (await this.#settle(settlements)) ? settlements.length : null;
  }

  /** One record that the disk has garbled makes the whole batch unreadable: it must not hold up the others for ever. */
  async #setDamagedAside(error: unknown, records: readonly QueuedRecord[]): Promise<number | null> {
    if (!(error instanceof DomainError) || error.details['status'] !== ERROR_STATUS.MALFORMED) return null;
    const damaged = records.filter(({ json }) => !isJson(json));
    if (damaged.length === 0) return null;
    const why = { code: 'MALFORMED', message: 'the record was damaged on the disk of the node' };
    const asRejected = ({ number, kind, id, json }: QueuedRecord): Settlement => ({
      number,
      kind,
      rejected: { ...why, id, json },
    });
    return (await this.#settle(damaged.map(asRejected))) ? damaged.length : null;
  }

  /** False where the log cannot write it down, as on a full disk: the records are sent again, and count once. */
  async #settle(settlements: readonly Settlement[]): Promise<boolean> {
    const { log, onTrouble, onRejected } = this.#deps;
    try {
      await log.settle(settlements);
    } catch (error) {
      onTrouble(`what became of ${settlements.length} records cannot be written down: ${textOf(error)}`);
      return false;
    }
    for (const { kind, rejected } of settlements) if (rejected) onRejected(kind, rejected);
    return true;
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The first of them that go in one request. */
function fitting(records: readonly QueuedRecord[]): readonly QueuedRecord[] {
  let characters = 0;
  const end = records.findIndex(({ json }, i) => (characters += json.length) > BATCH_CHARACTERS && i > 0);
  return end < 0 ? records : records.slice(0, end);
}
