import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { isSampled } from '../../edge/telemetry/sampling.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgePlace, edgeProcess, post, until, type EdgeProcess } from './support/edge-process.ts';
import { recipe, release } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const SAMPLE_RATE = 0.8;
const KILLS = 4;
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

/** Asks as fast as it can until it is told to stop; gives the ids of what was answered. */
function load(edge: EdgeProcess, answered: Set<string>, done: AbortSignal): Promise<unknown> {
  return Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!done.aborted) {
        const answer = await post(edge.url, path, body).catch(() => null);
        if (answer?.status === 200) answered.add(answer.body.id);
        else await sleep(5);
      }
    }),
  );
}

it.each([1, 2, 3])(
  'killed at random times under load, nothing that was answered is lost (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const control = await TestControlPlane.start();
    const place = edgePlace(control);
    const answered = new Set<string>();
    try {
      await control.publish([await release({ recipe: { ...recipe, logging: { sampleRate: SAMPLE_RATE } } })]);
      for (let kill = 0; kill < KILLS; kill++) {
        const edge = await edgeProcess(place);
        const before = answered.size;
        const done = new AbortController();
        const loading = load(edge, answered, done.signal);
        await until('it answers', () => answered.size > before + 10);
        control.faults.telemetry = random() < 0.3 ? 'STORE_AND_CUT' : random() < 0.3 ? 'REFUSE_500' : 'TAKE';
        await sleep(random() * 700);
        await edge.kill();
        done.abort();
        await loading;
      }
      control.faults.telemetry = 'TAKE';
      control.heartbeats.length = 0;
      const last = await edgeProcess(place);
      const { counts, epoch } = await until('all is shipped', () =>
        control.heartbeats.findLast(({ counts: { queued } }) => queued === 0),
      );
      expect(await last.stop()).toBe(0);

      const sampled = [...answered].filter((id) => isSampled(id, SAMPLE_RATE));
      expect(sampled.filter((id) => !control.stored.has(id))).toEqual([]);
      expect([...control.stored.keys()].filter((id) => !isSampled(id, SAMPLE_RATE))).toEqual([]);
      expect(answered.size).toBeGreaterThan(KILLS * 10);

      const records = [...control.stored.values()];
      expect(counts.acked).toBe(records.length);
      expect(counts.answered).toBe(counts.acked + counts.sampledOut);
      expect(counts.dropped).toEqual({});
      // What was answered and not seen by the client died on the way to it; the account holds it all the same.
      expect(counts.answered).toBeGreaterThanOrEqual(answered.size);
      expect(counts.answered - answered.size).toBeLessThanOrEqual(KILLS * 20);
      expect(new Set(records.map((record) => record.epoch))).toEqual(new Set([epoch]));
      const seqs = records.map(({ seq }) => seq);
      expect(new Set(seqs).size).toBe(records.length);
      expect(Math.max(...seqs)).toBeLessThan(counts.answered);
      expect(control.invalid).toEqual([]);
    } finally {
      await control.down();
      place.remove();
    }
  },
  120_000,
);

it('ends on SIGTERM: answers what runs, ships what waits, and exits with 0', async () => {
  const control = await TestControlPlane.start();
  const place = edgePlace(control, { TIFFIN_EDGE_SHIP_MS: '60000', TIFFIN_EDGE_HEARTBEAT_MS: '60000' });
  try {
    await control.publish([await release()]);
    const edge = await edgeProcess(place);
    await until('it is ready', async () => (await post(edge.url, path, body)).status === 200);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(edge.url, path, body)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await edge.stop()).toBe(0);
    expect(control.stored.size).toBe(21);
    expect(control.heartbeats.at(-1)?.counts).toMatchObject({ answered: 21, acked: 21, queued: 0 });
  } finally {
    await control.down();
    place.remove();
  }
});

it('does not let two processes write to one folder, and takes over from a dead one', async () => {
  const control = await TestControlPlane.start();
  const place = edgePlace(control);
  try {
    const first = await edgeProcess(place);
    await expect(edgeProcess(place)).rejects.toThrow(`the edge of process ${first.child.pid} works in`);
    await first.kill();
    const second = await edgeProcess(place);
    expect(await second.stop()).toBe(0);
  } finally {
    await control.down();
    place.remove();
  }
});
