// Made from schema/edge.openapi.json by "npm run schema": change that file, not this one.

export type BatchAnswer = {
  /** Rows with an answer, each a prediction with its record. */
  readonly answered: number;
  /** Rows with a problem. */
  readonly failed: number;
  /** In the order of the request. */
  readonly rows: readonly (PredictAnswer | {
    readonly error: Problem;
  })[];
  /** Milliseconds: parse, rows, total. */
  readonly timings: Readonly<Record<string, number>>;
};

export type BatchRequest = {
  /** Each as the body of one prediction. */
  readonly rows: readonly PredictRequest[];
};

export type FeatureUse = {
  readonly value: string | number | boolean | null;
  readonly status: 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE' | 'DEFAULTED';
  /** Between the value's event time and the request. */
  readonly ageMs: number | null;
  readonly source: 'REQUEST' | 'CACHE' | 'REDIS' | 'STORE' | 'SNAPSHOT' | 'DEFAULT' | 'NONE';
  /** What a default stands in for. UNAVAILABLE: the feature server did not answer in time. */
  readonly insteadOf?: 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE' | 'UNAVAILABLE';
};

export type Outcome = {
  /** Yours: the same outcome sent twice counts once. */
  readonly id: string;
  readonly predictionId: string;
  /** 0 or 1 for a yes/no outcome, or the measured value. */
  readonly value: number;
  readonly occurredAt: string;
  /** It comes from somebody's device: it counts for less. Left out where a server says it; a public key cannot say more. */
  readonly trust?: 'device';
};

export type OutcomeBatch = {
  readonly outcomes: readonly Outcome[];
};

export type PredictAnswer = {
  /** Names the prediction: outcomes refer to it. */
  readonly id: string;
  readonly requestId?: string;
  readonly endpoint: string;
  readonly environment: string;
  /** Null where rules decided without one. */
  readonly score: number | null;
  /** By the first rule that matches, else by the recipe's threshold; null where neither says anything. */
  readonly decision: string | null;
  /** Of the rule that decided; null where none did. */
  readonly confidence: number | null;
  /** Of the rule that decided; null where none did. */
  readonly reason: string | null;
  /** The rules that matched or failed, in the order of the recipe; the first that matched decided. */
  readonly rules: readonly RuleResult[];
  /** Digest of the release that answered. */
  readonly release: string;
  /** What each of its models said, in the order of the recipe. */
  readonly models: readonly {
    /** Id of the model version. */
    readonly version: string;
    /** Its score; null where it has none. */
    readonly score: number | null;
    /** Why it has none; left out where it was not its turn. The others may have answered without it. */
    readonly failure?: 'ENGINE_ERROR' | 'ADMISSION_REFUSED';
    /** The engine of this node that runs it. */
    readonly engine?: string;
  }[];
  /** Arm of the experiment or rollout; null outside one. */
  readonly arm: string | null;
  /** A tester's token chose the release; such answers are left out of experiments, shadows and drift. */
  readonly forced: boolean;
  /** Where the unit fell in [0, 1). */
  readonly bucket: number | null;
  /** The segment whose variant of traffic answered, as `season=monsoon`. */
  readonly variant: string | null;
  /** The segments that the recipe declares, with their values. */
  readonly segments: Readonly<Record<string, string>>;
  /** What the node holds has expired, and goes on. */
  readonly stale: boolean;
  /** Why the model did not answer; null where it did. */
  readonly fallback: {
    readonly cause: 'FEATURES_UNAVAILABLE' | 'FEATURES_MISSING' | 'FEATURES_STALE' | 'ADMISSION_REFUSED' | 'ENGINE_ERROR' | 'RULE_ERROR' | 'OVERRUN' | 'KILLED';
    /** What answered: a constant, the previous release, or the rules without a score. */
    readonly action: 'CONSTANT' | 'PREVIOUS' | 'RULES_ONLY';
    readonly detail: string;
  } | null;
  /** It took longer than the recipe's total budget. */
  readonly overrun: boolean;
  /** The stages that took longer than their budgets. */
  readonly overruns: readonly ('model' | 'rules' | 'log' | 'total')[];
  readonly features: Readonly<Record<string, FeatureUse>>;
  /** Where they were asked for: what contributed most. Null where the recipe's constant answered, the time was over or a number is not finite. */
  readonly reasons?: null | Reasons;
  /** Milliseconds: parse, features, derive, model, rules where there are some, log, total. */
  readonly timings: Readonly<Record<string, number>>;
};

export type PredictRequest = {
  /** The recipe's inputs by name. INT64 beyond 2^53 as text, TIMESTAMP as 2026-01-31T12:00:00Z; null only where an input is not required. */
  readonly inputs: Readonly<Record<string, string | number | boolean | null>>;
  /** Values that stand in for a read, by view__feature; null for a stored null. */
  readonly features?: Readonly<Record<string, string | number | boolean | null>>;
  /** The instant of a replay; now when left out. */
  readonly at?: string;
  /** Yours; comes back as requestId. */
  readonly id?: string;
  /** How many reasons the answer gives; none when left out. */
  readonly reasons?: number;
};

/** RFC 9457; the codes are explained in docs/errors.md. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly allowed?: readonly unknown[];
  readonly requestId?: string;
};

/** base + all contributions + rest + rounding is total, exactly, in any order. */
export type Reasons = {
  /** What total is: the margin of the one model, which its link makes the score of; or the score itself, of several models or of one that cannot be taken apart. */
  readonly space: 'MARGIN' | 'SCORE';
  /** What makes the score of the margin. */
  readonly link: 'NONE' | 'LOGISTIC' | 'SOFTMAX' | 'OTHER';
  /** What there is without any contribution. */
  readonly base: number;
  /** The greatest contributions, the greatest first, whatever their sign. */
  readonly top: readonly {
    /** The input, feature or derived field. */
    readonly name: string;
    readonly kind: 'INPUT' | 'FEATURE' | 'DERIVED' | 'MODEL';
    readonly value: string | number | boolean | null;
    /** Of a feature. */
    readonly status: 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE' | 'DEFAULTED' | null;
    readonly ageMs: number | null;
    readonly contribution: number;
  }[];
  /** All other contributions together. */
  readonly rest: number;
  /** What the engine's arithmetic makes of it. */
  readonly rounding: number;
  readonly total: number;
  /** Models that cannot be taken apart, such as neural nets, each with all that it contributed. */
  readonly unexplained: readonly {
    readonly model: string;
    readonly contribution: number;
    readonly why: string;
  }[];
};

export type RuleResult = {
  /** Its name in the recipe. */
  readonly name: string;
  /** DECIDED: the first that matched. MATCHED: after that one. FAILED: its condition had no value, and it was passed over, or the fallback answered. */
  readonly outcome: 'DECIDED' | 'MATCHED' | 'FAILED';
  /** What it decides where it is the first that matches. */
  readonly action: string;
  readonly confidence: number;
  readonly reason: string;
  /** Of a failed rule: why its condition had no value, such as DIVISION_BY_ZERO or MISSING. */
  readonly error?: string;
};

export type TelemetryAnswer = {
  readonly acked: readonly string[];
  readonly rejected: readonly {
    readonly id: string;
    readonly code: string;
    readonly message: string;
  }[];
};
