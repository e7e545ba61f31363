import { cpuUsage } from 'node:process';
import * as z from 'zod';

/** What a step took: by the clock, and of all cores together, which other work on the machine changes less. */
export const Took = z.strictObject({ seconds: z.number(), cpuSeconds: z.number() });
export type Took = z.infer<typeof Took>;

/** Starts to measure; the answer says what has gone by, in tenths. */
export function stopwatch(): () => Took {
  const startedAt = performance.now();
  const before = cpuUsage();
  return () => {
    const { user, system } = cpuUsage(before);
    return {
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      cpuSeconds: Math.round((user + system) / 100_000) / 10,
    };
  };
}
