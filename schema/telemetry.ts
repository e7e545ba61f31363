import * as z from 'zod';
import { ANSWERED_STATUSES } from '../core/codec/feature-status.ts';
import { Instant, Sha256, urnOfKind } from './common.ts';
import { Reasons } from './reasons.ts';
import { ANSWERING_FALLBACKS, FallbackCause } from './recipe.ts';

const DAY_MS = 86_400_000;

/** The times that a record may bear, said for people, where this one is none of them; else null. */
export function outOfTime(occurredAt: string, nowMs: number): string | null {
  const at = Date.parse(occurredAt);
  const latest = nowMs + DAY_MS;
  return at >= 0 && at <= latest ? null : `${new Date(0).toISOString()} to ${new Date(latest).toISOString()}`;
}

/** Longest text that can be the key of a row, such as the unit that traffic is split on. */
export const MOST_KEY_CHARACTERS = 512;

const Scalar = z.union([z.number(), z.boolean(), z.string(), z.null()]);

const FeatureRead = z.strictObject({
  value: Scalar,
  status: z.enum(ANSWERED_STATUSES),
  /** Milliseconds between the value's event time and the request; null where there is no value. */
  ageMs: z.number().nullable(),
});

/** Ids are compared without regard to case (RFC 9562), and kept in lower case. */
const Id = z.uuid().toLowerCase();

/**
 * That somebody with a public key asked the node for it, or told it: the node vouches that it happened, not that it is so. Left
 * out where a server asked. A record can only be made to count for less by it.
 */
const OfDevice = z.literal('device').optional();

/** Why a model said nothing. */
export const MODEL_FAILURES = ['ENGINE_ERROR', 'ADMISSION_REFUSED'] as const;
export type ModelFailure = (typeof MODEL_FAILURES)[number];

/** What each model of a release said: one entry for each, in the recipe's order; null where it said nothing. */
const ModelScores = z
  .array(
    z.strictObject({
      version: urnOfKind('model-version'),
      score: z.number().nullable(),
      /** Left out where it was not its turn, as after a fallback. */
      failure: z.enum(MODEL_FAILURES).optional(),
      /** What ran it: the name under which its release carries a proof; nodes of before did not say. */
      engine: z.string().min(1).max(32).optional(),
    }),
  )
  .min(1)
  .max(8);
export type ModelScores = z.infer<typeof ModelScores>;

export const RULE_OUTCOMES = ['DECIDED', 'MATCHED', 'FAILED'] as const;
export type RuleOutcome = (typeof RULE_OUTCOMES)[number];

/** A rule that matched, or that failed: what it says, and whether it was the one that decided. */
const RuleResult = z.strictObject({
  name: z.string().min(1).max(MOST_KEY_CHARACTERS),
  outcome: z.enum(RULE_OUTCOMES),
  action: z.string(),
  confidence: z.number().min(0).max(1),
  reason: z.string(),
  /** Why its condition had no value, such as DIVISION_BY_ZERO; of a failed rule alone. */
  error: z.string().optional(),
});
export type RuleResult = z.infer<typeof RuleResult>;

/** The layers of traffic that can decide what answers, in their order. */
export const ANSWERING_LAYERS = ['FORCED', 'KILL', 'HOLDOUT', 'VARIANT', 'ALLOCATION', 'DEFAULT'] as const;
export type AnsweringLayer = (typeof ANSWERING_LAYERS)[number];

/** One answered prediction, written before the answer leaves the node. */
export const PredictionRecord = z.strictObject({
  /** UUIDv7, made by the node; the store takes each id once. */
  id: Id,
  /** Grows by one per (node, epoch): gaps show loss. */
  seq: z.int().nonnegative(),
  epoch: z.string(),
  deployment: urnOfKind('deployment'),
  release: Sha256,
  models: ModelScores,
  occurredAt: Instant,
  /** What the node's own clock said when it wrote the record, where it knows that clock to be wrong. */
  nodeTime: Instant.optional(),
  /** The value that traffic was split on, or null. */
  unit: z.string().nullable(),
  /** Arm of the allocation, or null outside one. */
  arm: z.string().nullable(),
  holder: z.string().nullable(),
  holderRevision: z.int().nullable(),
  /** Bucket in [0, 1) that decided the arm. */
  bucket: z.number().nullable(),
  /** The layer of traffic that decided; left out where the caller named the release. */
  layer: z.enum(ANSWERING_LAYERS).optional(),
  /** Of a VARIANT layer: the segment that decided, as `field=value`. */
  variant: z.string().optional(),
  /** The segments that the recipe declares, with their values; one without a value is left out. */
  segments: z.record(z.string(), z.string()).optional(),
  /** Where the deployment has a holdout: the unit that it is drawn by, in it or not, and the share that it holds. */
  holdout: z.strictObject({ unit: z.string().max(MOST_KEY_CHARACTERS), share: z.number().gt(0).lt(1) }).optional(),
  score: z.number().nullable(),
  decision: z.string().nullable(),
  /** The rules that matched or failed, in the recipe's order; left out where none did. */
  rules: z.array(RuleResult).max(50).optional(),
  fallback: FallbackCause.nullable(),
  /** What answered in place of the models, where a fallback did. */
  fallbackAction: z.enum(ANSWERING_FALLBACKS).optional(),
  /** The tester whose token chose the release: what is learnt of answers leaves such ones out. */
  forced: z.string().min(1).max(200).optional(),
  trust: OfDevice,
  inputs: z.record(z.string(), Scalar).nullable(),
  features: z.record(z.string(), FeatureRead).nullable(),
  /** Why it was answered so, as far as the recipe asks for it in the log. */
  reasons: Reasons.optional(),
  /** Milliseconds per stage: features, derive, model, log, total. */
  timings: z.record(z.string(), z.number()),
});
export type PredictionRecord = z.infer<typeof PredictionRecord>;

/** First time that a unit met an arm of one revision of an experiment or rollout, on this node. */
export const ExposureRecord = z.strictObject({
  id: Id,
  predictionId: Id,
  holder: z.string(),
  holderRevision: z.int().positive(),
  unit: z.string(),
  arm: z.string(),
  occurredAt: Instant,
  trust: OfDevice,
});
export type ExposureRecord = z.infer<typeof ExposureRecord>;

/** Why a shadow has no score for an answer that it was chosen for. */
export const SHADOW_FAILURES = [
  'INPUTS_MISSING', // the request lacks an input that the shadow needs
  'FEATURES_NOT_READ', // it needs a feature that the answer did not read
  'FEATURES_MISSING', // it was read, and is absent, null or too old
  'ENGINE_ERROR', // the model failed, or a derived field has no value
  'RULE_ERROR', // a rule that asks for the fallback has no value
  'OVERRUN', // it was cut off at its time budget
] as const;

/** What the shadow says where a prediction was answered by another release: both in one record. */
export const ShadowRecord = z.strictObject({
  id: Id,
  predictionId: Id,
  deployment: urnOfKind('deployment'),
  holder: z.string(),
  holderRevision: z.int().positive(),
  /** That of the prediction. */
  occurredAt: Instant,
  release: Sha256,
  models: ModelScores,
  score: z.number().nullable(),
  decision: z.string().nullable(),
  failure: z.enum(SHADOW_FAILURES).nullable(),
  primary: z.strictObject({
    release: Sha256,
    score: z.number().nullable(),
    decision: z.string().nullable(),
  }),
  /** Milliseconds: wait in the queue, derive, model, total. */
  timings: z.record(z.string(), z.number()),
});
export type ShadowRecord = z.infer<typeof ShadowRecord>;

/** What happened in the end. A later one for the same prediction corrects the earlier. */
export const OutcomeRecord = z.strictObject({
  id: Id,
  predictionId: Id,
  /** The label: 0 or 1 for a yes/no outcome, or the measured value. */
  value: z.number(),
  occurredAt: Instant,
  trust: OfDevice,
});
export type OutcomeRecord = z.infer<typeof OutcomeRecord>;

/** Body of `POST /v1/predictions`. Records are checked one by one, so that one bad row costs only itself. */
export const TelemetryBatch = z.strictObject({
  node: z.string().min(1).max(128),
  predictions: z.array(z.unknown()).max(1_000).default([]),
  exposures: z.array(z.unknown()).max(1_000).default([]),
  shadows: z.array(z.unknown()).max(1_000).default([]),
  profiles: z.array(z.unknown()).max(1_000).default([]),
});

/** As many outcomes or exposures go in one request. */
export const MOST_FACTS = 1_000;

/** Body of `POST /v1/outcomes`. */
export const OutcomeBatch = z.strictObject({ outcomes: z.array(z.unknown()).max(MOST_FACTS) });

/** What became of the answers that one shadow was chosen for: chosen = recorded + queued + dropped. */
const ShadowCounts = z.strictObject({
  holder: z.string(),
  holderRevision: z.int().positive(),
  chosen: z.int().nonnegative(),
  recorded: z.int().nonnegative(),
  queued: z.int().nonnegative(),
  dropped: z.record(z.string(), z.int().nonnegative()),
  /** Of the recorded ones, those without a score. */
  failed: z.record(z.string(), z.int().nonnegative()),
});
export type ShadowCounts = z.infer<typeof ShadowCounts>;

export const DETECTOR_STATES = ['WATCHING', 'TRIPPED', 'CHECKING'] as const;

/** How a detector of a recipe stands on a node. */
const DetectorReport = z.strictObject({
  name: z.string().min(1).max(200),
  /** CHECKING: after its rest, until it has seen enough answers of the models again. */
  state: z.enum(DETECTOR_STATES),
  /** When it came into this state. */
  since: Instant,
  /** What it measured over the latest answers; null: there were too few so far. */
  figure: z.number().nullable(),
  /** Above it the detector trips. */
  limit: z.number(),
  /** How many answers it has seen, up to those that it looks at. */
  answers: z.int().nonnegative(),
});
export type DetectorReport = z.infer<typeof DetectorReport>;

/**
 * Body of `POST /v1/heartbeat`: what a node has done since its epoch began. With the rows that are stored it
 * closes the account: answered = stored + queued + dropped + sampled out.
 */
export const Heartbeat = z.strictObject({
  node: z.string().min(1).max(128),
  epoch: z.string(),
  at: Instant,
  manifestRevision: z.int().nonnegative(),
  manifestAgeMs: z.number().nonnegative(),
  stale: z.boolean(),
  runtime: z.string(),
  /** How far the node's own clock is ahead of the control plane's; null or absent: not known yet. */
  clockSkewMs: z.number().nullable().optional(),
  deployments: z.array(
    z.strictObject({
      deployment: urnOfKind('deployment'),
      serving: z.array(
        z.strictObject({
          release: Sha256,
          modelVersions: z.array(urnOfKind('model-version')).min(1).max(8),
          /** 99th percentile of its models' warm runs on this node; nodes of before did not say. */
          p99Ms: z.number().nonnegative().optional(),
          /** Requests of the last minute, with a server's key, that it gave no answer to for a reason of the node's. */
          unanswered: z.int().nonnegative().optional(),
          /** Those of its recipe; absent where it has none. */
          detectors: z.array(DetectorReport).max(10).optional(),
          /** The values that it asked the store for in the last minute, for a server's request, and those of no use. */
          features: z.strictObject({ read: z.int().nonnegative(), stale: z.int().nonnegative() }).optional(),
        }),
      ),
      /** Why the newest manifest's entry is not honoured, if it is not. */
      refused: z.string().nullable(),
    }),
  ),
  counts: z.strictObject({
    answered: z.int().nonnegative(),
    queued: z.int().nonnegative(),
    acked: z.int().nonnegative(),
    sampledOut: z.int().nonnegative(),
    dropped: z.record(z.string(), z.int().nonnegative()),
  }),
  /** Of the node's process, and how much it may use before it is ended; absent where the platform does not say. */
  memory: z.strictObject({ usedBytes: z.int().nonnegative(), limitBytes: z.int().positive() }).optional(),
  /** Since the node's process began: unlike predictions, shadows are not counted on disk. */
  shadows: z.strictObject({ since: Instant, counts: z.array(ShadowCounts).max(100) }).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;
