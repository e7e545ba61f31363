import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../../core/errors.ts';
import { localPeer, type Peer } from '../../subgraphs/shared/peer.ts';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { NOW, SECRET } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let registry: TestRegistry;
let count = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
}, 120_000);

/** The real registry, whose answers to commands get lost on their way while `losing` says so. */
function losingPeer(): Peer & { losing: boolean } {
  const real = peerOf('registry', registry.subgraph);
  return {
    ...real,
    losing: false,
    async graphql(...call) {
      const answer = await real.graphql(...call);
      if (this.losing)
        throw new DomainError('TIMEOUT', 'the registry subgraph did not answer', { subgraph: 'registry' });
      return answer;
    },
  };
}

interface World extends TestExperiment {
  readonly place: Deployed;
  readonly id: string;
}

async function world(peer: Peer): Promise<World> {
  const place = await deployed(registry, `pending${++count}`, { sharedVersions: true });
  await changeTraffic(registry, person('developer'), 'promoteRelease', {
    deployment: place.deployment,
    release: place.releases[0]!.id,
  });
  const own = await startTestExperiment({ database, registry: peer });
  const [control, candidate] = place.releases;
  const { data, errors } = await own.ask(
    `mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { experiment { id } } }`,
    {
      input: {
        name: `pending${count}`,
        hypothesis: 'h',
        deployment: place.deployment,
        arms: [
          { name: 'control', release: control!.id, share: 0.5 },
          { name: 'candidate', release: candidate!.id, share: 0.5 },
        ],
        unit: 'user',
        baseline: 0.5,
        mde: 0.4,
      },
    },
  );
  expect(errors).toBeUndefined();
  return { ...own, place, id: data.createExperiment.experiment.id };
}

const FIELDS = '{ experiment { status pendingStep splitRevision } }';
const start = ({ ask, id }: World) => ask(`mutation { startExperiment(input: { experiment: "${id}" }) ${FIELDS} }`);
const stop = ({ ask, id }: World) =>
  ask(`mutation { stopExperiment(input: { experiment: "${id}", reason: "enough" }) ${FIELDS} }`);
const read = async ({ ask, id }: World) =>
  (
    await ask(
      `{ experiment(id: "${id}") { status pendingStep splitRevision revision arms { share modelVersions { id } } } }`,
      {},
      'viewer',
    )
  ).data.experiment;
const holder = async ({ place }: World): Promise<string | null> =>
  (await registry.ask(person('viewer'), `{ deployment(id: "${place.deployment}") { traffic { lease { holder } } } }`))
    .deployment.traffic.lease?.holder ?? null;
const until = (own: World, state: object): Promise<void> =>
  vi.waitFor(async () => expect(await read(own)).toMatchObject(state), { timeout: 20_000, interval: 100 });

const versionsOf = ({ place }: World) => place.versions.map((id) => ({ modelVersions: [{ id }] }));

describe('a step whose answer is lost', () => {
  it('is a start that is taken back, and can be started again', async () => {
    const peer = losingPeer();
    const own = await world(peer);
    peer.losing = true;
    expect((await start(own)).errors?.[0]?.extensions).toMatchObject({ code: 'TIMEOUT', subgraph: 'registry' });
    expect(await holder(own), 'the registry did what it was asked for').toBe(own.id);
    expect(await read(own)).toMatchObject({ status: 'DRAFT', pendingStep: 'START', revision: 1 });
    expect((await stop(own)).errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', allowed: ['START'] });

    peer.losing = false;
    own.clock.now = new Date(NOW.getTime() + 60_000);
    await until(own, { status: 'DRAFT', pendingStep: null });
    expect(await holder(own)).toBeNull();
    const { data } = await start(own);
    expect(data.startExperiment.experiment).toEqual({ status: 'RUNNING', pendingStep: null, splitRevision: 1 });
    expect(await holder(own)).toBe(own.id);
  });

  it('is a start that the same call again completes', async () => {
    const peer = losingPeer();
    const own = await world(peer);
    peer.losing = true;
    await start(own);
    peer.losing = false;
    expect((await start(own)).data.startExperiment.experiment).toMatchObject({ status: 'RUNNING', pendingStep: null });
    expect(await holder(own)).toBe(own.id);
  });

  it('is a stop that is sent again until it is done', async () => {
    const peer = losingPeer();
    const own = await world(peer);
    await start(own);
    peer.losing = true;
    expect((await stop(own)).errors?.[0]?.extensions).toMatchObject({ code: 'TIMEOUT' });
    expect(await read(own)).toMatchObject({ status: 'RUNNING', pendingStep: 'STOP' });
    peer.losing = false;
    own.clock.now = new Date(NOW.getTime() + 60_000);
    await until(own, { status: 'STOPPED', pendingStep: null });
    expect(await holder(own)).toBeNull();
  });

  it('is a new split that is sent again, and counts once', async () => {
    const peer = losingPeer();
    const own = await world(peer);
    await start(own);
    // The versions of the arms come with the deployment's event, and are a revision of their own.
    await until(own, { arms: versionsOf(own) });
    const { revision } = await read(own);
    peer.losing = true;
    const { errors } = await own.ask(
      `mutation { changeExperimentSplit(input: { experiment: "${own.id}", expectedRevision: ${revision},
        shares: [{ arm: "control", share: 0.2 }, { arm: "candidate", share: 0.2 }] }) ${FIELDS} }`,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'TIMEOUT' });
    expect(await read(own)).toMatchObject({ pendingStep: 'CHANGE_SPLIT', splitRevision: 1 });
    peer.losing = false;
    own.clock.now = new Date(NOW.getTime() + 60_000);
    await until(own, { pendingStep: null, splitRevision: 2, arms: [{ share: 0.2 }, { share: 0.2 }] });
  });
});

it('learns what its arms ran also where it hears of its start after it has stopped', async () => {
  const real = peerOf('registry', registry.subgraph);
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  const own = await world({ ...real, get: (...call) => heard.then(() => real.get(...call)) });
  await start(own);
  expect((await stop(own)).data.stopExperiment.experiment).toMatchObject({ status: 'STOPPED' });
  expect(await read(own)).toMatchObject({ arms: [{ modelVersions: [] }, { modelVersions: [] }] });
  hear();
  await until(own, { status: 'STOPPED', arms: versionsOf(own) });
});

it('holds no row while the registry is silent, and gives up in time', async () => {
  const silent = { ...registry.subgraph, execute: () => new Promise<never>(() => {}) };
  const own = await world(localPeer('registry', () => silent, SECRET, 1_500));
  const starting = start(own);
  await until(own, { pendingStep: 'START' });
  await own.db.query('begin');
  await own.db.query('select 1 from study where name = $1 for update nowait', [`pending${count}`]);
  await own.db.query('rollback');
  expect((await starting).errors?.[0]?.extensions).toMatchObject({ code: 'TIMEOUT', subgraph: 'registry' });
}, 20_000);
