import type { RecipeInput } from '../../../schema/recipe.ts';
import { COLUMNS, DEFAULTS, DERIVED, INPUTS, WEIGHTS, type ModelKind } from '../decision/fields.ts';
import { RULES } from '../decision/rules.ts';
import { SEGMENTS } from '../decision/segments.ts';
import { JOIN_KEYS } from '../names.ts';

/** What the endpoint does with a payment: four models, one score, a decision. */
export const recipeOf = (versions: Readonly<Record<ModelKind, string>>, service: string): RecipeInput => ({
  inputs: [...INPUTS],
  entities: Object.values(JOIN_KEYS).map((joinKey) => ({ joinKey, input: joinKey })),
  features: { service, defaults: { ...DEFAULTS } },
  segments: [...SEGMENTS],
  derive: [...DERIVED],
  models: (Object.keys(versions) as ModelKind[]).map((name) => ({
    name,
    version: versions[name],
    inputs: [{ tensor: 'features', columns: [...COLUMNS[name]] }],
    score: { tensor: 'score' },
  })),
  combine: { kind: 'WEIGHTED_MEAN', weights: { ...WEIGHTS } },
  rules: [...RULES],
  // Nobody is let through, and nobody turned away, by a decision that no model made.
  fallback: { default: { kind: 'CONSTANT', score: 0.5, decision: 'REVIEW' }, causes: {} },
  budgets: { featuresMs: 10, modelsMs: 25, rulesMs: 10, logMs: 5, totalMs: 50 },
});
