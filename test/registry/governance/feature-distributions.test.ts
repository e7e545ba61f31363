import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBlobs } from '../../../subgraphs/shared/blob/blob-place.ts';
import { localPeer } from '../../../subgraphs/shared/peer.ts';
import {
  createTrainingSet,
  defineUserTxn,
  materialize,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../../support/feature.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { person, secret, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { CREATE_RELEASE, deployed, released } from '../../support/serving.ts';

const developer = person('developer');
const model = logisticModel({ features: 1, weights: [1], bias: 0 });

let clock = new Date('2026-03-01T12:00:00Z');
let feature: FeatureHarness;
let registry: TestRegistry;
let service: string;
const sets: { january?: string; february?: string } = {};

const setOf = async (from: string, to: string): Promise<string> => {
  const { data, errors } = await createTrainingSet(feature, { service: 'fraud', spine: { events: { from, to } } });
  expect(errors).toBeUndefined();
  return data.createTrainingSet.trainingSet.id;
};

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = clock;
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'j' || i as user_id, timestamptz '2026-01-10 00:00:00Z' + to_minutes(i) as event_time,
       timestamptz '2026-01-10 00:00:00Z' + to_minutes(i) as created_at, (i % 100)::double as amount from range(400) t(i)
     union all
     select 'f' || i, timestamptz '2026-02-25 00:00:00Z' + to_minutes(i), timestamptz '2026-02-25 00:00:00Z' + to_minutes(i),
       (50 + i % 100)::double from range(400) t(i)`,
  );
  ({ service } = await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0 }));
  await materialize(feature, { view: 'user_txn' });
  sets.january = await setOf('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');
  sets.february = await setOf('2026-02-20T00:00:00Z', '2026-03-01T00:00:00Z');
  registry = await startTestRegistry({
    now: () => clock,
    peers: { feature: localPeer('feature', () => feature.subgraph, secret) },
  });
  const { tierPolicies } = await registry.ask(person('viewer'), '{ tierPolicies { tier policy } }');
  const { policy } = tierPolicies.find(({ tier }: any) => tier === 'LOW');
  await registry.ask(
    person('admin'),
    'mutation ($policy: JSON!) { setTierPolicy(input: { tier: LOW, policy: $policy, reason: "r" }) { tierPolicy { revision } } }',
    {
      policy: {
        ...policy,
        compatibility: { distributions: { mostPsi: 0.25, leastRows: 100, recentDays: 30, mustBeComputed: true } },
      },
    },
  );
});

let models = 0;
async function validated(more: object): Promise<any> {
  const input = {
    model: `compared${++models}`,
    artifact: await registry.upload(developer, model.bytes),
    riskTier: 'LOW',
    ...more,
  };
  const { registerModelVersion } = await registry.ask(
    developer,
    'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id } } }',
    { input },
  );
  const { id } = registerModelVersion.modelVersion;
  await registry.ask(
    developer,
    'mutation ($id: ID!) { submitModelVersion(input: { id: $id }) { modelVersion { id } } }',
    { id },
  );
  const { validateModelVersion } = await registry.ask(
    developer,
    `mutation ($id: ID!) { validateModelVersion(input: { id: $id }) { passed gates { gate passed detail value limit n } modelVersion { id evidence } } }`,
    { id },
  );
  const { passed, gates, modelVersion } = validateModelVersion;
  return { passed, modelVersion, gate: gates.find(({ gate }: any) => gate === 'compatibility.distributions') };
}

describe('the values of a feature service beside the training set', () => {
  it('fail a version that was trained on others, with the counts kept as evidence', async () => {
    const { passed, gate, modelVersion } = await validated({ featureService: service, trainingSet: sets.january });
    expect(passed).toBe(false);
    expect(gate).toMatchObject({
      passed: false,
      limit: 0.25,
      n: 400,
      detail: expect.stringContaining('user_txn__amount (PSI '),
    });
    const blobs = await openBlobs({ blobFolder: undefined, blobBucket: undefined }, registry.folder, '');
    const evidence = JSON.parse(new TextDecoder().decode(await blobs.read(modelVersion.evidence)));
    expect(evidence.distributions.compared).toMatchObject({
      service,
      features: [{ name: 'user_txn__amount', kind: 'NUMERIC', training: expect.any(Array), recent: expect.any(Array) }],
    });
  });

  it('pass one whose training set lies as they do', async () => {
    const { passed, gate } = await validated({ featureService: service, trainingSet: sets.february });
    expect({ passed, gate }).toMatchObject({ passed: true, gate: { passed: true, value: 0, n: 400 } });
  });

  it('are said not to be computed without a training set, without events, or without the feature subgraph', async () => {
    expect((await validated({ featureService: service })).gate).toMatchObject({
      passed: false,
      detail: 'not computed: the version names no training set; the tier asks that it is, so the gate fails',
    });
    feature.clock.at = new Date('2026-05-01T12:00:00Z');
    expect((await validated({ featureService: service, trainingSet: sets.february })).gate).toMatchObject({
      passed: false,
      detail: expect.stringContaining('has no event in the last 30 days'),
    });
    expect((await validated({})).gate).toMatchObject({ passed: true });
  });

  it('let a release read the service that was compared, while the comparison is recent (G17)', async () => {
    feature.clock.at = clock;
    const { modelVersion } = await validated({ featureService: service, trainingSet: sets.february });
    const { id } = modelVersion;
    const approve =
      'mutation ($id: ID!) { approveModelVersion(input: { id: $id, environments: ["staging"] }) { modelVersion { state } } }';
    await registry.ask(person('approver'), approve, { id });
    const { deployment } = await deployed(registry, 'compared', { releases: 0, environment: 'staging' });
    const recipe = (read: string) => ({
      inputs: [{ name: 'user', dtype: 'STRING' }],
      entities: [{ joinKey: 'user_id', input: 'user' }],
      features: { service: read },
      models: [
        { version: id, inputs: [{ tensor: 'features', columns: ['user_txn__amount'] }], score: { tensor: 'score' } },
      ],
      output: { decision: { threshold: 0.5, above: 'REVIEW', below: 'ACCEPT' } },
    });
    const refused = (read: string): Promise<any[]> =>
      registry.refusals(developer, CREATE_RELEASE, { input: { deployment, recipe: recipe(read) } });
    expect((await released(registry, { deployment, recipe: recipe(service) })).number).toBe(1);
    const other = service.replace('fraud', 'other');
    expect(await refused(other)).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G17', field: 'recipe.features.service', allowed: [service] },
    ]);
    clock = new Date('2026-04-05T00:00:00Z');
    expect(await refused(service)).toMatchObject([{ rule: 'G17', allowed: ['validate the version again'] }]);
  });
});
