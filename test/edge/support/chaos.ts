import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { isSampled } from '../../../edge/telemetry/sampling.ts';
import type { Heartbeat } from '../../../schema/telemetry.ts';
import type { FaultSwitches, TestControlPlane } from './control-plane.ts';

/** What monitoring does to the batches that it is sent, worst first. */
export const STORMS: readonly FaultSwitches['telemetry'][] = [
  'STORE_AND_CUT',
  'HANG',
  'REFUSE_500',
  'REFUSE_429',
  'REORDER',
  'TAKE',
];

/** One of them for each life of a node, so that none is left out. */
export const stormOf = (life: number): FaultSwitches['telemetry'] => STORMS[life % STORMS.length]!;

/** Asks as fast as it can until it is told to stop. `ask` gives the id of what was answered; null, or a failure: nothing was. */
export function askOn(
  ask: () => Promise<string | null>,
  answered: Set<string>,
  done: AbortSignal,
  lanes = 8,
): Promise<unknown> {
  return Promise.all(
    Array.from({ length: lanes }, async () => {
      while (!done.aborted) {
        const id = await ask().catch(() => null);
        if (id === null) await sleep(5);
        else answered.add(id);
      }
    }),
  );
}

/**
 * The law of the account, by its counts and by sets of ids: what was answered is stored or was sampled out, nothing else is,
 * and each once. `mostUnseen`: so many answers may have died on their way to whoever asked.
 */
export function expectAccounted(
  control: TestControlPlane,
  { counts, epoch }: Pick<Heartbeat, 'counts' | 'epoch'>,
  answered: ReadonlySet<string>,
  { sampleRate = 1, mostUnseen }: { readonly sampleRate?: number; readonly mostUnseen: number },
): void {
  const sampled = [...answered].filter((id) => isSampled(id, sampleRate));
  expect(sampled.filter((id) => !control.stored.has(id))).toEqual([]);
  expect([...control.stored.keys()].filter((id) => !isSampled(id, sampleRate))).toEqual([]);
  const records = [...control.stored.values()];
  expect(counts).toEqual({ ...counts, queued: 0, acked: records.length, dropped: {} });
  expect(counts.answered).toBe(counts.acked + counts.sampledOut);
  // What was answered and not seen by the client died on the way to it; the account holds it all the same.
  expect(counts.answered).toBeGreaterThanOrEqual(answered.size);
  expect(counts.answered - answered.size).toBeLessThanOrEqual(mostUnseen);
  expect(new Set(records.map((record) => record.epoch))).toEqual(new Set([epoch]));
  const seqs = records.map(({ seq }) => seq);
  expect(new Set(seqs).size).toBe(records.length);
  expect(Math.max(...seqs)).toBeLessThan(counts.answered);
  expect(control.invalid).toEqual([]);
}
