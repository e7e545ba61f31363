import type { Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { readCheckpoint } from '../replay/checkpoint.ts';
import { replay } from '../replay/replay.ts';
import { setUp } from './setup.ts';

/** The baseline week of drift and the week after it, in half a minute: a few of the flights ask for a prediction. */
const FIRST_DAYS = { to: '2001-02-05', share: '0.02' };

/** What the first start does: the set-up, then the first two weeks. A replay that is under way or further is left alone. */
export async function setUpFirstDays(connection: Connection, folder: string, output: ProgressOutput): Promise<void> {
  await setUp(connection, folder, output);
  const last = await readCheckpoint(folder);
  if (last && (last.share !== Number(FIRST_DAYS.share) || last.nextMs >= Date.parse(FIRST_DAYS.to))) return;
  await replay({ ...connection, dataFolder: folder }, FIRST_DAYS, output);
}
