import { beforeAll, describe, expect, it, vi } from 'vitest';
import { assign } from '../../core/assignment/assign.ts';
import { inNamespace } from '../../core/assignment/namespace.ts';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { testKeys } from '../support/keys.ts';
import { NOW, prediction, range, startTestMonitoring, uuid, type TestMonitoring } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** Experiments whose seed is chosen, beside a real registry and monitoring. */
let registry: TestRegistry;
let monitoring: TestMonitoring;
let own: TestExperiment;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  own = await startTestExperiment({ database, registry: registry.subgraph, monitoring: monitoring.subgraph });
}, 120_000);

let count = 0;
async function placeOf(): Promise<Deployed> {
  const place = await deployed(registry, `balanced${++count}`, { sharedVersions: true });
  const release = place.releases[0]!.id;
  await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment: place.deployment, release });
  return place;
}

const inputOf = (place: Deployed, name: string, changes = {}) => ({
  name,
  hypothesis: 'better',
  deployment: place.deployment,
  arms: ['control', 'candidate'].map((arm, i) => ({ name: arm, release: place.releases[i]!.id, share: 0.5 })),
  unit: 'user',
  baseline: 0.4,
  mde: 0.5,
  ...changes,
});

const SELECTED = `eventCursor experiment { id status seed definition revision balance { event segment days threshold minP tries }
  revisions { number balanced { seed from tried sampled difference p event segment days threshold minP tries units { arm units } } }
  result { method } }`;

async function asked(name: string, input: object): Promise<any> {
  const type =
    /^(start|stop)Experiment$/.test(name) && !('reason' in input)
      ? 'Experiment'
      : name[0]!.toUpperCase() + name.slice(1);
  return own.ask(`mutation ($input: ${type}Input!) { ${name}(input: $input) { ${SELECTED} } }`, { input });
}
async function act(name: string, input: object): Promise<any> {
  const { data, errors } = await asked(name, input);
  expect(errors).toBeUndefined();
  return data[name].experiment;
}
const refusal = async (name: string, input: object): Promise<any> => {
  const { errors } = await asked(name, input);
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};

const DAY = 86_400_000;
const event = (name: string, unit: string, value: number, daysAgo: number) => ({
  name,
  id: `${name}-${unit}-${daysAgo}`,
  unitField: 'user',
  unit,
  value,
  occurredAt: new Date(NOW.getTime() - daysAgo * DAY).toISOString(),
});
async function push(events: readonly object[]): Promise<void> {
  const answer = await own.subgraph.app.request('/v1/unit-events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKeys.with('experiment:ingest')}` },
    body: JSON.stringify({ events }),
  });
  expect(answer.status).toBe(200);
}

const layersOf = async ({ deployment: id }: Deployed): Promise<any[]> => {
  const query = `query ($id: ID!) { deployment(id: $id) { traffic { layers { kind seed arms { arm ranges } } } } }`;
  const { deployment: found }: any = await registry.ask(person('viewer'), query, { id });
  return found.traffic.layers;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('an experiment that asks for balance', { timeout: 90_000 }, () => {
  it('starts with the first seed under which arms did the same before, and says so everywhere', async () => {
    const place = await placeOf();
    const random = seededRandom(5);
    const spent = new Map(range(0, 240).map((n) => [`b-${n}`, Math.floor(random() ** 3 * 400)]));
    await push([...spent].map(([unit, value]) => event('order', unit, value, 3)));
    // Nothing of these is known: too long ago, another name, and what a device says.
    await push([...spent.keys()].map((unit, n) => event('order', unit, n * 1_000, 12)));
    await push([...spent.keys()].map((unit, n) => event('other', unit, n * 1_000, 3)));
    await own.db.pool.query(
      `insert into unit_event (project, name, trust, id, unit_field, unit, value, occurred_at, received_at)
       values ('default', 'order', 'device', 'd-1', 'user', 'b-0', 1e9, $1, $1)`,
      [new Date(NOW.getTime() - DAY)],
    );

    const draft = await act(
      'createExperiment',
      inputOf(place, 'by-orders', { covariate: { event: 'order', days: 10 }, balance: { threshold: 0.02 } }),
    );
    expect(draft.balance).toEqual({ event: 'order', segment: null, days: 10, threshold: 0.02, minP: 0.8, tries: 200 });
    expect(draft.revisions).toEqual([]);
    const started = await act('startExperiment', { experiment: draft.id });
    expect(started.status).toBe('RUNNING');

    const [{ balanced }] = started.revisions;
    expect(balanced).toMatchObject({
      from: draft.id,
      seed: started.seed,
      event: 'order',
      days: 10,
      p: null,
      sampled: false,
    });
    expect(balanced.tried, 'the first seed is not good enough here').toBeGreaterThan(1);
    expect(started.seed).toBe(`${draft.id}#${balanced.tried}`);
    expect(started.definition, 'the same file changes nothing').toEqual(draft.definition);
    const allocation = (await layersOf(place)).find(({ kind }) => kind === 'ALLOCATION');
    expect(allocation.seed).toBe(started.seed);
    const { arms } = allocation;
    const differenceUnder = (seed: string): number => {
      const of = (wanted: string): number[] =>
        [...spent]
          .filter(([unit]) => assign({ seed, hashAttribute: 'user', hashVersion: 2, arms }, unit).arm === wanted)
          .map(([, value]) => value);
      const all = [...spent.values()];
      const deviation = Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)));
      return Math.abs(mean(of('candidate')) - mean(of('control'))) / deviation;
    };
    expect(balanced.difference).toBeCloseTo(differenceUnder(started.seed), 10);
    expect(balanced.difference).toBeLessThanOrEqual(0.02);
    expect(differenceUnder(draft.id)).toBeGreaterThan(0.02);
    expect(balanced.units.reduce((sum: number, { units }: any) => sum + units, 0)).toBe(240);

    const words = `seed ${balanced.tried} of at most 200 chosen for balance over 240 units`;
    expect(started.result.method).toContain(words);
    const audit = await own.db.pool.query(
      `select record->>'reason' as reason from audit_record where record->>'subject' = $1 and record->>'action' = 'experiment.start'`,
      [draft.id],
    );
    expect(audit.rows).toEqual([{ reason: expect.stringContaining(words) }]);

    const revised = await act('changeExperimentSplit', {
      experiment: draft.id,
      shares: [
        { arm: 'control', share: 0.6 },
        { arm: 'candidate', share: 0.4 },
      ],
      expectedRevision: started.revision,
    });
    expect(revised.seed).toBe(started.seed);
    expect(revised.revisions.map((revision: any) => revision.balanced?.tried ?? null)).toEqual([balanced.tried, null]);
    expect(revised.result.method).toContain('by the split of revision 1, which this one has no longer');
  });

  it('divides the cities of those who were answered before, within its namespace', async () => {
    const place = await placeOf();
    const before = await act('createExperiment', inputOf(place, 'before', { segments: ['city'] }));
    await act('startExperiment', { experiment: before.id });
    const cityOf = (n: number): string => (n % 3 === 0 ? 'Pune' : 'Delhi');
    const predictions = range(0, 300).map((n) =>
      prediction(n, {
        id: uuid(n, 61),
        holder: before.id,
        holderRevision: 1,
        arm: 'control',
        unit: `c-${n}`,
        bucket: 0.5,
        segments: { city: cityOf(n) },
      }),
    );
    const sent = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions });
    expect(sent.body.acked).toHaveLength(300);
    await vi.waitFor(
      async () => {
        const { rows } = await own.db.pool.query('select count(*)::int as n from answer where holder = $1', [
          before.id,
        ]);
        expect(rows).toEqual([{ n: 300 }]);
      },
      { timeout: 20_000, interval: 50 },
    );
    await act('stopExperiment', { experiment: before.id, reason: 'enough' });

    const slice = { name: 'by-city', from: 0, to: 0.5 };
    const inside = range(0, 300).filter((n) => inNamespace(`c-${n}`, { id: slice.name, from: 0, to: 0.5 }));
    const draft = await act(
      'createExperiment',
      inputOf(place, 'by-city', { namespace: slice, balance: { segment: 'city', days: 1, minP: 0.9, tries: 500 } }),
    );
    const { revisions, seed } = await act('startExperiment', { experiment: draft.id });
    const [{ balanced }] = revisions;
    expect(balanced).toMatchObject({ segment: 'city', event: null, difference: null, tries: 500 });
    expect(balanced.p).toBeGreaterThanOrEqual(0.9);
    expect(balanced.units.reduce((sum: number, { units }: any) => sum + units, 0)).toBe(inside.length);
    const [{ arms }] = (await layersOf(place)).filter(({ kind }) => kind === 'ALLOCATION');
    for (const city of ['Pune', 'Delhi']) {
      const its = inside.filter((n) => cityOf(n) === city);
      const treated = its.filter(
        (n) => assign({ seed, hashAttribute: 'user', hashVersion: 2, arms }, `c-${n}`).arm === 'candidate',
      );
      expect(Math.abs(treated.length / its.length - 0.5), city).toBeLessThan(0.06);
    }
  });

  it('does not start where too little is known or no seed is good enough: nothing is split', async () => {
    const place = await placeOf();
    const draft = await act('createExperiment', inputOf(place, 'unknown', { balance: { event: 'nothing', days: 5 } }));
    expect(await refusal('startExperiment', { experiment: draft.id })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      field: 'balance',
      known: 0,
      needed: 20,
      message: expect.stringContaining('0 units are known from the last 5 days'),
    });
    const random = seededRandom(8);
    await push(range(0, 40).map((n) => event('rare', `r-${n}`, random(), 1)));
    const strict = await act(
      'createExperiment',
      inputOf(place, 'strict', { balance: { event: 'rare', threshold: 0.000001, tries: 25 } }),
    );
    expect(await refusal('startExperiment', { experiment: strict.id })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('none of 25 seeds is good enough'),
      allowed: expect.arrayContaining(['no balance']),
    });
    expect((await layersOf(place)).filter(({ kind }) => kind === 'ALLOCATION')).toEqual([]);
    const { data } = await own.ask(
      'query ($id: ID!) { experiment(id: $id) { status seed pendingStep } }',
      { id: strict.id },
      'viewer',
    );
    expect(data.experiment).toEqual({ status: 'DRAFT', seed: strict.id, pendingStep: null });
  });

  it.each([
    [{}, 'balance'],
    [{ event: 'order', days: 91 }, 'balance.days'],
    [{ event: 'order', threshold: 2 }, 'balance.threshold'],
    [{ segment: 'city', minP: 1 }, 'balance.minP'],
    [{ event: 'order', tries: 0 }, 'balance.tries'],
    [{ event: '1st' }, 'balance.event'],
    [{ segment: ' ' }, 'balance.segment'],
  ])('refuses %j with the field', async (balance, field) => {
    const place = {
      deployment: 'fraud@production',
      releases: [{ id: 'fraud@production/1' }, { id: 'fraud@production/2' }],
    };
    const input = inputOf(place as never, `bad${++count}`, { balance });
    expect(await refusal('createExperiment', input)).toMatchObject({ code: 'INVALID_INPUT', field });
  });
});
