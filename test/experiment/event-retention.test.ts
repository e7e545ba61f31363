import { pino } from 'pino';
import { beforeAll, expect, it, vi } from 'vitest';
import { EventRetention } from '../../subgraphs/experiment/operations/metric/event-retention.ts';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { testKeys } from '../support/keys.ts';
import { NOW } from '../support/monitoring.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const DAY_MS = 86_400_000;
const ago = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

let database: TestDatabase;
let own: TestExperiment;
beforeAll(async () => {
  database = await createTestDatabase();
  own = await startTestExperiment({ database });
});

/** An event of each name, so many days ago. */
async function push(name: string, days: readonly number[]): Promise<void> {
  const events = days.map((day) => ({
    name,
    id: `${day}`,
    unitField: 'user',
    unit: 'u-1',
    occurredAt: ago(day).toISOString(),
  }));
  const answer = await own.subgraph.app.request('/v1/unit-events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKeys.with('experiment:ingest')}` },
    body: JSON.stringify({ events }),
  });
  expect(await answer.json()).toEqual({ stored: days.length, duplicates: 0, erased: 0 });
}

async function act(name: string, input: object): Promise<void> {
  const type = name === 'archiveExperiment' ? 'ExperimentInput' : `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const { errors } = await own.ask(`mutation ($input: ${type}!) { ${name}(input: $input) { eventCursor } }`, { input });
  expect(errors).toBeUndefined();
}

/** How many days ago the events that are left happened, by name. */
async function left(): Promise<Record<string, number[]>> {
  const rows = await own.db.query<{ name: string; id: string }>('select name, id from unit_event');
  const days = Map.groupBy(rows, ({ name }) => name);
  return Object.fromEntries(
    [...days].map(([name, its]) => [name, its.map(({ id }) => Number(id)).toSorted((a, b) => b - a)]),
  );
}

const EFFECT = '{ holdout(id: "year") { effect { warnings } } }';
const RETENTION = '{ unitEventRetention { days setting kept { event since } } }';

it('drops pushed events that are old enough and that nothing reads any more, and says what is gone', async () => {
  own.clock.now = ago(80);
  const definition = { kind: 'MEAN', measure: 'EVENT', event: 'order', higherIsBetter: true };
  await act('createMetric', { name: 'spend', definition });
  const namespace = { name: 'shop', from: 0, to: 0.1 };
  await act('createHoldout', { name: 'year', unit: 'user', namespace, entry: 'visit', metrics: [{ metric: 'spend' }] });
  own.clock.now = NOW;
  // A draft: whoever is exposed next has what it did in the 45 days before taken out.
  await act('createExperiment', {
    name: 'habits',
    hypothesis: 'better',
    deployment: 'fraud@production',
    arms: ['control', 'candidate'].map((name, i) => ({ name, release: `fraud@production/${i + 1}`, share: 0.5 })),
    unit: 'user',
    baseline: 0.2,
    mde: 0.1,
    covariate: { event: 'habit', days: 45 },
  });
  await push('order', [100, 79, 31, 1]);
  await push('habit', [100, 46, 44, 1]);
  await push('noise', [100, 31, 29, 1]);
  expect((await own.ask(RETENTION)).data.unitEventRetention).toEqual({
    days: null,
    setting: 'TIFFIN_UNIT_EVENT_DAYS',
    kept: [],
  });

  const keeping = await startTestExperiment({ database, unitEventDays: 30 });
  await vi.waitFor(async () => expect(await left()).toEqual({ order: [79, 31, 1], habit: [44, 1], noise: [29, 1] }), {
    timeout: 20_000,
    interval: 50,
  });
  expect((await keeping.ask(RETENTION)).data.unitEventRetention).toMatchObject({
    days: 30,
    kept: [
      { event: 'habit', since: ago(45).toISOString() },
      { event: 'noise', since: ago(30).toISOString() },
      { event: 'order', since: ago(80).toISOString() },
    ],
  });
  expect((await own.ask(EFFECT)).data.holdout.effect.warnings).toEqual([]);

  // Nothing reads them any more: what is older than that goes, and what rests on it says so.
  await act('endHoldout', { holdout: 'year', reason: 'the year is over' });
  await act('archiveExperiment', { experiment: 'habits' });
  const retention = new EventRetention({ db: own.db, now: () => NOW, days: 30, log: pino({ level: 'silent' }) });
  await retention.run();
  expect(await left()).toEqual({ order: [1], habit: [1], noise: [29, 1] });
  expect((await own.ask(EFFECT)).data.holdout.effect.warnings).toEqual([
    expect.stringContaining(`events "order" from before ${ago(30).toISOString()} are no longer kept`),
  ]);
  await retention.run();
  expect(await left()).toEqual({ order: [1], habit: [1], noise: [29, 1] });
});
