import * as z from 'zod';
import { FAIRNESS_MEASURES } from '../../../../core/statistics/fairness.ts';
import { validated } from '../../../../schema/validated.ts';
import { METRIC_NAMES } from '../evaluation/metrics.ts';

/** How much harm a wrong answer can do. */
export const RISK_TIERS = ['LOW', 'MEDIUM', 'HIGH'] as const;
export type RiskTier = (typeof RISK_TIERS)[number];

const Limit = z.number().min(0).max(1);

/** What a tier asks of a version before it may serve. Null, or an empty list, asks for nothing. */
const TierPolicy = z.strictObject({
  /** Different people who must approve. */
  approvals: z.int().min(1).max(10),
  /** How many of them must have the role committee. */
  committee: z.int().min(0).max(10),
  /** Days from an approval until the version must have been validated and approved again. */
  revalidateDays: z.int().min(1).max(3_650).nullable(),
  evaluation: z.strictObject({
    /** The file must be of the format that can be recomputed. */
    recomputed: z.boolean(),
    leastRows: z.int().min(1),
  }),
  quality: z.strictObject({
    limits: z
      .array(
        z.strictObject({ metric: z.enum(METRIC_NAMES), least: z.number().optional(), most: z.number().optional() }),
      )
      .max(50),
    /** It must not be worse than the version that serves, row by row. */
    noWorseThanChampion: z.boolean(),
  }),
  fairness: z
    .strictObject({
      /** The evaluation must name at least one protected attribute. */
      attributesRequired: z.boolean(),
      /** A group below this many rows is named and not judged. */
      leastRows: z.int().min(1),
      limits: z.strictObject(
        Object.fromEntries(FAIRNESS_MEASURES.map((measure) => [measure, Limit.nullable()])) as Record<
          (typeof FAIRNESS_MEASURES)[number],
          z.ZodNullable<z.ZodNumber>
        >,
      ),
    })
    .nullable(),
  security: z.strictObject({
    /** The only operators that a file may use; null: all that an engine runs. */
    operators: z.array(z.string().min(1)).max(500).nullable(),
    mostBytes: z.int().min(1).nullable(),
  }),
  compatibility: z
    .strictObject({
      /** How the recent values of the feature service lie beside those that the version was trained on. */
      distributions: z
        .strictObject({
          /** The largest population stability index of a feature. */
          mostPsi: z.number().positive(),
          /** Fewer rows than this on either side say nothing. */
          leastRows: z.int().min(1),
          /** Events of so many days until the validation; a release takes a comparison that is no older. */
          recentDays: z.int().min(1).max(366),
          /** Whether the gate fails where it cannot be computed. */
          mustBeComputed: z.boolean(),
        })
        .nullable(),
    })
    .default({ distributions: null }),
  performance: z.strictObject({
    mostP99Ms: z.number().positive().nullable(),
    leastRowsPerSecond: z.number().positive().nullable(),
    /** Of ONNX Runtime while it loads the model and answers the rows of the smoke run. */
    mostMemoryBytes: z.int().min(1).nullable().default(null),
  }),
  /** An engine must be able to say what each column adds to the score. */
  explainability: z.boolean(),
  /** Before it answers everybody in production it must have been in a shadow or a split there. */
  triedFirst: z.boolean(),
});
export type TierPolicy = z.infer<typeof TierPolicy>;

/** What a project asks of a tier. */
export interface StoredTierPolicy {
  readonly project: string;
  readonly tier: RiskTier;
  readonly policy: TierPolicy;
  /** 0: nobody has changed it. */
  readonly revision: number;
  readonly changedBy: string | null;
  readonly changedAt: Date | null;
}

/** Throws INVALID_INPUT that names the field. */
export const readTierPolicy = (value: unknown): TierPolicy => validated(TierPolicy, value);

/** Asks for one approval and nothing else. */
export const OPEN_POLICY: TierPolicy = {
  approvals: 1,
  committee: 0,
  revalidateDays: null,
  evaluation: { recomputed: false, leastRows: 1 },
  quality: { limits: [], noWorseThanChampion: false },
  fairness: null,
  security: { operators: null, mostBytes: null },
  compatibility: { distributions: null },
  performance: { mostP99Ms: null, leastRowsPerSecond: null, mostMemoryBytes: null },
  explainability: false,
  triedFirst: false,
};

/** Above a PSI of .25 a shift is called large, here and in most tools. */
const DISTRIBUTIONS = { mostPsi: 0.25, leastRows: 100, recentDays: 30 };

/** What each tier asks for where a project has not said otherwise. */
export const DEFAULT_POLICIES: Readonly<Record<RiskTier, TierPolicy>> = {
  LOW: OPEN_POLICY,
  MEDIUM: {
    ...OPEN_POLICY,
    approvals: 2,
    revalidateDays: 365,
    evaluation: { recomputed: true, leastRows: 100 },
    quality: { limits: [{ metric: 'rocAuc', least: 0.5 }], noWorseThanChampion: true },
    compatibility: { distributions: { ...DISTRIBUTIONS, mustBeComputed: false } },
    fairness: {
      attributesRequired: false,
      leastRows: 30,
      limits: { demographicParity: null, equalOpportunity: 0.1, predictiveParity: null, fourFifths: 0.8 },
    },
  },
  HIGH: {
    ...OPEN_POLICY,
    approvals: 3,
    committee: 1,
    revalidateDays: 180,
    evaluation: { recomputed: true, leastRows: 100 },
    quality: { limits: [{ metric: 'rocAuc', least: 0.5 }], noWorseThanChampion: true },
    compatibility: { distributions: { ...DISTRIBUTIONS, mustBeComputed: true } },
    fairness: {
      attributesRequired: true,
      leastRows: 30,
      limits: { demographicParity: 0.2, equalOpportunity: 0.1, predictiveParity: 0.1, fourFifths: 0.8 },
    },
    explainability: true,
    triedFirst: true,
  },
};
