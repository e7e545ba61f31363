import { beforeAll, describe, expect, it, vi } from 'vitest';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { testKeys } from '../support/keys.ts';
import {
  NOW,
  outcome,
  prediction,
  range,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** Units that are erased, beside a real registry and monitoring. */
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
  const { errors } = await own.ask(
    `mutation ($input: CreateMetricInput!) { createMetric(input: $input) { eventCursor } }`,
    {
      input: {
        name: 'orders',
        definition: { kind: 'MEAN', measure: 'EVENT', event: 'order', higherIsBetter: true, margin: 0.1 },
      },
    },
  );
  expect(errors).toBeUndefined();
}, 120_000);

let count = 0;
async function placeOf(): Promise<Deployed> {
  const place = await deployed(registry, `erased${++count}`, { sharedVersions: true });
  const release = place.releases[0]!.id;
  await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment: place.deployment, release });
  return place;
}

async function started(name: string, unit = 'user'): Promise<string> {
  const place = await placeOf();
  const input = {
    name,
    hypothesis: 'better',
    deployment: place.deployment,
    arms: ['control', 'candidate'].map((arm, i) => ({ name: arm, release: place.releases[i]!.id, share: 0.5 })),
    unit,
    secondary: [{ metric: 'orders' }],
    segments: ['city'],
    baseline: 0.4,
    mde: 0.5,
  };
  const { data, errors } = await own.ask(
    'mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { experiment { id } } }',
    { input },
  );
  expect(errors).toBeUndefined();
  const { id } = data.createExperiment.experiment;
  const start = 'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { experiment { status } } }';
  expect((await own.ask(start, { input: { experiment: id } })).errors).toBeUndefined();
  return id;
}

let space = 3_000;
/** Each unit is answered, meets its arm and, where wanted, converts. */
async function meet(id: string, units: readonly string[], { withOutcomes = true } = {}): Promise<void> {
  const mine = space++;
  const predictions = units.map((unit, n) =>
    prediction(n, {
      id: uuid(n, mine),
      holder: id,
      holderRevision: 1,
      arm: armOf(n),
      unit,
      bucket: 0.5,
      segments: { city: 'Pune' },
    }),
  );
  const exposures = predictions.map(({ id: predictionId, occurredAt }, n) => ({
    id: uuid(n, mine + 1_000),
    predictionId,
    holder: id,
    holderRevision: 1,
    unit: units[n]!,
    arm: armOf(n),
    occurredAt,
  }));
  const sent = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions, exposures });
  expect(sent.body.acked).toHaveLength(2 * units.length);
  if (!withOutcomes) return;
  const outcomes = units.map((_, n) => outcome(n, 1, { id: uuid(n, mine + 2_000), predictionId: uuid(n, mine) }));
  expect((await monitoring.send('/v1/outcomes', { outcomes })).body.acked).toHaveLength(units.length);
}
const armOf = (n: number): string => (n % 2 === 0 ? 'control' : 'candidate');

const event = (unit: string, id: string, unitField = 'user') => ({
  name: 'order',
  id,
  unitField,
  unit,
  value: 40,
  occurredAt: new Date(NOW.getTime() - 60_000).toISOString(),
});
async function push(events: readonly object[]): Promise<any> {
  const answer = await own.subgraph.app.request('/v1/unit-events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKeys.with('experiment:ingest')}` },
    body: JSON.stringify({ events }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

const ERASE = `mutation ($input: EraseUnitInput!) { eraseUnit(input: $input) { eventCursor removed { units outcomes answers events }
  erasures { digest experiment at late } } }`;
const REASON = 'request 4711';
async function erase(input: object): Promise<any> {
  const { data, errors } = await own.ask(ERASE, { input: { unitField: 'user', reason: REASON, ...input } }, 'approver');
  expect(errors).toBeUndefined();
  return data.eraseUnit;
}
const refusal = async (input: object, role: 'approver' | 'developer' = 'approver'): Promise<any> => {
  const { errors } = await own.ask(
    ERASE,
    { input: { unitField: 'user', unit: 'u-1', reason: REASON, ...input } },
    role,
  );
  return errors?.[0]?.extensions;
};
async function erasures(unit: string, unitField = 'user'): Promise<any[]> {
  const query =
    'query ($unitField: String!, $unit: String!) { unitErasures(unitField: $unitField, unit: $unit) { digest experiment at late } }';
  const { data, errors } = await own.ask(query, { unitField, unit }, 'approver');
  expect(errors).toBeUndefined();
  return data.unitErasures;
}

const RESULT = `query ($id: ID!) { experiment(id: $id) { result { erasedUnits warnings arms { arm exposed labelled converted }
  secondary { metric control arm } } } }`;
async function result(id: string): Promise<any> {
  const { data, errors } = await own.ask(RESULT, { id }, 'viewer');
  expect(errors).toBeUndefined();
  return data.experiment.result;
}
const until = (id: string, check: (seen: any) => void): Promise<void> =>
  vi.waitFor(async () => check(await result(id)), { timeout: 20_000, interval: 50 });
const labelled =
  (...wanted: number[]) =>
  ({ arms }: any) =>
    expect(arms.map((arm: any) => arm.labelled)).toEqual(wanted);

/** Rows of any table of the subgraph's schema in which the text occurs. */
async function rowsThatName(text: string): Promise<Readonly<Record<string, number>>> {
  const { rows: tables } = await own.db.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema = (select table_schema from information_schema.tables where table_name = 'unit_event' limit 1)
       and table_type = 'BASE TABLE' order by 1`,
  );
  expect(tables.length).toBeGreaterThan(15);
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await own.db.pool.query<{ n: number }>(
      `select count(*)::int as n from ${name} t where position($1 in to_jsonb(t)::text) > 0`,
      [text],
    );
    if (rows[0]!.n > 0) found[name.split('.').at(-1)!] = rows[0]!.n;
  }
  return found;
}

describe('erasing a unit', { timeout: 90_000 }, () => {
  it('takes away all that is held of it, everywhere, and results are as if it had not been there', async () => {
    const gone = 'person-who-asked';
    const [first, second] = [await started('whole'), await started('whole-too')];
    const others = range(0, 19).map((n) => `w-${n}`);
    await push([...others, gone].map((unit, n) => event(unit, `w-${n}`)));
    await push([event(gone, 'w-device', 'device')]);
    for (const id of [first, second]) await meet(id, [...others, gone]);
    await until(first, labelled(10, 10));
    await until(second, labelled(10, 10));
    const ordersBefore = (await result(first)).secondary[0];
    expect(ordersBefore).toMatchObject({ control: 40, arm: 'candidate' });
    expect(await rowsThatName(gone)).toMatchObject({ unit: 2, unit_outcome: 2, answer: 2, unit_event: 2 });

    const done = await erase({ unit: gone });
    expect(done.removed).toEqual({ units: 2, outcomes: 2, answers: 2, events: 1 });
    expect(done.erasures).toEqual([
      { digest: expect.stringMatching(/^[0-9a-f]{64}$/), experiment: null, at: NOW.toISOString(), late: 0 },
    ]);
    // A value of another field is another unit, whatever it is called.
    expect(await rowsThatName(gone)).toEqual({ unit_event: 1 });
    for (const id of [first, second]) {
      const seen = await result(id);
      labelled(10, 9)(seen);
      expect(seen.arms.map(({ exposed, converted }: any) => [exposed, converted])).toEqual([
        [10, 10],
        [9, 9],
      ]);
      expect(seen.erasedUnits).toBe(1);
      expect(seen.warnings).toContainEqual(expect.stringContaining('1 unit was erased'));
    }

    const again = await erase({ unit: gone });
    expect(again).toEqual({ ...done, removed: { units: 0, outcomes: 0, answers: 0, events: 0 } });
    expect((await result(first)).erasedUnits).toBe(1);
    const { rows: audit } = await own.db.pool.query(
      `select record->>'subject' as subject, record->>'reason' as reason, record->>'actor' as actor from audit_record
       where record->>'action' = 'unit.erase'`,
    );
    const [{ digest }] = done.erasures;
    expect(audit).toEqual([{ subject: `tiffin:default:unit:${digest}`, reason: REASON, actor: 'user:tester' }]);
  });

  it('drops and counts what comes of it later, from nodes and by push', async () => {
    const late = 'person-who-left';
    const id = await started('late');
    await meet(id, ['l-1', 'l-2']);
    await until(id, labelled(1, 1));
    // Of a unit that nothing is held of yet: what is on its way is dropped as well.
    expect((await erase({ unit: late })).removed).toEqual({ units: 0, outcomes: 0, answers: 0, events: 0 });
    expect(await push([event(late, 'l-late'), event('l-1', 'l-kept')])).toEqual({
      stored: 1,
      duplicates: 0,
      erased: 1,
    });
    expect(await push([event(late, 'l-device', 'device')])).toMatchObject({ stored: 1, erased: 0 });
    await meet(id, [late, 'l-3', 'l-4']);
    await until(id, labelled(2, 2));
    // Its answer, its exposure and its outcome, and the event.
    await vi.waitFor(async () => expect(await erasures(late)).toMatchObject([{ experiment: null, late: 4 }]), {
      timeout: 20_000,
      interval: 50,
    });
    expect(await rowsThatName(late)).toEqual({ unit_event: 1 });
    expect(await erasures(late, 'device')).toEqual([]);
    expect((await result(id)).erasedUnits).toBe(0);
  });

  it('takes it out of the experiments that are named alone, and leaves the rest', async () => {
    const some = 'person-of-one';
    const [from, stays] = [await started('named'), await started('not-named')];
    await push([event(some, 'n-1')]);
    for (const id of [from, stays]) await meet(id, ['n-0', some]);
    await until(from, labelled(1, 1));
    await until(stays, labelled(1, 1));
    const done = await erase({ unit: some, experiments: ['named'] });
    expect(done.removed).toEqual({ units: 1, outcomes: 1, answers: 1, events: 0 });
    expect(done.erasures).toMatchObject([{ experiment: from, late: 0 }]);
    labelled(1, 0)(await result(from));
    labelled(1, 1)(await result(stays));
    for (const id of [from, stays]) await meet(id, [some], { withOutcomes: false });
    await vi.waitFor(async () => expect(await erasures(some)).toMatchObject([{ experiment: from, late: 2 }]), {
      timeout: 20_000,
      interval: 50,
    });
    expect((await result(from)).arms.map(({ exposed }: any) => exposed)).toEqual([1, 0]);
    expect(await push([event(some, 'n-2')])).toEqual({ stored: 1, duplicates: 0, erased: 0 });
  });

  it('takes it out of holdouts and rollouts', async () => {
    const held = 'person-held-out';
    const make = async (name: string, type: string, input: object): Promise<void> =>
      expect(
        (await own.ask(`mutation ($input: ${type}!) { ${name}(input: $input) { eventCursor } }`, { input })).errors,
      ).toBeUndefined();
    await make('createHoldout', 'CreateHoldoutInput', {
      name: 'shop',
      unit: 'user',
      namespace: { name: 'shop', from: 0, to: 0.5 },
      entry: 'order',
      metrics: [{ metric: 'orders' }],
    });
    const place = await placeOf();
    await make('createMetric', 'CreateMetricInput', {
      name: 'latency',
      definition: { kind: 'MEAN', measure: 'LATENCY_MS', higherIsBetter: false, margin: 5 },
    });
    await make('createRollout', 'CreateRolloutInput', {
      name: 'steps',
      deployment: place.deployment,
      candidate: place.releases[1]!.id,
      unit: 'user',
      steps: [
        { weight: 0.5, minSamples: 20 },
        { weight: 1, minSamples: 0 },
      ],
      guardrails: [{ metric: 'latency' }],
    });
    const start = 'mutation ($input: RolloutInput!) { startRollout(input: $input) { rollout { status } } }';
    expect((await own.ask(start, { input: { rollout: 'steps' } })).errors).toBeUndefined();
    const at = new Date(NOW.getTime() + 1_000);
    await push([held, 'h-2'].map((unit) => ({ ...event(unit, `h-${unit}`), occurredAt: at.toISOString() })));
    await meet('tiffin:default:rollout:steps', [held, 'h-2']);
    await vi.waitFor(
      async () => expect(await rowsThatName(held)).toMatchObject({ unit: 1, answer: 1, unit_event: 1 }),
      {
        timeout: 20_000,
        interval: 50,
      },
    );
    const effect = async (): Promise<any> =>
      (await own.ask('query { holdout(id: "shop") { effect { held others warnings } } }', {}, 'viewer')).data.holdout
        .effect;
    const before = await effect();
    expect(before.held + before.others).toBe(2);
    expect((await erase({ unit: held })).removed).toMatchObject({ units: 1, answers: 1, events: 1 });
    const after = await effect();
    expect(after.held + after.others).toBe(1);
    expect(after.warnings).toContainEqual(expect.stringContaining('1 unit was erased'));
    expect(await rowsThatName(held)).toEqual({});
  });

  it('leaves nothing behind where records of it come in at the same moment', async () => {
    const id = await started('racing');
    const random = seededRandom(29);
    for (const round of range(0, 12)) {
      const racing = `person-racing-${round}-`;
      const steps = [
        ...range(0, 4).map(
          (n) => () => push([event(racing, `${racing}${n}`), event(`r-${round}-${n}`, `r-${round}-${n}`)]),
        ),
        () => meet(id, [racing, `r-${round}`]),
        () => erase({ unit: racing }),
      ];
      const order = steps.map((step) => ({ step, at: random() })).toSorted((a, b) => a.at - b.at);
      await Promise.all(order.map(({ step }) => step()));
    }
    await until(id, labelled(0, 12));
    await vi.waitFor(async () => expect(await rowsThatName('person-racing-')).toEqual({}), {
      timeout: 20_000,
      interval: 50,
    });
    const { rows } = await own.db.pool.query(`select count(*)::int as n from unit_event where unit like 'r-%'`);
    expect(rows).toEqual([{ n: 48 }]);
  });

  it.each([
    [{ unit: '' }, { code: 'INVALID_INPUT', field: 'unit' }],
    [{ unit: 'x'.repeat(257) }, { code: 'INVALID_INPUT', field: 'unit' }],
    [{ unitField: '' }, { code: 'INVALID_INPUT', field: 'unitField' }],
    [{ reason: ' ' }, { code: 'INVALID_INPUT', field: 'reason' }],
    [
      { unit: 'ada@example.org', reason: 'ada@example.org asked' },
      { code: 'INVALID_INPUT', field: 'reason' },
    ],
    [{ experiments: [] }, { code: 'INVALID_INPUT', field: 'experiments' }],
    [{ experiments: ['nowhere'] }, { code: 'NOT_FOUND', field: 'experiments.0' }],
    [{ experiments: ['tiffin:other:experiment:x'] }, { code: 'NOT_FOUND', field: 'experiments.0' }],
  ])('refuses %j', async (input, expected) => {
    expect(await refusal(input)).toMatchObject(expected);
  });

  it('is for approvers, and names an experiment of the same field', async () => {
    expect(await refusal({}, 'developer')).toMatchObject({ code: 'FORBIDDEN' });
    const id = await started('other-field', 'country');
    expect(await refusal({ experiments: [id] })).toMatchObject({ code: 'INVALID_INPUT', field: 'experiments.0' });
  });
});
