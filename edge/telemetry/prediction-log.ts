import { DomainError } from '../../core/errors.ts';
import type { Dtype } from '../../schema/common.ts';
import { MOST_KEY_CHARACTERS, type PredictionRecord, type RuleResult } from '../../schema/telemetry.ts';
import type { Reasons } from '../../schema/reasons.ts';
import type { AskerTrust } from './asker-trust.ts';
import type { FeatureUse } from '../features/gather.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import { scalarOf, type Scalar, type Value, type Values } from '../../core/recipe/value.ts';
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
    const { plan, choice } = answered;
    const { logging } = plan.recipe;
    const isKept = isSampled(answered.id, logging.sampleRate);
    // Most recipes have nothing personal: then nothing is waited for but the log.
    const shown = isKept && kindsOf(plan).personal ? await this.#tokensFor(answered) : plainly;
    const unit = unitOf(plan, choice.unitField, choice.unit, shown);
    if (!isKept) {
      await this.#log.sampledOut();
      this.#profiles.note(answered);
      return false;
    }
    const json = JSON.stringify(recordOf(answered, unit, shown, this.#clock.wrongTime()));
    const kept = await this.#log.append({ kind: 'prediction', id: answered.id, json, whenFull: logging.whenFull });
    this.#profiles.note(answered);
    if (kept && unit !== null) await this.#exposures.write(answered, unit);
    return kept;
  }

  /**
   * The tokens of whatever is personal in a record. Null without a key: rather nothing than the value itself. Delivery
   * refuses such deployments beforehand.
   */
  async #tokensFor({ plan, choice, inputs }: Answered): Promise<Shown> {
    const { unitField, unit, variant, holdout } = choice;
    const personal = [...plan.inputs].filter((one) => one[1].personal && !one[1].shape);
    const asked: (readonly [field: string | null, value: Value | undefined])[] = [
      ...personal.map(([name]) => [name, inputs[name]] as const),
      [unitField, unit],
      [variant?.field ?? null, variant?.value],
      [holdout?.unitField ?? null, holdout?.unit],
    ];
    const tokens = new Map<string, string>();
    for (const [field, given] of asked) {
      if (field === null || given === null || given === undefined || !plan.inputs.get(field)?.personal) continue;
      const token = await this.#tokenizer?.token(field, String(given));
      if (token !== undefined) tokens.set(`${field}\0${String(given)}`, token);
    }
    return (field, value) => tokens.get(`${field}\0${value}`) ?? null;
  }
}

/** What a record has in place of a personal value. */
type Shown = (field: string, value: string) => string | null;

const plainly: Shown = (_, value) => value;

/** What the inputs of a plan are to its records, looked up once and not for each answer. */
interface InputKinds {
  readonly personal: boolean;
  /** Whether each is written as it is computed with. */
  readonly plain: boolean;
}

const kinds = new WeakMap<ReadyPlan['inputs'], InputKinds>();
/** Others may be whole numbers beyond 2^53, or times. */
const PLAIN: readonly Dtype[] = ['FLOAT64', 'STRING'];

function kindsOf({ inputs }: ReadyPlan): InputKinds {
  const known = kinds.get(inputs);
  if (known) return known;
  const all = [...inputs.values()];
  const personal = all.some((input) => input.personal);
  const found = { personal, plain: !personal && all.every(({ dtype, shape }) => !shape && PLAIN.includes(dtype)) };
  kinds.set(inputs, found);
  return found;
}

type Written = { -readonly [Field in keyof PredictionRecord]: PredictionRecord[Field] };

/** `seq` and `epoch` are the log's to give. What a record may leave out is set last, so that all begin alike. */
function recordOf(
  answered: Answered,
  unit: string | null,
  shown: Shown,
  nodeTime: string | null,
): Omit<PredictionRecord, 'seq' | 'epoch'> {
  const { plan, choice, segments, rules } = answered;
  const { layer, variant, holdout } = choice;
  const { logging } = plan.recipe;
  const record: Omit<Written, 'seq' | 'epoch'> = {
    id: answered.id,
    deployment: answered.deployment,
    release: plan.digest,
    models: answered.models,
    occurredAt: new Date(answered.occurredAtMs).toISOString(),
    unit,
    arm: choice.arm,
    holder: choice.holder,
    holderRevision: choice.holderRevision,
    bucket: choice.bucket,
    score: answered.score,
    decision: answered.decision,
    fallback: answered.fallback,
    inputs: logging.inputs ? inputsOf(answered, shown) : null,
    features: logging.features ? featuresOf(answered.features) : null,
    timings: answered.timings,
  };
  if (nodeTime !== null) record.nodeTime = nodeTime;
  if (Object.keys(segments).length > 0) record.segments = segments;
  if (rules.length > 0) record.rules = [...rules];
  if (answered.fallbackAction) record.fallbackAction = answered.fallbackAction;
  if (answered.reasons) record.reasons = answered.reasons;
  if (answered.tester !== null) record.forced = answered.tester;
  if (answered.trust === 'device') record.trust = answered.trust;
  // The layer that decided, with its segment; and where the unit stands towards the holdout, whose both sides are compared.
  if (layer !== null && layer !== 'SHADOW') record.layer = layer;
  const value = variant && unitOf(plan, variant.field, variant.value, shown);
  if (variant && value !== null) record.variant = `${variant.field}=${value}`;
  const held = holdout && unitOf(plan, holdout.unitField, holdout.unit, shown);
  if (holdout && held !== null) record.holdout = { unit: held, share: holdout.share };
  return record;
}

function inputsOf({ plan, inputs }: Answered, shown: Shown): Readonly<Record<string, Scalar>> {
  if (kindsOf(plan).plain && Object.keys(inputs).length === plan.inputs.size) return inputs as Record<string, Scalar>;
  const written: Record<string, Scalar> = {};
  for (const [name, { dtype, personal, shape }] of plan.inputs) {
    // An array is too large for a record.
    if (shape) continue;
    const value = inputs[name] ?? null;
    if (value === null) written[name] = null;
    else if (personal) written[name] = shown(name, String(value));
    else written[name] = dtype === 'TIMESTAMP' ? new Date(Number(value)).toISOString() : scalarOf(value);
  }
  return written;
}

/** A unit that is personal is a token too: still the same for the same person, so that experiments can count. */
function unitOf(plan: ReadyPlan, unitField: string | null, unit: string | null, shown: Shown): string | null {
  if (unit === null || unitField === null) return unit;
  if (plan.inputs.get(unitField)?.personal) return shown(unitField, unit);
  if (unit.length <= MOST_KEY_CHARACTERS) return unit;
  const allowed = `at most ${MOST_KEY_CHARACTERS} characters where traffic is split on it`;
  throw new DomainError('INVALID_INPUT', `${unitField}: ${unit.length} characters, and ${allowed}`, {
    field: unitField,
    allowed: [allowed],
  });
}

const featuresOf = (features: Answered['features']): NonNullable<PredictionRecord['features']> =>
  Object.fromEntries(
    Object.entries(features).map(([name, { value, status, ageMs }]) => [name, { value, status, ageMs }]),
  );
