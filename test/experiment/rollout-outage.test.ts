import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../../core/errors.ts';
import type { Peer } from '../../subgraphs/shared/peer.ts';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { NOW, prediction, range, startTestMonitoring, uuid, type TestMonitoring } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

const UNITS = 40;
let registry: TestRegistry;
let monitoring: TestMonitoring;
let own: TestExperiment;
/** The real registry: its commands do not reach it while it is away, and their answers are lost while `losing` says so. */
let peer: Peer & { away: boolean; losing: boolean };
let where: Deployed;
let id: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  const real = peerOf('registry', registry.subgraph);
  const lost = (): DomainError =>
    new DomainError('SUBGRAPH_UNAVAILABLE', 'the registry subgraph does not answer', { subgraph: 'registry' });
  peer = {
    ...real,
    away: false,
    losing: false,
    async graphql(...call) {
      if (this.away) throw lost();
      const answer = await real.graphql(...call);
      if (this.losing) throw lost();
      return answer;
    },
  };
  own = await startTestExperiment({ database, registry: peer, monitoring: monitoring.subgraph });
  where = await deployed(registry, 'away', { sharedVersions: true });
  const first = { deployment: where.deployment, release: where.releases[0]!.id };
  await changeTraffic(registry, person('developer'), 'promoteRelease', first);
}, 120_000);

async function act(name: string, type: string, input: object): Promise<any> {
  const payload =
    name === 'evaluateRollout' ? '{ step }' : name === 'createMetric' ? '{ metric { id } }' : '{ rollout { id } }';
  return own.ask(`mutation ($input: ${type}!) { ${name}(input: $input) ${payload} }`, { input });
}
/** What follows of a verdict may fail: it is kept, and done later. */
const evaluate = (): Promise<unknown> => act('evaluateRollout', 'RolloutInput', { rollout: id });

const read = async (): Promise<any> => {
  const query = `query ($id: ID!) { rollout(id: $id) { status step pendingStep evaluation { verdict reasons }
    verdicts { edges { node { step verdict replays } } } } }`;
  const { verdicts, ...rest } = (await own.ask(query, { id }, 'viewer')).data.rollout;
  return { ...rest, verdicts: verdicts.edges.map(({ node }: any) => node) };
};
const traffic = async (): Promise<any> => {
  const query = `{ deployment(id: "${where.deployment}") { live { id } traffic { revision lease { holderRevision } } } }`;
  const { live, traffic: now } = (await registry.ask(person('viewer'), query)).deployment;
  return { live: live.id, revision: now.revision, step: now.lease?.holderRevision ?? null };
};

/** Both arms of a step are answered alike, now; waits until that was heard. */
async function answered(step: number): Promise<void> {
  for (const arm of ['control', 'candidate']) {
    const predictions = range(0, UNITS).map((n) =>
      prediction(n, {
        id: uuid(n, step * 10 + arm.length),
        occurredAt: own.clock.now.toISOString(),
        holder: id,
        holderRevision: step,
        arm,
        unit: `${arm}-${step}-${n}`,
        bucket: 0.5,
        timings: { total: 4 + (n % 3) },
      }),
    );
    expect((await monitoring.send('/v1/predictions', { node: 'edge-1', predictions })).body.acked).toHaveLength(UNITS);
  }
  const count = 'select count(*)::int as rows from answer where holder = $1 and revision = $2';
  await vi.waitFor(async () => expect((await own.db.query<any>(count, [id, step]))[0].rows).toBe(2 * UNITS), {
    timeout: 20_000,
    interval: 50,
  });
}

/** All clocks go on together. */
function wait(minutes: number): void {
  own.clock.now = new Date(own.clock.now.getTime() + minutes * 60_000);
  monitoring.clock.now = own.clock.now;
}
const until = (state: object): Promise<void> =>
  vi.waitFor(async () => expect(await read()).toMatchObject(state), { timeout: 20_000, interval: 100 });

describe('a rollout whose registry is away for an hour', { timeout: 120_000 }, () => {
  it('stays where it is, decides nothing else, and makes its one move when the registry is back', async () => {
    const definition = { kind: 'MEAN', measure: 'LATENCY_MS', higherIsBetter: false, margin: 3 };
    expect((await act('createMetric', 'CreateMetricInput', { name: 'latency', definition })).errors).toBeUndefined();
    const plan = {
      name: 'away',
      deployment: where.deployment,
      candidate: where.releases[1]!.id,
      unit: 'user',
      steps: [0.1, 0.5].map((weight) => ({ weight, minSamples: 20 })),
      guardrails: [{ metric: 'latency' }],
    };
    id = (await act('createRollout', 'CreateRolloutInput', plan)).data.createRollout.rollout.id;
    expect((await act('startRollout', 'RolloutInput', { rollout: id })).errors).toBeUndefined();
    const before = await traffic();
    expect(before).toMatchObject({ step: 1, live: where.releases[0]!.id });
    await answered(1);

    peer.away = true;
    for (let minute = 0; minute < 60; minute++) {
      await evaluate();
      wait(1);
    }
    expect(await read()).toMatchObject({ status: 'RUNNING', step: 1, pendingStep: 'ADVANCE' });
    expect(await traffic()).toEqual(before);

    peer.away = false;
    await until({ step: 2, pendingStep: null });
    expect(await traffic()).toEqual({ ...before, step: 2, revision: before.revision + 1 });
    // Nobody has been answered in the new step: nothing of the first one counts for it.
    await evaluate();
    const { verdicts, evaluation } = await read();
    expect(evaluation).toMatchObject({ verdict: 'WAIT' });
    expect(verdicts.filter(({ verdict }: any) => verdict === 'CONTINUE')).toEqual([
      { step: 1, verdict: 'CONTINUE', replays: true },
    ]);
  });

  it('promotes once though the answer to that is lost for an hour', async () => {
    const before = await traffic();
    await answered(2);
    peer.losing = true;
    for (let minute = 0; minute < 60; minute++) {
      await evaluate();
      wait(1);
    }
    expect(await read()).toMatchObject({ status: 'RUNNING', step: 2, pendingStep: 'PROMOTE' });
    const after = { live: where.releases[1]!.id, step: null, revision: before.revision + 1 };
    expect(await traffic()).toEqual(after);
    peer.losing = false;
    await until({ status: 'COMPLETED', pendingStep: null });
    expect(await traffic()).toEqual(after);
  });
});
