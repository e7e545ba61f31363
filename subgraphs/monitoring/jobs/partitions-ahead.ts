import type { Logger } from 'pino';
import { utcDayOf } from '../domain/time-window.ts';
import type { DayPartitions } from '../storage/partition.ts';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 3_600_000;

/** Makes the partitions of today and the days to come before they are written to. Past days are made on demand. */
export function startPartitionsAhead(
  partitions: DayPartitions,
  { now, daysAhead, log }: { readonly now: () => Date; readonly daysAhead: number; readonly log: Logger },
): { stop(): Promise<void> } {
  const make = async (): Promise<void> => {
    const today = now().getTime();
    const days = Array.from({ length: daysAhead + 1 }, (_, i) => utcDayOf(new Date(today + i * DAY_MS)));
    await partitions.ensure(days).catch((error: unknown) => log.error({ err: error }, 'no partitions could be made'));
  };
  let running = make();
  const timer = setInterval(() => {
    running = make();
  }, LOOK_EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
