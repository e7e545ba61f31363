/**
 * Windows of a training set (1 h, 24 h, 7 d: count, sum, deviation of each; different shops of 7 d): one key with very many
 * events, and many keys with some; against the plain join of each row with every event of its windows in the same DuckDB.
 * Run: npm run bench -- training-windows [events of the one key] [rows] [rounds]
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { hopOf } from '../../core/windows/hop.ts';
import { planOf } from '../../core/windows/plan.ts';
import type { Window } from '../../core/windows/window.ts';
import { Duck, type DuckSession } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { eventsSql } from '../../subgraphs/feature/storage/training/window-events.ts';
import { busySql, windowsSql } from '../../subgraphs/feature/storage/training/window-join.ts';
import { aView } from '../feature/domain/a-view.ts';

const EVENTS = Number(process.argv[2] ?? 50_000);
const ROWS = Number(process.argv[3] ?? 2_000);
const ROUNDS = Number(process.argv[4] ?? 5);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-01T00:00:00Z');
const SPAN = 30 * DAY;

const view = aView({
  joinKeys: [{ name: 'card', dtype: 'STRING' }],
  features: [],
  inputs: [
    { name: 'amount', dtype: 'FLOAT64' },
    { name: 'shop', dtype: 'STRING' },
  ],
});
const [amount, shop] = [
  { index: 0, dtype: 'FLOAT64' },
  { index: 1, dtype: 'STRING' },
] as const;
const windowOf = (name: Window['function'], windowMs: number, column: Window['column']): Window => ({
  function: name,
  windowMs,
  hopMs: hopOf(windowMs),
  column,
  where: null,
});
const LENGTHS = [HOUR, DAY, 7 * DAY];
const windows = [
  ...LENGTHS.flatMap((ms) => [
    windowOf('COUNT', ms, null),
    windowOf('SUM', ms, amount),
    windowOf('STDDEV', ms, amount),
  ]),
  windowOf('DISTINCT', 7 * DAY, shop),
];
const wanted = windows.map((window, i) => ({ window, as: `"f${i}"` }));

/** Events that are known at once, but one in twenty an hour late; the moments of rows are drawn from the same time. */
async function lay(
  session: DuckSession,
  name: string,
  data: { keys: number; events: number; rows: number },
): Promise<void> {
  const when = (i: string): string => `${START} + (hash(${i} + 1000003) % ${SPAN})::BIGINT`;
  const card = (i: string): string => `'card ' || (hash(${i} + 77) % ${data.keys})`;
  await session.run(`CREATE OR REPLACE TEMP TABLE ${name}_log AS
    SELECT ${card('i')} AS key_card, (hash(i + 5) % 10000) / 100.0 AS feature_amount, 'shop ' || (hash(i + 9) % 300) AS feature_shop,
      ${when('i')} AS event_ms, event_ms AS created_ms, event_ms AS written_ms,
      event_ms + CASE WHEN hash(i + 3) % 20 = 0 THEN ${HOUR} ELSE 0 END AS available_ms, event_ms AS ordered_ms, i AS seq, 0 AS ordinal,
      NULL::VARCHAR AS event_id, FALSE AS retracted FROM range(${data.events}) t(i)`);
  await session.run(`CREATE OR REPLACE TEMP TABLE ${name}_spine AS
    SELECT i AS row_id, ${card('i')} AS key_card, ${when('i + 500000000')} AS at_ms FROM range(${data.rows}) t(i)`);
  const plan = planOf(windows, false);
  await session.run(
    `CREATE OR REPLACE TEMP TABLE ${name}_events AS ${eventsSql(`${name}_log`, `${name}_spine`, view, plan, 'KNOWN')}`,
  );
}

async function tablesOf(session: DuckSession, name: string) {
  const [events, spine, busy] = ['events', 'spine', 'busy'].map((one) => `${name}_${one}`) as [string, string, string];
  await session.run(`CREATE OR REPLACE TEMP TABLE ${busy} AS ${busySql(events, view)}`);
  const [row] = await session.rows(`SELECT count(*) AS n FROM ${busy}`);
  return { events, spine, busy: Number(row?.['n']) > 0 ? busy : null };
}

async function byHops(session: DuckSession, name: string): Promise<void> {
  await session.run(
    `CREATE OR REPLACE TEMP TABLE by_hops AS ${windowsSql(await tablesOf(session, name), view, wanted)}`,
  );
}

/** As one writes it by hand. */
async function byEvents(session: DuckSession, name: string): Promise<void> {
  const tail = ({ windowMs, hopMs }: Window): string => `((s.at_ms - ${windowMs}) // ${hopMs} * ${hopMs})`;
  const cells = wanted.map(({ window, as }) => {
    const filter = `FILTER (WHERE e.event_ms >= ${tail(window)})`;
    const sql = {
      COUNT: `count(e.event_ms) ${filter}`,
      SUM: `coalesce(fsum(e.feature_amount) ${filter}, 0)`,
      STDDEV: `stddev_samp(e.feature_amount) ${filter}`,
      DISTINCT: `count(DISTINCT e.feature_shop) ${filter}`,
    }[window.function as 'COUNT'];
    return `${sql} AS ${as}`;
  });
  await session.run(`CREATE OR REPLACE TEMP TABLE by_events AS
    SELECT s.row_id, ${cells.join(', ')} FROM ${name}_spine s LEFT JOIN ${name}_events e ON e.key_card = s.key_card
      AND e.event_ms < s.at_ms AND e.event_ms >= s.at_ms - ${7 * DAY + HOUR} AND e.known_ms <= s.at_ms GROUP BY s.row_id`);
}

async function different(session: DuckSession): Promise<number> {
  const unlike = wanted.map(
    ({ as }) => `abs(coalesce(a.${as}, -1) - coalesce(b.${as}, -1)) > 1e-6 * (1 + abs(coalesce(b.${as}, 0)))`,
  );
  const [row] = await session.rows(
    `SELECT count(*) AS n FROM by_hops a FULL JOIN by_events b USING (row_id) WHERE a.row_id IS NULL OR b.row_id IS NULL OR ${unlike.join(' OR ')}`,
  );
  return Number(row?.['n']);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const scratchFolder = join(tmpdir(), `tiffin-bench-${process.pid}`);
const duck = await Duck.open({ scratchFolder, threads: 2, memoryMb: 2_048 });
await duck.session(async (session) => {
  const cases = [
    { name: 'one', keys: 1, events: EVENTS, rows: ROWS },
    { name: 'many', keys: 10_000, events: 10 * EVENTS, rows: 20 * ROWS },
  ];
  for (const { name, ...data } of cases) {
    await lay(session, name, data);
    const taken = { byHops: [] as number[], byEvents: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      const both = [
        ['byHops', byHops],
        ['byEvents', byEvents],
      ] as const;
      for (const [key, work] of round % 2 === 0 ? both : both.toReversed()) {
        const from = performance.now();
        await work(session, name);
        taken[key].push((performance.now() - from) / 1_000);
      }
    }
    const [hops, events] = [median(taken.byHops), median(taken.byEvents)];
    console.log(
      `${data.events} events of ${data.keys} ${data.keys === 1 ? 'key' : 'keys'}, ${data.rows} rows, ${windows.length} windows, median of ${ROUNDS} rounds`,
    );
    console.log(
      `  joined by hops: ${hops.toFixed(2)} s; plain join: ${events.toFixed(2)} s, ${(events / hops).toFixed(1)} times as long`,
    );
    console.log(`  rows whose numbers differ: ${await different(session)}`);
  }
});
duck.close();
rmSync(scratchFolder, { recursive: true, force: true });
