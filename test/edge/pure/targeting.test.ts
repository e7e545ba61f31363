import { afterEach, describe, expect, it } from 'vitest';
import { compileTargeting } from '../../../core/recipe/compile-targeting.ts';
import { inNamespace } from '../../../core/assignment/namespace.ts';
import type { Traffic } from '../../../schema/manifest.ts';
import { Recipe } from '../../../schema/recipe.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { recipe, release } from '../support/release.ts';

let bench: BenchApp;
afterEach(() => bench?.close());

const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
const ask = async (user: string, amount: number): Promise<any> =>
  (await bench.post('/v1/predict/fraud-decision', { inputs: { user_id: user, amount }, features })).body;

const start = async (more: object): Promise<void> => {
  bench = await benchApp({
    releases: [await release()],
    traffic: ([digest]): Traffic => [
      {
        kind: 'ALLOCATION',
        holder: 'tiffin:default:experiment:e1',
        holderRevision: 1,
        seed: 's',
        hashVersion: 2,
        unit: 'user_id',
        arms: [
          { arm: 'a', release: digest!, ranges: [[0, 0.5]] },
          { arm: 'b', release: digest!, ranges: [[0.5, 1]] },
        ],
        endsAt: null,
        ...more,
      },
      { kind: 'DEFAULT', release: digest! },
    ],
  });
};
const kept = async (): Promise<{ predictions: any[]; exposures: any[] }> => {
  const records = await bench.records();
  return {
    predictions: records.filter(({ kind }) => kind === 'prediction'),
    exposures: records.filter(({ kind }) => kind === 'exposure'),
  };
};

describe('a split that is not about everybody', () => {
  it('leaves who does not meet its condition as without it, and exposes them to nothing', async () => {
    const text = 'amount > 10.0';
    await start({ targeting: { text, ast: compileTargeting(text, Recipe.parse(recipe)) } });
    const small = await ask('u1', 2);
    const large = await ask('u1', 20);
    expect(small).toMatchObject({ arm: null, bucket: null });
    expect(large).toMatchObject({ arm: expect.stringMatching(/^[ab]$/), bucket: expect.any(Number) });
    expect(small.release).toBe(large.release);
    const { predictions, exposures } = await kept();
    expect(predictions[0]).toMatchObject({ layer: 'DEFAULT', arm: null, holder: null, unit: null });
    expect(predictions[1]).toMatchObject({ layer: 'ALLOCATION', holder: 'tiffin:default:experiment:e1', unit: 'u1' });
    expect(exposures.map(({ predictionId }) => predictionId)).toEqual([large.id]);
  });

  it('is about the units of its slice of a namespace alone', async () => {
    const namespace = { id: 'checkout', from: 0.2, to: 0.6 };
    await start({ namespace });
    const units = Array.from({ length: 30 }, (_, i) => `u${i}`);
    for (const unit of units) await ask(unit, 2);
    const inside = units.filter((unit) => inNamespace(unit, namespace));
    expect(inside.length).toBeGreaterThan(4);
    expect(inside.length).toBeLessThan(26);
    const { predictions, exposures } = await kept();
    expect(exposures.map(({ unit }) => unit)).toEqual(inside);
    expect(predictions.filter(({ holder }) => holder !== null).map(({ unit }) => unit)).toEqual(inside);
  });
});
