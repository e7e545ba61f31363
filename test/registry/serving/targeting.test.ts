import { beforeAll, describe, expect, it } from 'vitest';
import { fraudRecipe, layerInputs, released, type Deployed } from '../../support/serving.ts';
import { experiment, split, TestTraffic } from '../../support/traffic.ts';

const own = new TestTraffic();
const { change, fresh, refused } = own;

let place: Deployed;
const layersOf = ({ deployment }: any): any[] => deployment.traffic.layers;

beforeAll(async () => {
  place = await fresh();
  await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
});

describe('a split that is not about everybody', () => {
  it('is refused where its condition is none by the recipe of a release, or its slice is empty', async () => {
    const wrong = (more: object) => refused('acquireAllocation', split(place, more), experiment);
    expect(await wrong({ targeting: 'amount > "ten"' })).toMatchObject([
      {
        code: 'INVALID_INPUT',
        field: 'layers.0.targeting',
        message: expect.stringContaining('by the recipe of release 2'),
      },
    ]);
    expect(await wrong({ targeting: 'user_txn__amount_24h > 1.0' })).toMatchObject([
      { allowed: ['at', 'inputs.user', 'inputs.amount', 'inputs.country', 'user', 'amount', 'country'] },
    ]);
    expect(await wrong({ namespace: { id: 'n', from: 0.5, to: 0.5 } })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'layers.0.namespace' },
    ]);
  });

  it('is kept with its checked form, and no release answers that reads it otherwise', async () => {
    const namespace = { id: 'checkout', from: 0.25, to: 0.75 };
    const acquired = await change(
      'acquireAllocation',
      split(place, { targeting: 'country == "IN"', namespace }),
      experiment,
    );
    const [layer] = layersOf(acquired);
    expect(layer).toMatchObject({ namespace, targeting: { text: 'country == "IN"', ast: { type: 'bool' } } });
    const again = split(place, { cause: 'again', targeting: 'country == "IN"', namespace });
    expect(layersOf(await change('acquireAllocation', again, experiment))).toEqual(layersOf(acquired));

    const [version] = place.versions;
    const inputs = fraudRecipe(version!).inputs.map((input) =>
      input.name === 'country' ? { ...input, dtype: 'INT64' as const } : input,
    );
    const other = await released(own.registry, {
      deployment: place.deployment,
      recipe: fraudRecipe(version!, { inputs }),
    });
    expect(await refused('promoteRelease', { deployment: place.deployment, release: other.id })).toMatchObject([
      { code: 'INVALID_INPUT', message: expect.stringContaining(`by the recipe of release ${other.number}`) },
    ]);

    // Whoever sets all layers writes the condition as text.
    const { targeting: _, ...rest } = layer;
    const wanted = layerInputs([{ ...rest, holderRevision: 2, targeting: 'amount > 1.0' }, layersOf(acquired)[1]]);
    const { revision } = acquired.deployment.traffic;
    const set = { deployment: place.deployment, cause: 'all', expectedRevision: revision + 1, layers: wanted };
    expect(layersOf(await change('setTraffic', set))[0]).toMatchObject({
      namespace,
      targeting: { text: 'amount > 1.0' },
    });
  });
});
