import { newCheckpoint, type Checkpoint } from './checkpoint.ts';
import { stretchOf, type ReplayOptions } from './options.ts';
import { hourText } from './replay-progress.ts';

/** Where a replay begins, and whether something of its first hour may have been asked before. */
export interface Beginning {
  readonly checkpoint: Checkpoint;
  readonly toMs: number;
  readonly resumed: boolean;
  readonly note: string;
}

/**
 * What to do, of what is asked for and where the last replay of this install stands. Time goes forward only: the on-line
 * store holds the newest of each airport, so that an earlier day cannot be seen as it was. Throws an Error that says so.
 */
export function beginningOf(
  options: ReplayOptions,
  last: Checkpoint | undefined,
  deploymentCreatedAt: string,
): Beginning {
  const own = last?.deploymentCreatedAt === deploymentCreatedAt ? last : undefined;
  const { fromMs, toMs } = stretchOf(options, own?.fromMs);
  if (own && fromMs === own.fromMs) return goOn(options, own, toMs);
  if (own && fromMs < own.nextMs) {
    throw new Error(
      `${hourText(own.fromMs)} to ${hourText(own.nextMs)} has been replayed, and time goes forward only: ` +
        `leave --from out to go on there, or give a later one`,
    );
  }
  if (toMs <= fromMs) throw new Error(`there is nothing to replay from ${hourText(fromMs)} to ${hourText(toMs)}`);
  const fresh = newCheckpoint({ deploymentCreatedAt, fromMs, share: options.share ?? 1 });
  return {
    // Outcomes that an earlier replay still owes are told by this one.
    checkpoint: { ...fresh, open: own?.open ?? [] },
    toMs,
    resumed: false,
    note: last && !own ? 'the last replay was of another install; this one begins anew' : '',
  };
}

function goOn({ share }: ReplayOptions, own: Checkpoint, toMs: number): Beginning {
  if (share !== undefined && share !== own.share) {
    throw new Error(
      `a replay of ${own.share} of the flights stands at ${hourText(own.nextMs)}: go on with --share ${own.share}, ` +
        `or begin another one behind it with --from`,
    );
  }
  if (toMs <= own.nextMs) {
    throw new Error(
      `${hourText(own.fromMs)} to ${hourText(own.nextMs)} has been replayed already: --to or --days (counted from ` +
        `${hourText(own.fromMs)}) say how much further to go`,
    );
  }
  return { checkpoint: own, toMs, resumed: true, note: `going on at ${hourText(own.nextMs)}` };
}
