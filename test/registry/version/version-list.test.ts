import { beforeAll, describe, expect, it } from 'vitest';
import { evaluationFile, groupRows } from '../../support/evaluation.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { expectPages, PAGE } from '../../support/paging.ts';
import { person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';

const developer = person('developer');
const viewer = person('viewer');

let registry: TestRegistry;

const versions = async (args: string): Promise<string[]> => {
  const { modelVersions } = await registry.ask(viewer, `{ modelVersions(${args}) { edges { node { id } } } }`);
  return modelVersions.edges.map(({ node }: any) => node.id.split(':').at(-1));
};

/** All tell the rows apart, so that their accuracy is 1; the steeper, the lower the Brier score. */
async function validated(model: string, weight: number): Promise<void> {
  const { bytes } = logisticModel({ features: 2, weights: [weight, 0], bias: 0 });
  const input = {
    model,
    artifact: await registry.upload(developer, bytes),
    evaluation: await registry.upload(developer, evaluationFile(groupRows(0.5, 0.5))),
  };
  const register =
    'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id } } }';
  const { registerModelVersion } = await registry.ask(developer, register, { input });
  const { id } = registerModelVersion.modelVersion;
  await registry.ask(
    developer,
    `mutation { submitModelVersion(input: { id: "${id}" }) { modelVersion { id } }
      validateModelVersion(input: { id: "${id}" }) { passed } }`,
  );
}

beforeAll(async () => {
  let clock = Date.parse('2026-03-01T10:00:00.000Z');
  registry = await startTestRegistry({ now: () => new Date((clock += 1_000)) });
  await validated('risk', 1);
  await validated('risk', 4);
  await validated('eta', 2);
  const artifact = await registry.upload(developer, logisticModel({ features: 2, weights: [8, 0], bias: 0 }).bytes);
  // Its claim is no computed number.
  const input = { model: 'risk', artifact, claimedMetrics: { brier: 0.000_1 } };
  const register =
    'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id } } }';
  await registry.ask(developer, register, { input });
});

describe('model versions', () => {
  it('are those of one model where one is named, by its id or its name', async () => {
    expect(await versions('model: "tiffin:default:model:risk"')).toEqual(['risk@3', 'risk@2', 'risk@1']);
    expect(await versions('model: "eta"')).toEqual(['eta@1']);
    expect(await versions('model: "nothing"')).toEqual([]);
  });

  it('come in the order of a computed metric, without those that have none', async () => {
    expect(await versions('orderBy: { metric: "brier" }')).toEqual(['risk@1', 'eta@1', 'risk@2']);
    expect(await versions('orderBy: { metric: "brier", direction: LOWEST_FIRST }')).toEqual([
      'risk@2',
      'eta@1',
      'risk@1',
    ]);
    expect(await versions('model: "risk", first: 1, orderBy: { metric: "brier", direction: LOWEST_FIRST }')).toEqual([
      'risk@2',
    ]);
    // Of equals the newest first.
    expect(await versions('orderBy: { metric: "accuracy", direction: LOWEST_FIRST }')).toEqual([
      'eta@1',
      'risk@2',
      'risk@1',
    ]);
    expect(await versions('orderBy: { metric: "mae" }')).toEqual([]);
  });

  it('are read page by page in that order', async () => {
    for (const order of ['metric: "brier"', 'metric: "brier", direction: LOWEST_FIRST', 'metric: "accuracy"']) {
      await expectPages(
        async (page) =>
          (await registry.ask(viewer, `{ modelVersions(orderBy: { ${order} }, ${page}) ${PAGE} }`)).modelVersions,
      );
    }
  });

  it('are those whose computed metrics lie within bounds', async () => {
    const { modelVersions } = await registry.ask(
      viewer,
      '{ modelVersions(model: "eta") { edges { node { metrics { name value } } } } }',
    );
    const { value } = modelVersions.edges[0].node.metrics.find(({ name }: any) => name === 'brier');
    expect(await versions(`metrics: [{ metric: "brier", atMost: ${value} }]`)).toEqual(['eta@1', 'risk@2']);
    expect(await versions(`metrics: [{ metric: "brier", atLeast: ${value} }]`)).toEqual(['eta@1', 'risk@1']);
    expect(await versions(`metrics: [{ metric: "brier", atLeast: ${value}, atMost: ${value} }]`)).toEqual(['eta@1']);
    expect(
      await versions(
        `metrics: [{ metric: "accuracy", atLeast: 1 }, { metric: "brier", atMost: ${value} }], model: "risk"`,
      ),
    ).toEqual(['risk@2']);
    expect(await versions('metrics: [{ metric: "mae", atLeast: 0 }]')).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['orderBy: { metric: "gini" }', 'orderBy.metric', /gini is no metric; allowed: accuracy, /],
    ['metrics: [{ metric: "AUC", atLeast: 0 }]', 'metrics.0.metric', /AUC is no metric; allowed: accuracy, /],
    ['metrics: [{ metric: "brier" }]', 'metrics.0', /has no bound; allowed: atLeast, atMost or both/],
    ['metrics: [{ metric: "brier", atLeast: 1, atMost: 0 }]', 'metrics.0.atMost', /below atLeast; allowed: from 1/],
    ['model: "tiffin:default:endpoint:risk"', 'model', /model/],
  ])('refuse %s', async (args, field, message) => {
    expect(await registry.refusals(viewer, `{ modelVersions(${args}) { edges { cursor } } }`)).toMatchObject([
      { code: 'INVALID_INPUT', field, message: expect.stringMatching(message) },
    ]);
  });
});
