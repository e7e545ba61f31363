const COLD_RUNS = 5;
const WARM_RUNS = 200;
/** A large model is warm after fewer runs, and nobody wants to wait for all of them. */
const MOST_MS = 500;

/** Runs something until it is warm and gives the 99th percentile of one run, in milliseconds. `run` gets a number that grows. */
export async function warmP99(
  run: (turn: number) => unknown,
  monotonicMs: () => number,
  mostMs = MOST_MS,
): Promise<number> {
  const start = monotonicMs();
  const durations: number[] = [];
  for (let turn = 0; turn < COLD_RUNS + WARM_RUNS; turn++) {
    const before = monotonicMs();
    await run(turn);
    const after = monotonicMs();
    if (turn >= COLD_RUNS) durations.push(after - before);
    if (durations.length > 0 && after - start > mostMs) break;
  }
  return percentile99(durations);
}

export function percentile99(durations: readonly number[]): number {
  const sorted = durations.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
}
