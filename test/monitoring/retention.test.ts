import { expect, it, vi } from 'vitest';
import { NOW, outcome, prediction, range, startTestMonitoring, uuid } from '../support/monitoring.ts';
import { profilePart } from '../support/profile.ts';
import { createTestDatabase } from '../support/test-database.ts';

const day = (ago: number): string => new Date(NOW.getTime() - ago * 86_400_000).toISOString();
/** What was pushed: the clock may have measured the predictions meanwhile. */
const PUSHED =
  "select name from metric_series join metric_sample on series = id where name like 'visits_%' order by name";
const WINDOWS = "select from measured_window where start < '2026-02-01'";
const ID = 'query ($id: ID!) { prediction(id: $id) { outcome { value } } }';

it('days that are no longer kept are dropped with all that hangs on them; later ones stay', async () => {
  const database = await createTestDatabase();
  const keeping = await startTestMonitoring({ database });
  const predictions = range(0, 6).map((n) => prediction(n, { occurredAt: day(n * 10) }));
  await keeping.send('/v1/predictions', { node: 'edge-1', predictions });
  await keeping.send('/v1/outcomes', { outcomes: range(0, 6).map((n) => outcome(n, 1)) });
  const profiles = range(0, 6).map((n) => profilePart(n, [{ score: 0.5 }], { occurredAt: day(n * 10) }));
  expect((await keeping.send('/v1/predictions', { node: 'edge-1', profiles })).body.rejected).toEqual([]);
  const samples = range(0, 6).map((n) => ({ name: `visits_${n}`, value: n, at: day(n * 10) }));
  await keeping.send('/v1/samples', { samples });
  for (const job of ['drop-old-days', 'drop-old-samples']) {
    const done = `select from pgboss_monitoring.job where name = '${job}' and state = 'completed'`;
    await vi.waitFor(async () => expect(await keeping.db.query(done)).not.toEqual([]), {
      timeout: 20_000,
      interval: 50,
    });
  }
  expect(await keeping.db.query('select from prediction')).toHaveLength(6);
  expect(await keeping.db.query(PUSHED)).toHaveLength(6);
  expect(await keeping.db.query(WINDOWS)).toHaveLength(6);
  // As if their records had come when they were made.
  await keeping.db.query(`update measured_window set noted_at = start where start < '2026-02-01'`);
  // Its next turn is due at once.
  await keeping.db.query(`update pgboss_monitoring.job set start_after = now() where name like 'drop-old-%'`);
  await keeping.stop();

  const { send, ask, db } = await startTestMonitoring({ database, retentionDays: 30, sampleDays: 30 });
  await vi.waitFor(async () => expect(await db.query('select from prediction')).toHaveLength(4), 30_000);
  await vi.waitFor(async () => expect(await db.query(PUSHED)).toHaveLength(4), 30_000);
  await vi.waitFor(async () => expect(await db.query('select from profile_hour')).toHaveLength(4), 30_000);
  await vi.waitFor(async () => expect(await db.query(WINDOWS)).toEqual([]), 30_000);
  expect(await db.query(`select from metric_series where name like 'visits_%'`)).toHaveLength(4);
  expect((await ask(ID, { id: uuid(3) })).data.prediction).toEqual({ outcome: { value: 1 } });
  expect((await ask(ID, { id: uuid(4) })).data.prediction).toBeNull();
  for (const table of ['prediction_key', 'outcome', 'outcome_record']) {
    expect(await db.query(`select from ${table}`), table).toHaveLength(4);
  }
  const partitions = await db.query<{ name: string }>(
    `select relname as name from pg_class where relispartition and relkind = 'r' order by relname`,
  );
  expect(partitions.filter(({ name }) => name.startsWith('prediction_')).map(({ name }) => name.slice(-8))).toEqual(
    expect.arrayContaining(['20260208', '20260218', '20260228', '20260310']),
  );
  expect(partitions.some(({ name }) => name.endsWith('20260129'))).toBe(false);
  // What served is still known by the hour, and what is too old is refused rather than dropped again.
  const served = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Deployment {
    served(window: { hours: 2000 }) { releases { answers } } } } }`;
  const of = [{ __typename: 'Deployment', id: prediction(0).deployment }];
  expect((await ask(served, { of })).data['_entities'][0].served.releases).toEqual([{ answers: 5 }]);
  // A dry run of a time whose samples are gone would find that nothing happened.
  const tried = await ask(
    `query ($definition: JSON!, $from: DateTime!, $to: DateTime!) {
      dryRunResponsePolicy(definition: $definition, from: $from, to: $to) { text } }`,
    {
      definition: {
        deployment: prediction(0).deployment,
        level: 'OBSERVE',
        trigger: { expression: 'model_auc < 0.7' },
        action: { kind: 'PAGE', receivers: ['on-call'] },
      },
      from: new Date(NOW.getTime() - 31 * 86_400_000).toISOString(),
      to: NOW.toISOString(),
    },
    'viewer',
  );
  expect(tried.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'from' } }]);
  const old = await send('/v1/predictions', { node: 'edge-1', predictions: [predictions[4]] });
  expect(old.body.rejected).toMatchObject([{ id: uuid(4), code: 'OUT_OF_RANGE' }]);
});
