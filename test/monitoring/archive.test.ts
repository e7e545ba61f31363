import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Duck, parquetOf } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { ARCHIVED } from '../../subgraphs/monitoring/storage/archive/columns.ts';
import { atEnd } from '../support/at-end.ts';
import { testKeys } from '../support/keys.ts';
import {
  DEPLOYMENT,
  NOW,
  outcome,
  prediction,
  range,
  RELEASE,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { expectPages, PAGE } from '../support/paging.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DAY_MS = 86_400_000;
const READER = testKeys.with('monitoring:read');
const before = (days: number, ms = 0): Date => new Date(NOW.getTime() - days * DAY_MS + ms);
const FILES = '{ archivedFiles(first: 100) { edges { node { day kind part sha256 rows sizeBytes archivedAt } } } }';

let monitoring: TestMonitoring;
let duck: Duck;
let database: TestDatabase;
let folder: string;

interface File {
  readonly day: string;
  readonly kind: keyof typeof ARCHIVED;
  readonly sha256: string;
  readonly rows: number;
}

const files = async (): Promise<readonly File[]> =>
  (await monitoring.ask(FILES, {}, 'viewer')).data.archivedFiles.edges.map(({ node }: any) => node);

const bytesOf = async (sha256: string): Promise<Response> =>
  monitoring.subgraph.app.request(`/v1/archive/${sha256}`, { headers: { authorization: `Bearer ${READER}` } });

/** What an archived file holds, read by DuckDB from the bytes that the route gives. */
async function archived({ sha256, kind }: File): Promise<readonly Record<string, unknown>[]> {
  const answer = await bytesOf(sha256);
  expect(answer.status).toBe(200);
  const path = join(folder, `${sha256}.parquet`);
  writeFileSync(path, new Uint8Array(await answer.arrayBuffer()));
  const { order } = ARCHIVED[kind];
  return duck.session((session) => session.rows(`select * from ${parquetOf([path])} order by ${order}`));
}

/** What the database holds of the same, before it is dropped. */
async function stored(kind: keyof typeof ARCHIVED, day: string): Promise<readonly Record<string, unknown>[]> {
  const { table, order, columns, at } = ARCHIVED[kind];
  const read = Object.entries(columns).map(([name, type]) => (type === 'VARCHAR' ? `${name}::text` : name));
  const rows = await monitoring.db.query<Record<string, unknown>>(
    `select ${read.join(', ')} from ${table} where project = 'default' and ${at} >= $1::date and ${at} < $1::date + 1 order by ${order}`,
    [day],
  );
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        columns[name] === 'BIGINT' && typeof value === 'string' ? BigInt(value) : value,
      ]),
    ),
  );
}

const send = async (path: string, body: object): Promise<void> =>
  expect((await monitoring.send(path, body)).body.rejected).toEqual([]);

const count = async (): Promise<number> => (await monitoring.db.query('select from prediction')).length;
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const kept: Record<string, readonly Record<string, unknown>[]> = {};

/** Starts it again, whose turn to look at old days has come. */
async function again(options: { readonly retentionDays: number; readonly archiveAfterDays: number }): Promise<void> {
  await vi.waitFor(async () => {
    const next = await monitoring.db.query(
      `update pgboss_monitoring.job set start_after = now() where name = 'drop-old-days' and state = 'created' returning id`,
    );
    expect(next).toHaveLength(1);
  }, 30_000);
  await monitoring.stop();
  monitoring = await startTestMonitoring({ database, minuteDays: 14, dataDir: join(folder, 'data'), ...options });
}

beforeAll(async () => {
  folder = temporaryFolder('tiffin-archive');
  duck = await Duck.open({ scratchFolder: join(folder, 'duckdb'), threads: 1, memoryMb: 256 });
  atEnd(() => duck.close());
  database = await createTestDatabase();
  monitoring = await startTestMonitoring({ database });
  const at = (n: number, days: number) => prediction(n, { occurredAt: before(days, n).toISOString() });
  const rich = {
    ...at(0, 40),
    score: null,
    inputs: { name: 'Ана "x"\n', distance: -0.1, late: null },
    segments: { city: 'pune' },
    rules: [{ name: 'r', outcome: 'DECIDED', action: 'DECLINE', confidence: 0.5, reason: 'because' }],
  };
  await send('/v1/predictions', { node: 'edge-1', predictions: [rich, ...range(1, 5).map((n) => at(n, 40))] });
  await send('/v1/predictions', { node: 'edge-1', predictions: range(5, 9).map((n) => at(n, 25)) });
  await send('/v1/predictions', { node: 'edge-1', predictions: [at(20, 2)] });
  const outcomes = [35, 30].map((days, n) => outcome(1, n, { id: uuid(n, 1), occurredAt: before(days).toISOString() }));
  await send('/v1/outcomes', { outcomes });
  // Of another project, which has no key here.
  await monitoring.db.query(
    `insert into prediction (project, id, occurred_at, received_at, trust, node, epoch, seq, deployment, release, models, timings)
     select 'other', id, occurred_at, received_at, trust, node, epoch, seq, deployment, release, models, timings
     from prediction where id = $1`,
    [uuid(1)],
  );
  for (const kind of ['PREDICTION', 'OUTCOME', 'OUTCOME_RECORD'] as const) {
    kept[kind] = await stored(kind, dayOf(before(40)));
  }
  await again({ retentionDays: 30, archiveAfterDays: 7 });
  await vi.waitFor(async () => expect(await count()).toBe(5), 30_000);
});

describe('an archived day', () => {
  it('is read by DuckDB with the rows that the database had', async () => {
    const all = await files();
    expect(all.map(({ day, kind, rows }) => [day, kind, rows])).toEqual([
      [dayOf(before(25)), 'PREDICTION', 4],
      [dayOf(before(40)), 'PREDICTION', 5],
      [dayOf(before(40)), 'OUTCOME_RECORD', 2],
      [dayOf(before(40)), 'OUTCOME', 1],
    ]);
    for (const file of all.slice(1)) expect(await archived(file), file.kind).toEqual(kept[file.kind]);
    const [first] = (await archived(all[1] as File)) as [Record<string, any>];
    expect(JSON.parse(first['inputs'])).toEqual({ name: 'Ана "x"\n', distance: -0.1, late: null });
    expect(first).toMatchObject({ release: RELEASE, occurred_at: before(40), score: null, seq: 0n });
  });

  it('is listed page by page', async () => {
    const DAYS = (page: string) => `{ archivedFiles(${page}) ${PAGE} }`;
    await expectPages(async (page) => (await monitoring.ask(DAYS(page), {}, 'viewer')).data.archivedFiles);
  });

  it('is no other project’s', async () => {
    const [{ sha256 } = { sha256: '' }] = await monitoring.db.query<{ sha256: string }>(
      `select sha256 from archived_file where project = 'other'`,
    );
    const answer = await bytesOf(sha256);
    expect(await answer.json()).toMatchObject({ status: 404, title: `sha256: there is no archived file ${sha256}` });
  });

  it('has every column of its table', async () => {
    const TYPES: Record<string, string> = { timestamptz: 'TIMESTAMPTZ', float8: 'DOUBLE', int8: 'BIGINT' };
    for (const { table, columns } of Object.values(ARCHIVED)) {
      const found = await monitoring.db.query<{ name: string; type: string }>(
        `select column_name as name, udt_name as type from information_schema.columns
         where table_schema = 'monitoring' and table_name = $1 order by ordinal_position`,
        [table],
      );
      expect(Object.fromEntries(found.map(({ name, type }) => [name, TYPES[type] ?? 'VARCHAR'])), table).toEqual(
        columns,
      );
    }
  });
});

it('says how long what is kept', async () => {
  const { data, errors } = await monitoring.ask(
    '{ retentionPolicies { kind days archiveAfterDays setting } }',
    {},
    'viewer',
  );
  expect(errors).toBeUndefined();
  expect(data.retentionPolicies).toEqual([
    { kind: 'RECORDS', days: 30, archiveAfterDays: 7, setting: 'TIFFIN_RETENTION_DAYS' },
    { kind: 'PROFILES', days: 30, archiveAfterDays: null, setting: 'TIFFIN_RETENTION_DAYS' },
    { kind: 'SAMPLES', days: null, archiveAfterDays: null, setting: 'TIFFIN_SAMPLE_DAYS' },
    { kind: 'ROLLUPS_BY_MINUTE', days: 14, archiveAfterDays: null, setting: 'TIFFIN_ROLLUP_MINUTE_DAYS' },
    { kind: 'ROLLUPS_BY_HOUR', days: null, archiveAfterDays: null, setting: null },
    { kind: 'NOTIFICATIONS', days: 7, archiveAfterDays: null, setting: null },
    { kind: 'EVENTS', days: null, archiveAfterDays: null, setting: 'TIFFIN_OUTBOX_DAYS' },
  ]);
});

it('is written again with what came after it was archived, and never dropped without it', async () => {
  const day = dayOf(before(25));
  const file = async () => (await files()).find((one) => one.day === day);
  const late = (n: number) =>
    send('/v1/predictions', {
      node: 'edge-1',
      predictions: [prediction(n, { occurredAt: before(25, n).toISOString() })],
    });
  expect(await file()).toMatchObject({ rows: 4 });
  await late(9);
  await again({ retentionDays: 30, archiveAfterDays: 7 });
  await vi.waitFor(async () => expect(await file()).toMatchObject({ rows: 5 }), 30_000);
  expect(await count()).toBe(6);
  await late(10);
  const last = await stored('PREDICTION', day);
  await again({ retentionDays: 20, archiveAfterDays: 7 });
  await vi.waitFor(async () => expect(await count()).toBe(1), 30_000);
  expect(await archived((await file()) as File)).toEqual(last);
  expect(last).toHaveLength(6);
  expect(await monitoring.db.query('select from prediction_key')).toHaveLength(1);
  // What answered is still counted.
  const series = `{ _entities(representations: [{ __typename: "Deployment", id: "${DEPLOYMENT}" }]) {
    ... on Deployment { answerSeries(window: { hours: 1200 }) { resolution total { answers } } } } }`;
  expect((await monitoring.ask(series, {}, 'viewer')).data['_entities'][0].answerSeries).toEqual({
    resolution: 'DAY',
    total: { answers: 12 },
  });
});
