import * as z from 'zod';
import { Dtype, Instant, Sha256, urnOfKind } from './common.ts';
import { Recipe } from './recipe.ts';

/** A named tensor as the ONNX file declares it; -1 stands for a free dimension. */
export const TensorSpec = z.strictObject({ name: z.string(), dtype: z.string(), shape: z.array(z.int()) });
export type TensorSpec = z.infer<typeof TensorSpec>;

export const Contract = z.strictObject({ inputs: z.array(TensorSpec), outputs: z.array(TensorSpec) });
export type Contract = z.infer<typeof Contract>;

/** Rows in, rows out: what an engine must reproduce before it may serve. Values are row-major. */
const TensorValue = z.strictObject({
  name: z.string(),
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data: z.array(z.union([z.number(), z.string(), z.boolean()])),
});
export type TensorValue = z.infer<typeof TensorValue>;
export const GoldenRow = z.strictObject({ inputs: z.array(TensorValue), outputs: z.array(TensorValue) });
export type GoldenRow = z.infer<typeof GoldenRow>;

/** How the online store lays out what the service reads: one block per view. */
export const FeatureLayout = z.strictObject({
  service: urnOfKind('feature-service'),
  views: z.array(
    z.strictObject({
      view: urnOfKind('feature-view'),
      name: z.string(),
      version: z.int().positive(),
      joinKeys: z.array(z.strictObject({ name: z.string(), dtype: Dtype })).min(1),
      /** 0: values never expire. */
      ttlMs: z.int().nonnegative(),
      features: z.array(z.strictObject({ name: z.string(), dtype: Dtype, feature: urnOfKind('feature') })).min(1),
    }),
  ),
});
export type FeatureLayout = z.infer<typeof FeatureLayout>;

/** A model as the tabular engine runs it, compiled beforehand: a blob in the form of `core/tabular/plan-blob.ts`. */
const CompiledPlan = z.strictObject({ version: z.int().positive(), digest: Sha256, sizeBytes: z.int().positive() });
export type CompiledPlan = z.infer<typeof CompiledPlan>;

export const ModelInRelease = z.strictObject({
  version: urnOfKind('model-version'),
  digest: Sha256,
  sizeBytes: z.int().positive(),
  contract: Contract,
  golden: z.array(GoldenRow),
  /** The proof per engine: `EXACT` to the bit, `BOUNDED` to 2 ulp of float32 with the same decision. */
  proofs: z.record(z.string(), z.enum(['EXACT', 'BOUNDED'])),
  /** The 99th percentile of one warm row per engine, in ms, where the proof was made: for platforms that cannot measure. */
  p99Ms: z.record(z.string(), z.number().nonnegative()).default({}),
  /** Made of the file where it was proven on the tabular engine; a node that does not read its version compiles the file. */
  plan: CompiledPlan.nullable().default(null),
  trainingSet: urnOfKind('training-set').nullable(),
});
export type ModelInRelease = z.infer<typeof ModelInRelease>;

/** The blobs that a node may make the model of. */
export const blobsOfModel = ({ digest, plan }: Pick<ModelInRelease, 'digest' | 'plan'>): readonly string[] =>
  plan ? [digest, plan.digest] : [digest];

/** Everything a node needs to serve one release, frozen: a blob addressed by its SHA-256. */
export const ReleaseDocument = z.strictObject({
  format: z.literal(2),
  release: urnOfKind('release'),
  deployment: urnOfKind('deployment'),
  number: z.int().positive(),
  createdAt: Instant,
  recipe: Recipe,
  /** The checked expressions of `recipe.derive`, in order, for core/expression's evaluator. */
  derived: z.array(z.strictObject({ name: z.string(), dtype: Dtype, ast: z.unknown() })),
  /** The checked expression of `recipe.combine`, where it is one. */
  combined: z.unknown().nullable(),
  /** The checked expressions of `recipe.segments`, in order. */
  segments: z.array(z.strictObject({ name: z.string(), ast: z.unknown() })).default([]),
  /** The checked conditions of `recipe.rules`, in order. */
  rules: z.array(z.strictObject({ name: z.string(), ast: z.unknown() })).default([]),
  layout: FeatureLayout.nullable(),
  /** Each model version of the recipe once. */
  models: z.array(ModelInRelease).min(1),
});
export type ReleaseDocument = z.infer<typeof ReleaseDocument>;
