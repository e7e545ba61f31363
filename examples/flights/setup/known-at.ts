import { join } from 'node:path';
import { clientOf, type Connection } from '../../shared/connection.ts';
import { rowsOf, sqlText, withDuck } from '../../shared/duck.ts';
import { dataFiles, prepareData } from '../data/prepare.ts';
import { VIEWS } from '../names.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { knownAtCase } from '../report/known-at-case.ts';
import { defineView } from './definitions.ts';
import { loadHistory } from '../../shared/setup/history.ts';
import { DefineFeatureService } from '../../shared/operations.ts';
import { downloadSet, makeTrainingSet, type SetKnownAt } from '../../shared/setup/training-set.ts';

/** The day after the case. */
const UNTIL = '2001-02-15';
const NAME = 'origin_delays_to_february';
const RULES: readonly SetKnownAt[] = ['KNOWN', 'CREATED', 'EVENT_TIME'];

/**
 * Asks the product for the share that one flight's training row would hold, by each rule. A view of its own has the
 * history up to that day, loaded before it had any rows: so it counts as known since it was created.
 */
export async function showKnownAt(connection: Connection, folder: string, output: ProgressOutput): Promise<void> {
  const client = clientOf(connection);
  const { graph } = client;
  const files = dataFiles(folder);
  await prepareData(folder, (line) => output.write(`${line}\n`), UNTIL);
  const view = await defineView(graph, 'origin', { name: NAME, path: files.originDelays });
  const description = 'For the known-at case alone.';
  const input = { name: NAME, description, views: [{ view, features: ['late_share_3h'] }] };
  const { featureService } = await graph.field(DefineFeatureService, { input }, { repeatable: true });
  await loadHistory(graph, view, { from: null, to: `${UNTIL}T00:00:00.000Z`, onlineAt: '2001-01-01T00:00:00.000Z' });
  await withDuck(async (duck) => {
    const { origin, destination, departure } = await knownAtCase({ duck, files });
    const at = departure.toISOString();
    output.write(`${origin} → ${destination}, push-back at ${at}: the late share of ${origin} in a training set\n`);
    for (const rule of RULES) {
      const rows = [{ [VIEWS.origin.joinKey]: origin, timestamp: at }];
      const set = await makeTrainingSet(client, featureService.id, { rows }, rule);
      const path = join(folder, 'training-sets', `${NAME}-${rule}.parquet`);
      await downloadSet(client, set, path);
      const [row] = await rowsOf(duck, `select ${NAME}__late_share_3h as share from read_parquet(${sqlText(path)})`);
      output.write(`  ${rule.padEnd(10)}  ${Number(row?.['share']).toFixed(3)}  ${set.id}\n`);
    }
  });
}
