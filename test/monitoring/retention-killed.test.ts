import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Duck, parquetOf } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { atEnd } from '../support/at-end.ts';
import { startChild } from '../support/child.ts';
import { NOW, outcome, prediction, range, startTestMonitoring, uuid } from '../support/monitoring.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

const KILLS = 4;
const DAY_MS = 86_400_000;
const A_DAY = 100;
/** Days before now: some are dropped, some are archived, some stay as they are. */
const DAYS = [...range(35, 45), ...range(10, 16), 2, 3];

it.each([1, 2])(
  'counts each answer once and drops nothing that is not in the archive, killed at any time (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const folder = temporaryFolder('tiffin-retain');
    const database = await createTestDatabase();
    const monitoring = await startTestMonitoring({ database });
    const { send, db } = monitoring;
    for (const [i, days] of DAYS.entries()) {
      const records = range(i * A_DAY, (i + 1) * A_DAY).map((n) =>
        prediction(n, {
          occurredAt: new Date(NOW.getTime() - days * DAY_MS + (n % A_DAY) * 60_000 - DAY_MS / 3).toISOString(),
        }),
      );
      expect((await send('/v1/predictions', { node: 'edge-1', predictions: records })).body.rejected).toEqual([]);
    }
    await send('/v1/outcomes', { outcomes: range(0, 500).map((n) => outcome(n, n % 2)) });
    await monitoring.stop();
    // As if nothing had been added up yet.
    await db.query(
      `insert into rollup_delta (project, deployment, start, release, arm, trust, figures)
       select project, deployment, start, release, arm, trust, figures from rollup where seconds = 60`,
    );
    await db.query('delete from rollup');

    const args = [database.appUrl, folder, NOW.toISOString()];
    let killed = 0;
    for (let round = 0; round < KILLS; round++) {
      const child = startChild('retain.ts', args);
      expect(await child.next()).toEqual({ ready: true });
      const done = child.next().then(
        () => true,
        () => false,
      );
      await sleep(random() * 400);
      await child.kill();
      if (!(await done)) killed++;
    }
    expect(killed).toBeGreaterThan(0);
    const last = startChild('retain.ts', args);
    expect([await last.next(), await last.next()]).toEqual([{ ready: true }, { done: true }]);

    const all = DAYS.length * A_DAY;
    const counted = await db.query(
      `select seconds, sum((figures ->> 'answers')::int)::int as answers from rollup group by seconds order by seconds`,
    );
    expect(counted).toEqual([60, 3_600].map((seconds) => ({ seconds, answers: all })));
    expect(await db.query('select from rollup_delta')).toEqual([]);

    const duck = await Duck.open({ scratchFolder: join(folder, 'duckdb'), threads: 1, memoryMb: 256 });
    atEnd(() => duck.close());
    const idsIn = async (kind: string, column: string): Promise<string[]> => {
      const files = await db.query<{ sha256: string }>('select sha256 from archived_file where kind = $1', [kind]);
      const paths = files.map(({ sha256 }) => join(folder, 'archive/blobs', sha256.slice(0, 2), sha256));
      const rows = await duck.session((session) => session.rows(`select ${column} as id from ${parquetOf(paths)}`));
      return rows.map(({ id }) => String(id)).toSorted();
    };
    const idsOf = (from: number, to: number): string[] =>
      range(from, to)
        .map((n) => uuid(n))
        .toSorted();
    // Ten days are dropped and sixteen are archived; each row of these is there once.
    expect(await idsIn('PREDICTION', 'id')).toEqual(idsOf(0, 16 * A_DAY));
    expect(await idsIn('OUTCOME', 'prediction_id')).toEqual(idsOf(0, 500));
    const stored = await db.query<{ id: string }>('select id::text as id from prediction order by 1');
    expect(stored.map(({ id }) => id)).toEqual(idsOf(10 * A_DAY, all));
  },
  180_000,
);
