import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { NOW } from '../support/monitoring.ts';
import { expectPages, PAGE } from '../support/paging.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let registry: TestRegistry;
let place: Deployed;
let other: Deployed;
beforeAll(async () => {
  database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  [place, other] = [await deployed(registry, 'listed'), await deployed(registry, 'elsewhere')];
  for (const { deployment, releases } of [place, other]) {
    await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment, release: releases[0]!.id });
  }
}, 120_000);

async function ask({ ask: send }: TestExperiment, query: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await send(query, variables);
  expect(errors).toBeUndefined();
  return data;
}

const step = async (experiment: TestExperiment, name: string, type: string, input: object): Promise<void> => {
  await ask(experiment, `mutation ($input: ${type}!) { ${name}(input: $input) { eventCursor } }`, { input });
};

/** Of one deployment and candidate a shadow that was stopped and one that runs; a draft elsewhere. */
async function world(): Promise<TestExperiment> {
  const experiment = await startTestExperiment({ database, registry: registry.subgraph });
  const { shadows } = await ask(experiment, '{ shadows { edges { node { id } } } }');
  if (shadows.edges.length > 0) return experiment;
  const create = async (name: string, { deployment, releases }: Deployed): Promise<string> => {
    const input = { name, deployment, candidate: releases[1]!.id, hypothesis: 'better', unit: 'user', share: 0.5 };
    const mutation = 'mutation ($input: CreateShadowInput!) { createShadow(input: $input) { shadow { id } } }';
    return (await ask(experiment, mutation, { input })).createShadow.shadow.id;
  };
  const start = async (shadow: string): Promise<void> => {
    await step(experiment, 'startShadow', 'ShadowInput', { shadow });
    // Which version it scores is told by the deployment's event.
    const query = 'query ($id: ID!) { shadow(id: $id) { modelVersions { id } } }';
    await vi.waitFor(
      async () => expect((await ask(experiment, query, { id: shadow })).shadow.modelVersions).toHaveLength(1),
      { timeout: 20_000 },
    );
  };
  const stopped = await create('stopped', place);
  await start(stopped);
  await step(experiment, 'stopShadow', 'StopShadowInput', { shadow: stopped, reason: 'seen enough' });
  await start(await create('running', place));
  await create('far-away', other);
  return experiment;
}

const namesOf = (list: any): string[] => list.edges.map(({ node }: any) => node.name).toSorted();
const linked = async (experiment: TestExperiment, type: string, id: string, field: string): Promise<any> => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field} } } }`;
  return (await ask(experiment, query, { of: [{ __typename: type, id }] }))['_entities'][0];
};

describe('shadows', () => {
  it('are listed page by page: all, those of a deployment, those of a candidate', async () => {
    const experiment = await world();
    await expectPages(async (page) => (await ask(experiment, `{ shadows(${page}) ${PAGE} }`)).shadows);
    for (const [type, id] of [
      ['Deployment', place.deployment],
      ['ModelVersion', place.versions[1]!],
    ] as const) {
      await expectPages(async (page) => (await linked(experiment, type, id, `shadows(${page}) ${PAGE}`)).shadows);
    }
  });

  it('are narrowed by deployment and state', async () => {
    const experiment = await world();
    const NAMES = '{ edges { node { name } } }';
    const found = await ask(
      experiment,
      `query ($id: ID!) { here: shadows(deployment: $id) ${NAMES} running: shadows(status: RUNNING) ${NAMES} }`,
      { id: place.deployment },
    );
    expect([namesOf(found.here), namesOf(found.running)]).toEqual([['running', 'stopped'], ['running']]);
    for (const [type, id] of [
      ['Deployment', place.deployment],
      ['ModelVersion', place.versions[1]!],
    ] as const) {
      const { shadows } = await linked(experiment, type, id, `shadows(status: STOPPED) ${NAMES}`);
      expect(namesOf(shadows), type).toEqual(['stopped']);
    }
  });
});
