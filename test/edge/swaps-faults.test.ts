import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { entryOf, TestControlPlane } from './support/control-plane.ts';
import { edgePlace, edgeProcess, post, until } from './support/edge-process.ts';
import { model, release, type TestRelease } from './support/release.ts';

const ENDPOINTS = 10;
const ROUNDS = 100;
/** So many releases of each endpoint, one after another, and again. */
const TURNS = 6;
const PAUSE_MS = 20;
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };
const pathOf = (endpoint: string): string => `/v1/predict/${endpoint}`;

/** What a process has in memory, in MB. */
function memoryOf(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1_024;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Every second endpoint on ONNX Runtime, whose memory comes back by a release alone; each release with a model of its own. */
const releasesOf = (turn: number): Promise<TestRelease[]> =>
  Promise.all(
    Array.from({ length: ENDPOINTS }, (_, i) =>
      release({
        endpoint: `swapped-${i}`,
        number: turn + 1,
        model: model([1 + turn, 1, i / 8, -1], -1),
        proofs: i % 2 === 0 ? { ort: 'EXACT' } : { tabular: 'EXACT' },
      }),
    ),
  );

it.runIf(process.platform === 'linux')(
  'a thousand swaps under load: no request fails, old models are let go, and memory stays as it is',
  async () => {
    const control = await TestControlPlane.start();
    // Without a bound V8 lets the heap grow before it looks for what nobody holds any more.
    const place = edgePlace(control, { NODE_OPTIONS: '--max-old-space-size=80' });
    const turns = await Promise.all(Array.from({ length: TURNS }, (_, turn) => releasesOf(turn)));
    const publish = (releases: readonly TestRelease[]): Promise<unknown> =>
      control.publish(releases, { deployments: releases.map((one) => ({ ...entryOf(one, 1), requires: [] })) });
    const statuses = new Map<number, number>();
    const memory: number[] = [];
    let swaps = 0;
    try {
      await publish(turns[0]!);
      const edge = await edgeProcess(place);
      const isServed = async ({ document, digest }: TestRelease): Promise<boolean> => {
        const endpoint = document.deployment.split(':').at(-1)!.split('@')[0]!;
        return (await post(edge.url, pathOf(endpoint), body)).body.release === digest;
      };
      for (const one of turns[0]!) await until('it serves', () => isServed(one), 60_000);
      const done = new AbortController();
      const load = Array.from({ length: 4 }, async (_, lane) => {
        for (let i = lane; !done.signal.aborted; i++) {
          const { status } = await post(edge.url, pathOf(`swapped-${i % ENDPOINTS}`), body);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          // A load, and not all that the node can do: it has models to warm up.
          await sleep(PAUSE_MS);
        }
      });
      for (let round = 1; round <= ROUNDS; round++) {
        const next = turns[round % turns.length]!;
        await publish(next);
        for (const one of next) {
          await until(`round ${round} serves`, () => isServed(one), 60_000);
          swaps++;
        }
        memory.push(memoryOf(edge.child.pid!));
        control.stored.clear();
      }
      done.abort();
      await Promise.all(load);
      expect(await edge.stop()).toBe(0);

      expect(swaps).toBe(1_000);
      expect([...statuses.keys()]).toEqual([200]);
      expect(statuses.get(200)).toBeGreaterThan(1_000);
      // A release and its model for each that is served, and for the one before it.
      const kept = readdirSync(join(place.env['TIFFIN_EDGE_DATA_DIR']!, 'blobs')).length;
      expect(kept).toBeLessThanOrEqual(2 * 2 * ENDPOINTS);
      const part = ROUNDS / 4;
      const [early, late] = [median(memory.slice(part, 2 * part)), median(memory.slice(-part))];
      console.info(`memory in the second quarter ${early.toFixed(0)} MB, in the last ${late.toFixed(0)} MB`);
      expect(late / early).toBeLessThan(1.25);
    } finally {
      await control.down();
      place.remove();
    }
  },
  600_000,
);
