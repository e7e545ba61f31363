import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeatureValue } from '../../core/codec/layout.ts';
import { planOf } from '../../core/windows/plan.ts';
import type { WindowEvent } from '../../core/windows/window.ts';
import { Duck, type DuckSession } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { eventsSql } from '../../subgraphs/feature/storage/training/window-events.ts';
import { busySql, windowsSql } from '../../subgraphs/feature/storage/training/window-join.ts';
import { bruteForce } from '../core/windows/oracle.ts';
import { COLUMNS, randomLog, randomWindows } from '../core/windows/random-log.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { aView } from './domain/a-view.ts';

const DAY = 24 * 3_600_000;
const CARDS = ['a', 'b'];
const EVENTS = 300;

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open({ scratchFolder: temporaryFolder('window-join'), threads: 1, memoryMb: 512 });
});
afterAll(() => duck.close());

interface Known extends WindowEvent {
  readonly card: string;
  readonly knownMs: number;
}

const sql = (value: FeatureValue): string =>
  value === null ? 'NULL' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

const rowOf = ({ card, id, retracted, eventMs, writtenMs, knownMs, seq, values }: Known): string =>
  `('${card}', ${values.map(sql).join(', ')}, ${eventMs}, ${writtenMs}, ${knownMs}, ${seq}, ${sql(id)}, ${retracted})`;

/** What a training set says of each card and moment, where cards with more events than `most` are joined by hops. */
async function joined(
  session: DuckSession,
  {
    log,
    asked,
    windows,
    withIds,
    most,
  }: {
    log: readonly Known[];
    asked: readonly { readonly card: string; readonly atMs: number }[];
    windows: ReturnType<typeof randomWindows>;
    withIds: boolean;
    most: number;
  },
): Promise<unknown[][]> {
  const view = aView({
    joinKeys: [{ name: 'card', dtype: 'STRING' }],
    features: [],
    inputs: [
      { name: 'amount', dtype: 'FLOAT64' },
      { name: 'items', dtype: 'INT64' },
      { name: 'city', dtype: 'STRING' },
    ],
    eventIdColumn: withIds ? 'id' : null,
  });
  await session.run(`CREATE OR REPLACE TEMP TABLE log AS SELECT key_card, feature_amount::DOUBLE AS feature_amount,
      feature_items::BIGINT AS feature_items, feature_city::VARCHAR AS feature_city, event_ms::BIGINT AS event_ms,
      ordered_ms::BIGINT AS ordered_ms, ordered_ms::BIGINT AS written_ms, known_ms::BIGINT AS available_ms, seq::BIGINT AS seq,
      0::BIGINT AS ordinal, event_id::VARCHAR AS event_id, retracted
    FROM (VALUES ${log.map(rowOf).join(', ')})
      t(key_card, feature_amount, feature_items, feature_city, event_ms, ordered_ms, known_ms, seq, event_id, retracted)`);
  await session.run(`CREATE OR REPLACE TEMP TABLE spine AS SELECT row_id::BIGINT AS row_id, key_card, at_ms::BIGINT AS at_ms
    FROM (VALUES ${asked.map(({ card, atMs }, i) => `(${i}, '${card}', ${atMs})`).join(', ')}) t(row_id, key_card, at_ms)`);
  await session.run(
    `CREATE OR REPLACE TEMP TABLE events AS ${eventsSql('log', 'spine', view, planOf(windows, withIds), 'KNOWN')}`,
  );
  await session.run(`CREATE OR REPLACE TEMP TABLE busy AS ${busySql('events', view, most)}`);
  const [row] = await session.rows('SELECT count(*) AS n FROM busy');
  expect(Number(row?.['n'])).toBe(most === 0 ? CARDS.length : most > EVENTS ? 0 : 1);
  const wanted = windows.map((window, i) => ({ window, as: `f${i}` }));
  const tables = { events: 'events', spine: 'spine', busy: most > EVENTS ? null : 'busy' };
  const rows = await session.rows(`SELECT * FROM (${windowsSql(tables, view, wanted)}) ORDER BY row_id`);
  return rows.map((one) => windows.map((_, i) => one[`f${i}`]));
}

describe('windows of a training set', () => {
  it.each(Array.from({ length: 6 }, (_, i) => i + 1))(
    'are the same whether keys are joined by hops or by events: log %d',
    async (seed) => {
      const random = seededRandom(seed);
      const withIds = seed % 2 === 0;
      const windows = randomWindows(random).map((window) => ({
        ...window,
        where: window.where && {
          ...window.where,
          category: window.where.category && {
            ...window.where.category,
            oneOf: window.where.category.oneOf.filter((one) => one !== null),
          },
        },
      }));
      const log = CARDS.flatMap((card, i) =>
        randomLog(random, i === 0 ? EVENTS : EVENTS / 10, withIds).map((event): Known => {
          // Some are known at once, some together with others much later.
          const late = random() < 0.6 ? event.writtenMs : (Math.floor(event.writtenMs / (3 * DAY)) + 1) * 3 * DAY;
          return { ...event, id: event.id && `${card} ${event.id}`, card, knownMs: late };
        }),
      );
      const times = log.map(({ eventMs }) => eventMs);
      const [firstMs, lastMs] = [Math.min(...times), Math.max(...times)];
      const asked = Array.from({ length: 40 }, () => ({
        card: CARDS[Math.floor(random() * 2)]!,
        atMs: Math.floor(firstMs + random() * (lastMs - firstMs + 2 * DAY)),
      }));
      await duck.session(async (session) => {
        for (const most of [0, EVENTS / 2, EVENTS + 1]) {
          const found = await joined(session, { log, asked, windows, withIds, most });
          asked.forEach(({ card, atMs }, i) => {
            const known = log.filter((event) => event.card === card && event.knownMs <= atMs);
            const expected = bruteForce(known, windows, atMs);
            windows.forEach((window, j) => {
              const where = `${window.function} of ${card} at ${new Date(atMs).toISOString()}, most ${most}`;
              expectSame(found[i]![j], expected[j]!, known, window, where);
            });
          });
        }
      });
    },
  );

  it('count more values than a sketch holds, of few events an hour and of many, as brute force does', async () => {
    const HOUR = 3_600_000;
    const START = Date.parse('2026-01-10T00:00:00Z');
    const windowOf = (windowMs: number) =>
      ({ function: 'DISTINCT', windowMs, hopMs: HOUR, column: COLUMNS[2], where: null }) as const;
    const windows = [windowOf(12 * HOUR), windowOf(7 * DAY)];
    const log = Array.from({ length: 6_000 }, (_, i): Known => {
      const eventMs = START + i * 200_000 + (i % 7) * 1_000;
      const knownMs = i % 10 === 0 ? eventMs + 3 * HOUR : eventMs;
      const values = [null, null, `city ${i % 4_500}`];
      const written = { writtenMs: eventMs, seq: i, ordinal: 0 };
      return { card: 'a', id: null, retracted: false, eventMs, knownMs, values, ...written };
    });
    const asked = [3, 20.5, 100, 168, 169.25, 250, 333.3, 400].map((hours) => ({
      card: 'a',
      atMs: START + hours * HOUR,
    }));
    await duck.session(async (session) => {
      const found = await joined(session, { log, asked, windows: [...windows], withIds: false, most: 150 });
      const expected = asked.map(({ atMs }) =>
        bruteForce(
          log.filter(({ knownMs }) => knownMs <= atMs),
          windows,
          atMs,
        ),
      );
      expect(found).toEqual(expected);
      expect(found.flat().filter((value) => Number(value) > 1_024).length).toBeGreaterThan(3);
    });
  });
});

function expectSame(
  actual: unknown,
  expected: FeatureValue,
  known: readonly Known[],
  { function: name, column }: ReturnType<typeof randomWindows>[number],
  where: string,
): void {
  if (name === 'SUM' && typeof expected === 'bigint' && BigInt.asIntN(64, expected) !== expected) {
    return expect(actual, where).toBeNull();
  }
  const isSummed = ['MEAN', 'STDDEV'].includes(name) || (name === 'SUM' && column?.dtype === COLUMNS[0].dtype);
  if (!isSummed || expected === null) return expect(actual, where).toBe(expected);
  const sizes = known.map(({ values }) => Math.abs(Number(values[column?.index ?? 0] ?? 0)));
  const scale = name === 'STDDEV' ? 1e-9 * Math.max(1, ...sizes) : 1e-13 * sizes.reduce((sum, one) => sum + one, 1);
  expect(Math.abs(Number(actual) - Number(expected)), `${where}: ${String(actual)}`).toBeLessThanOrEqual(scale);
}
