import { encodeProfiles } from '../../core/sketch/profile-codec.ts';
import { addToProfile, emptyProfile, memoryOf, type ValueProfile } from '../../core/sketch/value-profile.ts';
import type { ProfileRecord } from '../../schema/profile.ts';
import { OTHER_SEGMENT } from '../../schema/recipe.ts';
import { trustShown } from './asker-trust.ts';
import type { Answered } from './prediction-log.ts';
import type { RecordLog } from './record-log.ts';
import { uuidV7 } from './uuid-v7.ts';

export interface ProfilesDeps {
  readonly log: RecordLog;
  /** 0: nothing is counted. */
  readonly mostBytes: number;
  readonly nowMs: () => number;
  readonly onFault: (error: unknown) => void;
}

type Identity = Pick<ProfileRecord, 'deployment' | 'release' | 'models' | 'arm' | 'segment' | 'occurredAt' | 'trust'>;

/** What is counted together: the answers of one hour, of one release, arm and segment. */
interface Series {
  readonly identity: Identity;
  readonly values: Map<string, ValueProfile>;
  answers: number;
  bytes: number;
}

const HOUR_MS = 3_600_000;
const SERIES_BYTES = 400;
const SCORE = 'score';

/**
 * What the answers of this node were like, counted as they leave, also those that sampling keeps out of the log. Each flush writes what was
 * counted since the last into the log, where it survives the process and is shipped like any record.
 */
export class Profiles {
  readonly #deps: ProfilesDeps;
  readonly #run = crypto.randomUUID();
  #series = new Map<string, Series>();
  #bytes = 0;
  #seq = 0;
  #answers = 0;
  #folded = 0;
  #dropped = 0;
  #flushing: Promise<void> | null = null;

  constructor(deps: ProfilesDeps) {
    this.#deps = deps;
  }

  /** Counts an answer. What a tester forced says nothing of what is served. */
  note(answered: Answered): void {
    const { mostBytes } = this.#deps;
    if (mostBytes === 0 || answered.tester !== null) return;
    this.#answers++;
    this.#count(answered, null);
    for (const name in answered.segments) {
      this.#count(answered, { name, value: answered.segments[name] ?? OTHER_SEGMENT });
    }
    // What cannot be folded away any more is sent before its time.
    if (this.#bytes > 2 * mostBytes) this.flush().catch(this.#deps.onFault);
  }

  /** Writes what was counted into the log; a call while one is under way waits for it. */
  flush(): Promise<void> {
    return (this.#flushing ??= this.#write().finally(() => {
      this.#flushing = null;
    }));
  }

  /** Since the process began; bytes and series: those that are being counted. */
  counts(): Readonly<Record<'answers' | 'folded' | 'dropped' | 'bytes' | 'series', number>> {
    return {
      answers: this.#answers,
      folded: this.#folded,
      dropped: this.#dropped,
      bytes: this.#bytes,
      series: this.#series.size,
    };
  }

  #count(answered: Answered, segment: Identity['segment']): void {
    const { plan, score, inputs, features } = answered;
    const { logging } = plan.recipe;
    const series = this.#seriesOf(answered, segment);
    series.answers++;
    const { values } = series;
    let bytes = SERIES_BYTES + add(values, SCORE, score, score === null ? 'NULL_VALUE' : 'PRESENT');
    if (logging.features) {
      for (const name in features) {
        const read = features[name];
        if (read) bytes += add(values, name, read.value, read.status);
      }
    }
    if (logging.inputs) {
      for (const [name, { dtype, personal, shape }] of plan.inputs) {
        if (personal || shape || (dtype !== 'FLOAT64' && dtype !== 'INT64')) continue;
        const value = inputs[name] ?? null;
        bytes += add(values, name, value, value === null ? 'NULL_VALUE' : 'PRESENT');
      }
    }
    this.#bytes += bytes - series.bytes;
    series.bytes = bytes;
  }

  #seriesOf(answered: Answered, segment: Identity['segment']): Series {
    const key = keyOf(answered, segment);
    const known = this.#series.get(key);
    if (known) return known;
    if (segment !== null && segment.value !== OTHER_SEGMENT && this.#bytes >= this.#deps.mostBytes) {
      this.#folded++;
      return this.#seriesOf(answered, { name: segment.name, value: OTHER_SEGMENT });
    }
    const { deployment, plan, choice, occurredAtMs, trust } = answered;
    const series: Series = {
      identity: {
        deployment,
        release: plan.digest,
        models: [...new Set(plan.models.map(({ version }) => version))],
        arm: choice.arm,
        segment,
        occurredAt: new Date(hourOf(occurredAtMs)).toISOString(),
        ...trustShown(trust),
      },
      values: new Map(),
      answers: 0,
      bytes: 0,
    };
    this.#series.set(key, series);
    return series;
  }

  async #write(): Promise<void> {
    const { log, nowMs } = this.#deps;
    const counted = this.#series.values();
    this.#series = new Map();
    this.#bytes = 0;
    const records = [...counted].map(({ identity, values, answers }): ProfileRecord => ({
      id: uuidV7(nowMs()),
      epoch: log.epoch,
      run: this.#run,
      seq: this.#seq++,
      ...identity,
      answers,
      values: { base64: base64Of(encodeProfiles(values)) },
    }));
    const append = async (record: ProfileRecord): Promise<void> => {
      const json = JSON.stringify(record);
      if (await log.append({ kind: 'profile', id: record.id, json, whenFull: 'DROP' })) return;
      if (record.segment === null) this.#dropped += record.answers;
    };
    await Promise.all(records.map(append));
  }
}

const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

function keyOf({ deployment, plan, choice, occurredAtMs, trust }: Answered, segment: Identity['segment']): string {
  const of = segment === null ? '' : `${segment.name}\0${segment.value}`;
  return `${hourOf(occurredAtMs)}\0${deployment}\0${plan.digest}\0${choice.arm ?? ''}\0${trust}\0${of}`;
}

/** Counts a value, and says how much memory its profile takes now. */
function add(
  values: Map<string, ValueProfile>,
  name: string,
  value: Parameters<typeof addToProfile>[1],
  status: string,
): number {
  let profile = values.get(name);
  if (!profile) {
    profile = emptyProfile();
    values.set(name, profile);
  }
  addToProfile(profile, value, status);
  return memoryOf(profile);
}

const PART = 8_192;

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PART) text += String.fromCharCode(...bytes.subarray(at, at + PART));
  return btoa(text);
}
