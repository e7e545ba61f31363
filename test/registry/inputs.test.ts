import { beforeAll, describe, expect, it } from 'vitest';
import { expectPages, PAGE } from '../support/paging.ts';
import {
  approvedVersion,
  featureOutbox,
  goldenRows,
  person,
  service,
  startTestRegistry,
  type TestRegistry,
} from '../support/registry.ts';
import { changeTraffic, deployed, fraudModel, SERVICE, serviceEvent, trafficMutation } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

const developer = person('developer');
const experiment = service('experiment', 'user:developer');
const HOLDER = 'tiffin:default:experiment:checkout';
const TRAINING_SET = `tiffin:default:training-set:${'1'.repeat(64)}`;

let registry: TestRegistry;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
});
const ask = (query: string, variables?: object): Promise<any> => registry.ask(developer, query, variables);

/** One field each of what can be said about a version, and how it is read back. */
const WORDS: [string, unknown, string?][] = [
  ['description', 'the first one'],
  ['owner', 'risk'],
  ['tags', ['fraud', 'eu']],
  ['algorithm', 'logistic regression'],
  ['hyperParameters', { l2: 0.1 }],
  ['codeCommit', 'abc123'],
  ['claimedMetrics', { auc: 0.9 }],
  ['evaluation', 'one'],
  ['trainingSet', TRAINING_SET, 'trainingSet { id }'],
  ['featureService', SERVICE, 'featureService { id }'],
];
const asAnswered = (selection: string | undefined, value: unknown): unknown =>
  selection === undefined ? value : { id: value };
/** An evaluation is a file: it is said by its digest. */
const saidOf = (field: string, value: unknown): unknown =>
  field === 'evaluation' ? registry.upload(developer, new TextEncoder().encode(String(value))) : value;

const REGISTER_AND = (selection: string): string =>
  `mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id ${selection} } } }`;

describe('what is said about a model version', () => {
  let artifact: string;
  let amended: string;
  beforeAll(async () => {
    artifact = await registry.upload(developer, fraudModel(1).bytes);
    const input = { model: 'amended', artifact, goldenRows: goldenRows(fraudModel(1)) };
    amended = (await ask(REGISTER_AND(''), { input })).registerModelVersion.modelVersion.id;
  });

  it.each(WORDS)('at its registration is kept: %s', async (field: string, words: unknown, selection?: string) => {
    const value = await saidOf(field, words);
    const input = { model: `said-${field.toLowerCase()}`, artifact, [field]: value };
    const { registerModelVersion } = await ask(REGISTER_AND(selection ?? field), { input });
    expect(registerModelVersion.modelVersion[field]).toEqual(asAnswered(selection, value));
  });

  it.each(WORDS)(
    'afterwards takes the place of what was said first: %s',
    async (field: string, words: unknown, selection?: string) => {
      const value = await saidOf(field, words);
      const { updateModelVersion } = await ask(
        `mutation ($input: UpdateModelVersionInput!) { updateModelVersion(input: $input) { modelVersion { ${selection ?? field} } } }`,
        { input: { id: amended, [field]: value } },
      );
      expect(updateModelVersion.modelVersion[field]).toEqual(asAnswered(selection, value));
    },
  );
});

it('keeps what is said about an endpoint and a release, and finds each by its id', async () => {
  const words = { description: 'is it fraud?', owner: 'risk', tags: ['fraud'] };
  const { createEndpoint } = await ask(
    'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { endpoint { id description owner tags } } }',
    { input: { name: 'worded', ...words } },
  );
  const { id, ...said } = createEndpoint.endpoint;
  expect(said).toEqual(words);
  const { deployment, releases, versions } = await deployed(registry, 'released', { releases: 2 });
  const { recipe } = (await ask('query ($id: ID!) { release(id: $id) { recipe } }', { id: releases[0]!.id })).release;
  const { createRelease } = await ask(
    'mutation ($input: CreateReleaseInput!) { createRelease(input: $input) { release { id description } } }',
    { input: { deployment, recipe, description: 'once more' } },
  );
  expect(createRelease.release.description).toBe('once more');
  const found = await ask(
    `query ($endpoint: ID!, $release: ID!) { endpoint(id: $endpoint) { id } release(id: $release) { id modelVersions { id } } }`,
    { endpoint: id, release: createRelease.release.id },
  );
  expect(found).toEqual({
    endpoint: { id },
    release: { id: createRelease.release.id, modelVersions: [{ id: versions[0] }] },
  });
});

describe('traffic', () => {
  it('moves by a promotion or an allocation only from the revision that was read', async () => {
    const { deployment, releases } = await deployed(registry, 'expected', { releases: 2 });
    const promote = { deployment, release: releases[0]!.id };
    const refused = async (name: string, input: object) => {
      const [refusal] = await registry.refusals(
        name === 'promoteRelease' ? developer : experiment,
        trafficMutation(name),
        { input },
      );
      return refusal;
    };
    const stale = await refused('promoteRelease', { ...promote, reason: 'first', expectedRevision: 7 });
    expect(stale).toMatchObject({ code: 'CONFLICT' });
    const { deployment: now } = await changeTraffic(registry, developer, 'promoteRelease', {
      ...promote,
      expectedRevision: 0,
    });
    const split = {
      deployment,
      cause: 'start',
      holder: HOLDER,
      holderRevision: 1,
      seed: 'seed',
      unit: 'user',
      hashVersion: 1,
      endsAt: '2030-01-01T00:00:00.000Z',
      arms: [
        { arm: 'candidate', release: releases[1]!.id, ranges: [[0, 0.5]] },
        { arm: 'control', release: releases[0]!.id, ranges: [[0.5, 1]] },
      ],
    };
    expect(await refused('acquireAllocation', { ...split, expectedRevision: 9 })).toMatchObject({ code: 'CONFLICT' });
    const { revision } = now.traffic;
    const taken = await changeTraffic(registry, experiment, 'acquireAllocation', {
      ...split,
      expectedRevision: revision,
    });
    expect(taken.deployment.traffic.layers).toContainEqual(
      expect.objectContaining({ kind: 'ALLOCATION', hashVersion: 1, endsAt: '2030-01-01T00:00:00.000Z' }),
    );
  });

  it('goes back once for one cause, however often it is told', async () => {
    const { deployment, releases } = await deployed(registry, 'caused', { releases: 2 });
    for (const release of releases)
      await changeTraffic(registry, developer, 'promoteRelease', { deployment, release: release.id });
    const input = { deployment, cause: 'verdict-1' };
    expect(await changeTraffic(registry, developer, 'rollback', input)).toMatchObject({
      applied: true,
      deployment: { live: { digest: releases[0]!.digest } },
    });
    expect(await changeTraffic(registry, developer, 'rollback', input)).toMatchObject({
      applied: false,
      deployment: { live: { digest: releases[0]!.digest } },
    });
  });
});

describe('lists can be read page by page', () => {
  it.each(['endpoints', 'deployments', 'models'])('%s', async (list) => {
    await deployed(registry, `paged-${list}-one`, { releases: 1 });
    await deployed(registry, `paged-${list}-two`, { releases: 1 });
    await expectPages(async (page) => (await ask(`{ ${list}(${page}) ${PAGE} }`))[list]);
  });

  it('a model’s versions, a deployment’s releases and its history', async () => {
    const { deployment, releases } = await deployed(registry, 'paged', { releases: 2 });
    for (const release of releases)
      await changeTraffic(registry, developer, 'promoteRelease', { deployment, release: release.id });
    await approvedVersion(registry, fraudModel(9), { model: 'paged-model' });
    for (const field of ['releases', 'history']) {
      await expectPages(
        async (page) =>
          (await ask(`query ($id: ID!) { deployment(id: $id) { ${field}(${page}) ${PAGE} } }`, { id: deployment }))
            .deployment[field],
      );
    }
    await expectPages(
      async (page) =>
        (await ask(`{ model(id: "tiffin:default:model:paged-model") { versions(${page}) ${PAGE} } }`)).model.versions,
    );
  });
});
