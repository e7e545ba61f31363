import { DomainError } from '../../core/errors.ts';
import { MOST_KEY_CHARACTERS, type PredictionRecord, type RuleResult } from '../../schema/telemetry.ts';
import type { Reasons } from '../../schema/reasons.ts';
import { trustShown, type AskerTrust } from './asker-trust.ts';
import type { FeatureUse } from '../features/gather.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import { scalarOf, type Scalar, type Values } from '../../core/recipe/value.ts';
import type { Choice } from '../../core/traffic/choose.ts';
import { ExposureLog } from './exposure-log.ts';
import type { Profiles } from './profiles.ts';
import type { RecordLog } from './record-log.ts';
import { isSampled } from './sampling.ts';
import type { Tokenizer } from './token.ts';

/** What is to be remembered of one answer. */
export interface Answered {
  readonly id: string;
  readonly deployment: string;
  readonly plan: ReadyPlan;
  readonly choice: Choice;
  /** Who forced the release, if a tester did. */
  readonly tester: string | null;
  /** Whose key asked. */
  readonly trust: AskerTrust;
  readonly occurredAtMs: number;
  readonly score: number | null;
  readonly models: PredictionRecord['models'];
  readonly decision: string | null;
  readonly segments: Readonly<Record<string, string>>;
  readonly rules: readonly RuleResult[];
  /** Why, where the recipe wants it in the log. */
  readonly reasons: Reasons | null;
  readonly fallback: PredictionRecord['fallback'];
  readonly fallbackAction: PredictionRecord['fallbackAction'] | null;
  readonly inputs: Values;
  readonly features: Readonly<Record<string, Pick<FeatureUse, 'value' | 'status' | 'ageMs'>>>;
  readonly timings: Readonly<Record<string, number>>;
}

/** The time of records, and what the node's own clock says where that is known to be wrong. */
export interface RecordClock {
  readonly nowMs: () => number;
  readonly wrongTime: () => string | null;
}

/** Writes the record of an answer, before the answer leaves, as the recipe's `logging` says. */
export class PredictionLog {
  readonly #log: RecordLog;
  readonly #tokenizer: Tokenizer | null;
  readonly #clock: RecordClock;
  readonly #exposures: ExposureLog;
  readonly #profiles: Profiles;

  constructor(log: RecordLog, profiles: Profiles, tokenizer: Tokenizer | null, clock: RecordClock) {
    this.#log = log;
    this.#profiles = profiles;
    this.#tokenizer = tokenizer;
    this.#clock = clock;
    this.#exposures = new ExposureLog(log, clock.nowMs);
  }

  /**
   * Whether the record is kept. Throws STORAGE_FULL where there is no room and the recipe says that nothing is answered
   * without a record, and INVALID_INPUT where the unit is one that could not be counted.
   */
  async write(answered: Answered): Promise<boolean> {
    const { logging } = answered.plan.recipe;
    const { plan, choice } = answered;
    const unit = await this.#unitOf(plan, choice.unitField, choice.unit);
    if (!isSampled(answered.id, logging.sampleRate)) {
      await this.#log.sampledOut();
      this.#profiles.note(answered);
      return false;
    }
    const record = { ...(await this.#recordOf(answered, unit)), ...(await this.#layerOf(answered)) };
    const json = JSON.stringify(record);
    const kept = await this.#log.append({ kind: 'prediction', id: answered.id, json, whenFull: logging.whenFull });
    this.#profiles.note(answered);
    if (kept && unit !== null) await this.#exposures.write(answered, unit);
    return kept;
  }

  async #recordOf(answered: Answered, unit: string | null): Promise<Omit<PredictionRecord, 'seq' | 'epoch'>> {
    const { plan, choice } = answered;
    const { logging } = plan.recipe;
    const nodeTime = this.#clock.wrongTime();
    return {
      id: answered.id,
      deployment: answered.deployment,
      release: plan.digest,
      models: answered.models,
      occurredAt: new Date(answered.occurredAtMs).toISOString(),
      ...(nodeTime !== null && { nodeTime }),
      unit,
      arm: choice.arm,
      holder: choice.holder,
      holderRevision: choice.holderRevision,
      bucket: choice.bucket,
      score: answered.score,
      decision: answered.decision,
      ...(Object.keys(answered.segments).length > 0 && { segments: answered.segments }),
      ...(answered.rules.length > 0 && { rules: [...answered.rules] }),
      fallback: answered.fallback,
      ...(answered.fallbackAction && { fallbackAction: answered.fallbackAction }),
      inputs: logging.inputs ? await this.#inputsOf(answered) : null,
      features: logging.features ? featuresOf(answered.features) : null,
      ...(answered.reasons && { reasons: answered.reasons }),
      timings: answered.timings,
      ...(answered.tester !== null && { forced: answered.tester }),
      ...trustShown(answered.trust),
    };
  }

  async #inputsOf({ plan, inputs }: Answered): Promise<Record<string, Scalar>> {
    const shown: Record<string, Scalar> = {};
    for (const [name, { dtype, personal, shape }] of plan.inputs) {
      // An array is too large for a record.
      if (shape) continue;
      const value = inputs[name] ?? null;
      if (value === null) shown[name] = null;
      else if (personal) shown[name] = await this.#token(name, String(value));
      else shown[name] = dtype === 'TIMESTAMP' ? new Date(Number(value)).toISOString() : scalarOf(value);
    }
    return shown;
  }

  /** A unit that is personal is a token too: still the same for the same person, so that experiments can count. */
  async #unitOf(plan: Answered['plan'], unitField: string | null, unit: string | null): Promise<string | null> {
    if (unit === null || unitField === null) return unit;
    if (plan.inputs.get(unitField)?.personal) return this.#token(unitField, unit);
    if (unit.length <= MOST_KEY_CHARACTERS) return unit;
    const allowed = `at most ${MOST_KEY_CHARACTERS} characters where traffic is split on it`;
    throw new DomainError('INVALID_INPUT', `${unitField}: ${unit.length} characters, and ${allowed}`, {
      field: unitField,
      allowed: [allowed],
    });
  }

  /** The layer that decided, with its segment; and where the unit stands towards the holdout, whose both sides are compared. */
  async #layerOf({
    plan,
    choice: { layer, variant, holdout },
  }: Answered): Promise<Pick<PredictionRecord, 'layer' | 'variant' | 'holdout'>> {
    const value = variant && (await this.#unitOf(plan, variant.field, variant.value));
    const unit = holdout && (await this.#unitOf(plan, holdout.unitField, holdout.unit));
    return {
      ...(layer !== null && layer !== 'SHADOW' && { layer }),
      ...(variant && value !== null && { variant: `${variant.field}=${value}` }),
      ...(holdout && unit !== null && { holdout: { unit, share: holdout.share } }),
    };
  }

  /** Null without a key: rather nothing than the value itself. Delivery refuses such deployments beforehand. */
  async #token(field: string, value: string): Promise<string | null> {
    return this.#tokenizer ? this.#tokenizer.token(field, value) : null;
  }
}

const featuresOf = (features: Answered['features']): NonNullable<PredictionRecord['features']> =>
  Object.fromEntries(
    Object.entries(features).map(([name, { value, status, ageMs }]) => [name, { value, status, ageMs }]),
  );
