import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../../../client/client.ts';
import { rowsOf, sqlText, withDuck } from '../../shared/duck.ts';
import { downloadSet, makeTrainingSet } from '../../shared/setup/training-set.ts';
import { SERVICE } from '../names.ts';
import { keysOf, type Moment, type Tally } from './tally.ts';

/** A training set takes this many rows without a file. */
const MOST_MOMENTS = 10_000;

/**
 * Has the product join the windows of somebody to these moments, and compares them as those that were read on-line. The payments
 * were sent today about last week, so none was known then: the set goes by when they happened.
 */
export async function compareInTrainingSet(
  client: Client,
  run: string,
  moments: readonly Moment[],
  tallies: readonly Tally[],
): Promise<void> {
  const every = Math.ceil(moments.length / MOST_MOMENTS);
  const rows = moments
    .filter((_moment, i) => i % every === 0)
    .map(({ ms }) => ({ ...keysOf(run), asked_at: new Date(ms).toISOString() }));
  const set = await makeTrainingSet(client, SERVICE, { rows, timestampColumn: 'asked_at' }, 'EVENT_TIME');
  const folder = await mkdtemp(join(tmpdir(), 'fraud-velocity-'));
  try {
    const path = join(folder, 'set.parquet');
    await downloadSet(client, set, path);
    const found = await withDuck((duck) =>
      rowsOf(duck, `select *, epoch_ms(asked_at) as asked_ms from read_parquet(${sqlText(path)})`),
    );
    for (const row of found) {
      for (const tally of tallies) {
        const { name } = tally.window;
        const [count, sum] = [row[`payer_payments__n_${name}`], row[`payer_payments__sum_${name}`]];
        tally.look({ ms: Number(row['asked_ms']), seconds: 1 }, count === null ? null : Number(count), Number(sum));
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
