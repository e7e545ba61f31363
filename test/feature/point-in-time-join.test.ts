import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FeatureView } from '../../subgraphs/feature/domain/feature-view.ts';
import { KNOWN_AT } from '../../subgraphs/feature/domain/point-in-time.ts';
import { Duck } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { joinSql, timelineSql } from '../../subgraphs/feature/storage/training/point-in-time-join.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('join');
let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open({ scratchFolder: folder, threads: 2, memoryMb: 256 });
});
afterAll(() => duck.close());

const viewWith = (ttlSeconds: number): FeatureView => ({
  project: 'default',
  name: 'v',
  version: 1,
  entity: 'e',
  joinKeys: [{ name: 'id', dtype: 'STRING' }],
  source: 's',
  eventColumn: 'event_time',
  createdColumn: null,
  assumeUtc: false,
  ttlSeconds,
  features: [{ name: 'value', dtype: 'FLOAT64', column: 'value', window: null, network: null, description: '' }],
  inputs: [],
  eventIdColumn: null,
  description: '',
  owner: null,
  tags: [],
  revision: 1,
  createdAt: new Date(0),
  adoptedAt: null,
});

const KEYS = ['a', 'b', 'c'] as const;
const time = fc.integer({ min: 0, max: 20 }).map((step) => step * 500);
const logRow = fc.record({
  key: fc.constantFrom(...KEYS),
  eventMs: time,
  writtenMs: time,
  value: fc.option(fc.nat(99)),
});
const spineRow = fc.record({
  key: fc.constantFrom(...KEYS, 'nobody', null),
  atMs: fc.option(time, { freq: 4 }),
});
type LogRow = typeof logRow extends fc.Arbitrary<infer Row> ? Row : never;
type SpineRow = typeof spineRow extends fc.Arbitrary<infer Row> ? Row : never;

const text = (value: string | number | null): string =>
  value === null ? 'null' : typeof value === 'string' ? `'${value}'` : String(value);

/** The law, said as plainly as it can be. */
function expected(log: readonly LogRow[], { key, atMs }: SpineRow, ttlMs: number, rule: string): number | null {
  if (key === null || atMs === null) return null;
  const seen = log
    .map((row, seq) => ({ ...row, seq }))
    .filter((row) => row.key === key && row.eventMs <= atMs && (rule === 'EVENT_TIME' || row.writtenMs <= atMs))
    .toSorted((a, b) => a.eventMs - b.eventMs || a.seq - b.seq)
    .at(-1);
  return seen && (ttlMs === 0 || atMs - seen.eventMs <= ttlMs) ? seen.value : null;
}

async function joined(
  log: readonly LogRow[],
  spine: readonly SpineRow[],
  ttlSeconds: number,
  rule: (typeof KNOWN_AT)[number],
): Promise<unknown[]> {
  const view = viewWith(ttlSeconds);
  return duck.session(async (session) => {
    await session.run(
      'CREATE TEMP TABLE log (key_id VARCHAR, feature_value DOUBLE, event_ms BIGINT, created_ms BIGINT, written_ms BIGINT, available_ms BIGINT, seq BIGINT, ordinal BIGINT)',
    );
    const rows = log.map(
      ({ key, eventMs, writtenMs, value }, seq) =>
        `('${key}', ${text(value)}, ${eventMs}, null, ${writtenMs}, ${writtenMs}, ${seq}, 0)`,
    );
    if (rows.length > 0) await session.run(`INSERT INTO log VALUES ${rows.join(', ')}`);
    const wanted = spine.map(({ key, atMs }, i) => `(${i}, ${text(key)}, ${text(atMs)})`).join(', ');
    await session.run('CREATE TEMP TABLE spine (row_id BIGINT, key_id VARCHAR, at_ms BIGINT)');
    await session.run(`INSERT INTO spine VALUES ${wanted}`);
    await session.run(`CREATE TEMP TABLE timeline AS ${timelineSql('log', 'spine', view, rule)}`);
    const out = await session.rows(
      `SELECT * FROM (${joinSql('timeline', 'spine', view, [{ feature: 'value', as: 'c0' }])}) ORDER BY row_id`,
    );
    expect(out.map((row) => Number(row['row_id']))).toEqual(spine.map((_, i) => i));
    return out.map((row) => row['c0']);
  });
}

it('joins by the law, whatever the number of rows and whichever of them have no time or no key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(logRow, { maxLength: 60 }),
      fc.array(spineRow, { minLength: 1, maxLength: 500, size: 'max' }),
      fc.constantFrom(0, 2),
      fc.constantFrom(...KNOWN_AT),
      async (log, spine, ttlSeconds, rule) => {
        const got = await joined(log, spine, ttlSeconds, rule);
        expect(got).toEqual(spine.map((row) => expected(log, row, ttlSeconds * 1_000, rule)));
      },
    ),
    { numRuns: 120, interruptAfterTimeLimit: 20_000 },
  );
});

// DuckDB changes its method of joining at 64 rows.
it.each([1, 63, 64, 65, 500])('gives nothing to a row without a time in a spine of %i rows', async (rows) => {
  const log = [{ key: 'a' as const, eventMs: 0, writtenMs: 0, value: 7 }];
  const spine = Array.from({ length: rows }, (_, i) => ({ key: 'a' as const, atMs: i === 0 ? null : 10_000 }));
  const got = await joined(log, spine, 0, 'KNOWN');
  expect(got[0]).toBeNull();
  expect(got.slice(1).every((value) => value === 7)).toBe(true);
});
