import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../../core/tabular/compile-plan.ts';
import {
  computedReasons,
  type RecordedAnswer,
} from '../../../../subgraphs/monitoring/domain/record/computed-reasons.ts';
import { model, recipe, release, versionId, type ReleaseSpec } from '../../../edge/support/release.ts';

const feature = (value: number) => ({ value, status: 'PRESENT', ageMs: 1 }) as const;
const inputs = { user_id: 'u1', amount: 2, note: null };
const features = { user_txn__amount_24h: feature(3), user_txn__count_1h: feature(2) };
const sigmoid = (x: number): number => Math.fround(1 / (1 + Math.exp(-x)));
const MARGIN = 0.125 + 0.5 * 2 - 0.25 * 3 + 1 * 2 + 2 * 0.5;
const score = sigmoid(MARGIN);
const use = (name: string, number: string, more: object = {}) => ({
  name,
  version: versionId(number),
  inputs: recipe.models[0]!.inputs,
  score: { tensor: 'score' },
  ...more,
});

/** What is computed of an answer that a node recorded so, or why nothing is. */
async function why(changes: object = {}, spec: ReleaseSpec = {}): Promise<any> {
  const { document, blobs } = await release(spec);
  const files = document.recipe.models.map(({ version }) => {
    const file = document.models.find((one) => one.version === version);
    return compileModel(blobs.get(file!.digest)!);
  });
  const models = document.recipe.models.map(({ version }) => ({ version, score }));
  const stored: RecordedAnswer = { inputs, features, score, models, ...changes };
  const found = computedReasons(stored, document, files);
  return 'why' in found ? found.why : found.all;
}

describe('reasons of a stored answer', () => {
  it('are what the node would have said', async () => {
    expect(await why()).toMatchObject({ space: 'MARGIN', base: 0.125, total: MARGIN, rounding: 0 });
  });

  it('are of several models too, one of which was passed over', async () => {
    const second = model([1, 0, 0, 0], -1);
    const models = [use('first', '1'), use('second', '2', { onError: 'SKIP', standIn: 0.25 })];
    const combine = { kind: 'WEIGHTED_MEAN' as const, weights: { first: 0.75, second: 0.25 } };
    const spec = { models: { '2': second }, recipe: { ...recipe, models, combine } };
    const said = (one: number | null) => [score, one].map((own, i) => ({ version: versionId(`${i + 1}`), score: own }));
    const both = 0.75 * score + 0.25 * sigmoid(1);
    expect(await why({ score: both, models: said(sigmoid(1)) }, spec)).toMatchObject({ total: both, unexplained: [] });
    const one = 0.75 * score + 0.25 * 0.25;
    const found = await why({ score: one, models: said(null) }, spec);
    expect(found).toMatchObject({ total: one, unexplained: [{ model: 'second' }] });
    expect(found.unexplained[0].contribution).toBeCloseTo(0.0625, 12);
  });

  it.each<[string, string, object, ReleaseSpec]>([
    ['an input was another', 'NOT_RECORDED', { inputs: { ...inputs, amount: 3 } }, {}],
    ['an input is of another type', 'NOT_RECORDED', { inputs: { ...inputs, amount: 'two' } }, {}],
    ['a feature is missing', 'NOT_RECORDED', { features: { user_txn__amount_24h: feature(3) } }, {}],
    ['inputs were kept out of the log', 'NOT_LOGGED', { inputs: null }, {}],
    ['features were kept out of the log', 'NOT_LOGGED', { features: null }, {}],
    ['a constant answered', 'NOT_RUN', { score: 0.5 }, {}],
    ['no model came to answer', 'NOT_RUN', { models: [{ version: versionId('1'), score: null }] }, {}],
    ['there is no score', 'NOT_RUN', { score: null }, {}],
    [
      'a token stands for what a model read',
      'TOKENISED',
      { inputs: { ...inputs, amount: 'tok_1' } },
      { recipe: { ...recipe, inputs: recipe.inputs.map((one) => ({ ...one, personal: one.name === 'amount' })) } },
    ],
  ])('are not guessed where %s', async (_, expected, changes, spec) => {
    expect(await why(changes, spec)).toBe(expected);
  });

  it('do not need what no model reads', async () => {
    const personal = recipe.inputs.map((one) => ({ ...one, personal: one.name === 'user_id' }));
    const spec = { recipe: { ...recipe, inputs: personal } };
    expect(await why({ inputs: { ...inputs, user_id: 'tok_1' } }, spec)).toMatchObject({ total: MARGIN });
  });
});
