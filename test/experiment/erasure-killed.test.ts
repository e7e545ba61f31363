import { setTimeout } from 'node:timers/promises';
import { Pool } from 'pg';
import { expect, it } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { range } from '../support/monitoring.ts';
import { person } from '../support/registry.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startSubgraphProcess } from '../support/subgraph-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

const ROUNDS = 6;
const ANSWERS = 30_000;
const EXPERIMENT = 'tiffin:default:experiment:killed';

it('erases all of a unit or nothing, wherever the process is killed', { timeout: 240_000 }, async () => {
  const database = await createTestDatabase();
  const db = new Pool({ connectionString: database.appUrl, options: '-c search_path=experiment' });
  atEnd(() => db.end());
  const folder = temporaryFolder('erasing');
  const start = () => startSubgraphProcess('experiment', database, folder);
  let process = await start();
  atEnd(() => process.kill());
  await process.ask(
    person('developer'),
    'mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { eventCursor } }',
    {
      input: {
        name: 'killed',
        hypothesis: 'all or nothing',
        deployment: 'fraud@production',
        arms: ['control', 'candidate'].map((name, i) => ({ name, release: `fraud@production/${i + 1}`, share: 0.5 })),
        unit: 'user',
        baseline: 0.4,
        mde: 0.5,
      },
    },
  );
  const erase = (unit: string): Promise<any> =>
    process.ask(
      person('approver'),
      'mutation ($input: EraseUnitInput!) { eraseUnit(input: $input) { removed { units answers events } erasures { digest } } }',
      { input: { unitField: 'user', unit, reason: 'asked for' } },
    );
  const held = async (unit: string): Promise<unknown> => {
    const { rows } = await db.query(
      `select (select count(*)::int from unit where unit = $1) as units,
         (select count(*)::int from answer where unit = $1) as answers,
         (select count(*)::int from unit_event where unit = $1) as events`,
      [unit],
    );
    return rows[0];
  };
  const known = async (): Promise<unknown> => {
    const { rows } = await db.query(
      `select (select count(*)::int from erased_unit) as erased, (select coalesce(sum(units), 0)::int from erased_count) as counted,
         (select count(*)::int from audit_record where record->>'action' = 'unit.erase') as audited`,
    );
    return rows[0];
  };
  const all = { units: 1, answers: ANSWERS, events: 500 };
  const none = { units: 0, answers: 0, events: 0 };

  const random = seededRandom(41);
  for (const round of range(0, ROUNDS)) {
    const unit = `asked-${round}`;
    await db.query(
      `insert into unit (project, experiment, revision, trust, unit, arm, first_exposure_at)
       values ('default', 'killed', 1, 'server', $1, 'control', now())`,
      [unit],
    );
    await db.query(
      `insert into answer (project, holder, revision, trust, prediction_id, unit, arm, answered_at)
       select 'default', $2, 1, 'server', gen_random_uuid(), $1, 'control', now() from generate_series(1, ${ANSWERS})`,
      [unit, EXPERIMENT],
    );
    await db.query(
      `insert into unit_event (project, name, trust, id, unit_field, unit, value, occurred_at, received_at)
       select 'default', 'order', 'server', $1 || '-' || n, 'user', $1, 1, now(), now() from generate_series(1, 500) n`,
      [unit],
    );
    // The first round is left alone, so that the others are killed within the time that it took.
    const before = await known();
    const asked = erase(unit).catch(() => null);
    if (round > 0) {
      await setTimeout(random() * 120);
      await process.kill();
    }
    await asked;
    process = round > 0 ? await start() : process;
    // Until what the killed process began has ended: it holds this lock for as long.
    await db.query(`select pg_advisory_xact_lock(hashtextextended('erasure default', 0))`);
    const left = await held(unit);
    const now = await known();
    const isErased = JSON.stringify(left) === JSON.stringify(none);
    expect(left, `round ${round}`).toEqual(isErased ? none : all);
    const expected = {
      erased: round + Number(isErased),
      counted: round + Number(isErased),
      audited: round + Number(isErased),
    };
    expect(before).toEqual({ erased: round, counted: round, audited: round });
    expect(now, `round ${round}`).toEqual(expected);
    // Asked for again, it is done once.
    const { eraseUnit } = await erase(unit);
    expect(eraseUnit.removed).toEqual(isErased ? none : all);
    expect(await held(unit)).toEqual(none);
    expect(await known()).toEqual({ erased: round + 1, counted: round + 1, audited: round + 1 });
  }
});
