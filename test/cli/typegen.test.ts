import { describe, expect, it } from 'vitest';
import { typesOfEndpoints, type TypedEndpoint } from '../../cli/typegen/endpoint-types.ts';
import { isSameTypes } from '../../cli/typegen/same-types.ts';
import { Recipe, type RecipeInput } from '../../schema/recipe.ts';
import { commandLine } from '../support/command-line.ts';
import { fraudRecipe } from '../support/serving.ts';

const VERSION = 'tiffin:default:model-version:fraud@3';
const endpoint = (recipe: Partial<RecipeInput> = {}, name = 'fraud-decision'): TypedEndpoint => ({
  endpoint: name,
  release: `tiffin:default:release:${name}@production/7`,
  digest: 'ab'.repeat(32),
  recipe: Recipe.parse({ ...fraudRecipe(VERSION), ...recipe }),
  features: [
    { name: 'user_txn__amount_24h', dtype: 'FLOAT64' },
    { name: 'user_txn__count_24h', dtype: 'INT64' },
  ],
});
const text = (...endpoints: TypedEndpoint[]): string => typesOfEndpoints(endpoints, 'tiffin typegen --endpoint …');

describe('the types of an endpoint', () => {
  it('are those of its inputs, features, decisions and segments', () => {
    const segments = [{ name: 'region', expression: 'country', values: ['AT', 'DE'] }];
    expect(text(endpoint({ segments })))
      .toBe(`// Made by "tiffin typegen --endpoint …" from the live releases: make it anew when another one is live.

import type { PredictInput, Prediction } from '@tiffin/edge';

/** tiffin:default:release:fraud-decision@production/7, abababababab */
export type FraudDecisionInput = Omit<PredictInput, 'inputs' | 'features'> & {
  readonly inputs: {
    readonly user: string;
    readonly amount: number;
    readonly country?: string | null;
  };
  /** Values that stand in for a read. */
  readonly features?: {
    readonly user_txn__amount_24h?: number | null;
    readonly user_txn__count_24h?: number | string | null;
  };
};

export type FraudDecisionPrediction = Omit<Prediction, 'decision' | 'segments' | 'features'> & {
  readonly decision: 'REVIEW' | 'ACCEPT' | null;
  readonly segments: {
    readonly region?: 'AT' | 'DE' | 'other';
  };
  readonly features: Readonly<Record<'user_txn__amount_24h' | 'user_txn__count_24h', Prediction['features'][string]>>;
};

declare module '@tiffin/edge' {
  interface Endpoints {
    'fraud-decision': { input: FraudDecisionInput; prediction: FraudDecisionPrediction };
  }
}
`);
  });

  const decisionIn = (recipe: Partial<RecipeInput>): string | undefined =>
    /readonly decision: (.*);/.exec(text(endpoint(recipe)))?.[1];
  const rule = { name: 'large', when: 'amount > 9.0', action: "it's large", confidence: 1, reason: 'large' };
  it.each<[string, Partial<RecipeInput>, string]>([
    ['the threshold alone', {}, `'REVIEW' | 'ACCEPT' | null`],
    ['nothing', { output: {} }, 'null'],
    ['rules as well', { rules: [rule] }, `"it's large" | 'REVIEW' | 'ACCEPT' | null`],
    [
      'a constant fallback',
      { fallback: { default: { kind: 'CONSTANT', score: 0, decision: 'CALL' } } },
      `'REVIEW' | 'ACCEPT' | 'CALL' | null`,
    ],
    [
      'a release before it, whatever that says',
      { fallback: { default: { kind: 'REFUSE' }, causes: { KILLED: { kind: 'PREVIOUS' } } } },
      'string | null',
    ],
  ])('say what can be decided: by %s', (_, recipe, expected) => expect(decisionIn(recipe)).toBe(expected));

  it.each([
    [[3], 'readonly number[]'],
    [[2, 3], 'readonly (readonly number[])[] | readonly number[]'],
  ])('take numbers of the shape %j nested or flat', (shape, expected) => {
    const inputs = [...fraudRecipe(VERSION).inputs, { name: 'recent', dtype: 'FLOAT64' as const, shape }];
    expect(text(endpoint({ inputs }))).toContain(`    readonly recent: ${expected};\n`);
  });

  it('are called by the name of the endpoint, and stand side by side', () => {
    const made = text(endpoint({}, 'a.b@staging'), endpoint({}, 'late'));
    expect(made).toContain(
      `    'a.b@staging': { input: ABStagingInput; prediction: ABStagingPrediction };\n    'late': {`,
    );
    expect(made.match(/^export type \w+/gm)).toEqual([
      'export type ABStagingInput',
      'export type ABStagingPrediction',
      'export type LateInput',
      'export type LatePrediction',
    ]);
  });
});

describe('types that were written', () => {
  const types = text(endpoint());
  const formatted = types
    .replaceAll("'", '"')
    .replaceAll(';', '')
    .replace('"REVIEW" | "ACCEPT"', '\n    | "REVIEW"\n    | "ACCEPT"');
  const promoted = text({ ...endpoint(), release: 'tiffin:default:release:fraud-decision@production/8' });
  it.each([
    ['those of a formatter', formatted, true],
    ['those of another release that takes and says the same', promoted, true],
    ['without a decision', types.replace(" | 'ACCEPT'", ''), false],
    ['with an input that may be left out', types.replace('amount: number', 'amount?: number | null'), false],
    ['of nothing', '', false],
  ])('are the same or not: %s', (_, other, same) => expect(isSameTypes(types, other)).toBe(same));
});

describe('tiffin typegen', () => {
  const tiffin = commandLine();
  it.each([
    [[], /required option '--endpoint <name>' not specified|--endpoint: is missing/],
    [['--endpoint', 'a-b', '--endpoint', 'a.b'], /--endpoint: a-b and a\.b would both be called AB/],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await tiffin(['typegen', ...args, '--graph', 'http://127.0.0.1:9']);
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
