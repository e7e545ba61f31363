import * as z from 'zod';
import type { UrnKind } from '../core/urn.ts';
import { MOST_REASONS } from './reasons.ts';
import { Dtype, FieldName, IdText, Name, urnOfKind } from './common.ts';

/** Why an answer can't come from the model. */
export const FALLBACK_CAUSES = [
  'FEATURES_UNAVAILABLE', // the store could not be read in time
  'FEATURES_MISSING', // a value without a default is absent or null
  'FEATURES_STALE', // all that is missing is there, and too old
  'ADMISSION_REFUSED', // the model would not finish inside the budget
  'ENGINE_ERROR',
  'RULE_ERROR', // a rule that asks for it has no value
  'OVERRUN', // the answer was made, too late: it leaves as it is unless this cause is declared
  'KILLED', // traffic says so
  'DETECTED', // a detector of the recipe has tripped on this node
] as const;
export const FallbackCause = z.enum(FALLBACK_CAUSES);
export type FallbackCause = z.infer<typeof FallbackCause>;

const FallbackAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('CONSTANT'), score: z.number(), decision: z.string().optional() }),
  z.strictObject({ kind: z.literal('PREVIOUS') }),
  /** The rules decide without a score. */
  z.strictObject({ kind: z.literal('RULES_ONLY') }),
  z.strictObject({ kind: z.literal('REFUSE') }),
]);
export type FallbackAction = z.infer<typeof FallbackAction>;

/** The kinds of fallback that give an answer. */
export const ANSWERING_FALLBACKS = ['CONSTANT', 'PREVIOUS', 'RULES_ONLY'] as const;
export type AnsweringFallback = (typeof ANSWERING_FALLBACKS)[number];

const BudgetMs = z.int().positive().max(60_000);

const MOST_INPUTS = 500;
const MOST_ARRAY_VALUES = 100_000;

const InputField = z.strictObject({
  name: FieldName,
  dtype: Dtype,
  required: z.boolean().default(true),
  /** Logged as a keyed token, never as it is. */
  personal: z.boolean().default(false),
  /** An array: so many numbers as one value, which goes whole into one tensor; it is not logged. */
  shape: z
    .array(z.int().positive())
    .min(1)
    .max(4)
    .refine((shape) => shape.reduce((product, size) => product * size, 1) <= MOST_ARRAY_VALUES, {
      error: `an array has at most ${MOST_ARRAY_VALUES} numbers`,
    })
    .optional(),
});

const DerivedField = z.strictObject({
  name: FieldName,
  dtype: Dtype,
  /** CEL over inputs, features and earlier derived fields. */
  expression: z.string().min(1).max(2_000),
});

const MOST_MODELS = 8;

/** Which number of a model's outputs is its score: one value of one tensor's row. */
const ScorePlace = z.strictObject({ tensor: z.string().min(1), index: z.int().nonnegative().default(0) });

/** Which named values go, in this order, into which tensor of the model: one row of `columns.length` values. */
const TensorBinding = z.strictObject({ tensor: z.string().min(1), columns: z.array(FieldName).min(1).max(10_000) });

/** How a text names a thing of a kind. */
type IdOf = (kind: UrnKind) => z.ZodString;

/** A model version as a recipe runs it, under a name of the recipe's own. */
const modelUse = (idOf: IdOf) =>
  z.strictObject({
    /** The name that "combine" knows it by: needed where there are several. */
    name: FieldName.default('model'),
    version: idOf('model-version'),
    inputs: z.array(TensorBinding).min(1).max(100),
    score: ScorePlace,
    /** Where it fails or does not fit the budget: the fallback answers, or the others go on without it. */
    onError: z.enum(['FALLBACK', 'SKIP']).default('FALLBACK'),
    /** With SKIP: the score that counts in its place. */
    standIn: z.number().optional(),
  });

/** How the scores of several models become the one that is decided by. */
const Combine = z.discriminatedUnion('kind', [
  /** Weights by the models' names, which must sum to 1. */
  z.strictObject({ kind: z.literal('WEIGHTED_MEAN'), weights: z.record(FieldName, z.number().min(0).max(1)) }),
  z.strictObject({ kind: z.literal('MAX') }),
  /** The score of one of them, the last, which may be fed the scores of the others by their names. */
  z.strictObject({ kind: z.literal('STACK'), model: FieldName }),
  /** CEL over the models' names, each of which is its score. */
  z.strictObject({ kind: z.literal('EXPRESSION'), expression: z.string().min(1).max(2_000) }),
]);
export type Combine = z.infer<typeof Combine>;

/** What a recipe may decide unless it says so itself. */
const ACTIONS = ['APPROVE', 'REVIEW', 'DECLINE'] as const;
const Action = z.string().min(1).max(100);
const MOST_RULES = 50;

/** What to decide where a condition holds. */
const Rule = z.strictObject({
  /** What records call it. */
  name: FieldName,
  /** CEL over inputs, features, derived fields, the models' scores where there are several, and `score`. */
  when: z.string().min(1).max(2_000),
  action: Action,
  confidence: z.number().min(0).max(1),
  /** For people. */
  reason: z.string().min(1).max(200),
  /** Where the condition has no value: go on with the next rule, or answer by the fallback for RULE_ERROR. */
  onError: z.enum(['SKIP', 'FALLBACK']).default('SKIP'),
});
export type Rule = z.infer<typeof Rule>;

/** What a segment is where the recipe does not name its value. */
export const OTHER_SEGMENT = 'other';

/** A dimension by which traffic and records tell requests apart: one of a few values. */
const Segment = z.strictObject({
  name: FieldName,
  /** CEL over inputs and `at`, the time of the request; a text that is none of the values counts as `other`. */
  expression: z.string().min(1).max(2_000),
  values: z
    .array(
      z
        .string()
        .min(1)
        .max(100)
        .refine((value) => value !== OTHER_SEGMENT, `"${OTHER_SEGMENT}" is there anyway`),
    )
    .min(1)
    .max(100),
});

const MOST_BINS = 50;
const Share = z.number().min(0).max(1);

/** What a detector counts of an answer. `field` is `score`, or a number among the recipe's names. */
const Watched = z.discriminatedUnion('kind', [
  /** Answers that a fallback made, or that there were none of: the share above which the detector trips. */
  z.strictObject({ kind: z.literal('ERRORS'), share: Share }),
  /** Values outside of the range, or missing: the share above which it trips. */
  z.strictObject({
    kind: z.literal('RANGE'),
    field: FieldName,
    min: z.number().optional(),
    max: z.number().optional(),
    share: Share,
  }),
  /** The population stability index of the values against the reference's shares, above which it trips. */
  z.strictObject({
    kind: z.literal('DRIFT'),
    field: FieldName,
    /** Ascending: bins are (−∞, first), [first, second), …, [last, ∞). */
    edges: z
      .array(z.number())
      .min(1)
      .max(MOST_BINS - 1),
    /** Of the reference in each bin. */
    shares: z.array(Share).min(2).max(MOST_BINS),
    psi: z.number().positive().max(10),
  }),
]);

/** Looks at the latest answers of a node, and says when they are not what they should be. */
const Detector = z.strictObject({
  name: FieldName,
  watch: Watched,
  /** So many answers are looked at, the latest; before there are so many it says nothing. */
  answers: z.int().min(10).max(10_000),
  /** Whether it only reports, or the fallback for DETECTED answers while it is tripped. */
  action: z.enum(['REPORT', 'FALL_BACK']).default('REPORT'),
  /** With FALL_BACK: how long the fallback answers before the models are tried again. */
  restMs: z.int().min(1_000).max(86_400_000).default(60_000),
});

const recipeWith = (idOf: IdOf) =>
  z.strictObject({
    inputs: z
      .array(InputField)
      .max(MOST_INPUTS, `at most ${MOST_INPUTS} inputs: feed more numbers as one input with a "shape"`),
    /** Which input field is which join key. */
    entities: z
      .array(z.strictObject({ joinKey: FieldName, input: FieldName }))
      .max(20)
      .default([]),
    features: z
      .strictObject({
        /** A pinned service: `tiffin:<project>:feature-service:<name>@<version>`. */
        service: idOf('feature-service'),
        /** Stands in for a value that is absent, null or too old; without one the fallback answers. */
        defaults: z.record(FieldName, z.union([z.number(), z.boolean(), z.string()])).default({}),
        /** Narrows the TTL of a view for this endpoint. */
        maxAgeMs: z.record(Name, z.int().positive()).default({}),
      })
      .optional(),
    /** What a VARIANT of traffic may decide by, beside inputs; recorded with each prediction. */
    segments: z.array(Segment).max(10).default([]),
    derive: z.array(DerivedField).max(200).default([]),
    models: z.array(modelUse(idOf)).min(1, 'a recipe has at least one model').max(MOST_MODELS),
    /** Needed where there are several models. */
    combine: Combine.optional(),
    /** The first whose condition holds decides; where none does, the threshold of `output`, if there is one. */
    rules: z.array(Rule).max(MOST_RULES).default([]),
    output: z
      .strictObject({
        /** What rules may decide. */
        actions: z
          .array(Action)
          .min(1)
          .max(20)
          .default([...ACTIONS]),
        decision: z
          .strictObject({ threshold: z.number(), above: z.string().min(1), below: z.string().min(1) })
          .optional(),
      })
      .default({ actions: [...ACTIONS] }),
    fallback: z
      .strictObject({ default: FallbackAction, causes: z.partialRecord(FallbackCause, FallbackAction).default({}) })
      .default({ default: { kind: 'REFUSE' }, causes: {} }),
    /** What each node watches by itself, with the control plane away too. */
    detectors: z.array(Detector).min(1).max(10).optional(),
    budgets: z
      .strictObject({
        /** The wait for features is cut off here. */
        featuresMs: BudgetMs,
        /** A model is run only if its warmed p99 fits what is left of this, and of `totalMs`. */
        modelsMs: BudgetMs.optional(),
        /** More than this is marked and counted. */
        rulesMs: BudgetMs.optional(),
        logMs: BudgetMs.optional(),
        totalMs: BudgetMs,
      })
      .default({ featuresMs: 50, totalMs: 200 }),
    logging: z
      .strictObject({
        /** Share of answers whose record is kept, chosen by the prediction's id. */
        sampleRate: z.number().min(0).max(1).default(1),
        inputs: z.boolean().default(true),
        features: z.boolean().default(true),
        /** Why answers are as they are: in this share of the records, so many reasons of each. */
        reasons: z
          .strictObject({
            sampleRate: z.number().min(0).max(1).default(1),
            most: z.int().min(1).max(MOST_REASONS).default(5),
          })
          .optional(),
        whenFull: z.enum(['DROP', 'REFUSE']).default('DROP'),
      })
      .default({ sampleRate: 1, inputs: true, features: true, whenFull: 'DROP' }),
  });

/**
 * What an endpoint does with a request: data, not code. Names are one space: inputs, then features as
 * `view__feature`, then derived fields, then models.
 */
export const Recipe = recipeWith(urnOfKind);
export type Recipe = z.infer<typeof Recipe>;

/** A recipe as people write it: ids may be short (`fraud@3`). */
export const WrittenRecipe = recipeWith(() => IdText);
/** A detector as a recipe declares it. */
export type DetectorInRecipe = z.infer<typeof Detector>;
export type RecipeInput = z.input<typeof Recipe>;
