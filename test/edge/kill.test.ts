import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { askOn, expectAccounted, STORMS } from './support/chaos.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgePlace, edgeProcess, post, until } from './support/edge-process.ts';
import { recipe, release } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const SAMPLE_RATE = 0.8;
const KILLS = 4;
/** A process of its own takes seconds to start where others keep the machine busy. */
const SLOW = { timeout: 120_000 };
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

const idAt = async (url: string): Promise<string | null> => {
  const answer = await post(url, path, body);
  return answer.status === 200 ? (answer.body.id as string) : null;
};

it.each([1, 2, 3])(
  'killed at random times under load, nothing that was answered is lost (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const control = await TestControlPlane.start();
    const place = edgePlace(control, { TIFFIN_EDGE_PROFILE_MS: '50' });
    const answered = new Set<string>();
    try {
      await control.publish([await release({ recipe: { ...recipe, logging: { sampleRate: SAMPLE_RATE } } })]);
      for (let kill = 0; kill < KILLS; kill++) {
        const edge = await edgeProcess(place);
        const before = answered.size;
        const done = new AbortController();
        const asking = askOn(() => idAt(edge.url), answered, done.signal);
        await until('it answers', () => answered.size > before + 10, 60_000);
        control.faults.telemetry = STORMS[Math.floor(random() * STORMS.length)]!;
        await sleep(random() * 700);
        await edge.kill();
        done.abort();
        await asking;
      }
      control.faults.telemetry = 'TAKE';
      control.heartbeats.length = 0;
      const last = await edgeProcess(place);
      const heartbeat = await until('all is shipped', () =>
        control.heartbeats.findLast(({ counts: { queued } }) => queued === 0),
      );
      expect(await last.stop()).toBe(0);
      expect(answered.size).toBeGreaterThan(KILLS * 10);
      expectAccounted(control, heartbeat, answered, { sampleRate: SAMPLE_RATE, mostUnseen: KILLS * 20 });
      // Of profiles, what was written before a kill arrives, each part once; what was not is what is missing of the answers.
      const parts = [...control.profiles.values()];
      const runs = Map.groupBy(parts, ({ run }) => run);
      for (const own of runs.values()) {
        expect(own.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(own.map((_, i) => i));
      }
      expect(runs.size).toBeGreaterThan(1);
      const profiled = parts.reduce((sum, { answers }) => sum + answers, 0);
      expect(profiled).toBeLessThanOrEqual(heartbeat.counts.answered);
      expect(profiled).toBeGreaterThan(heartbeat.counts.answered / 2);
    } finally {
      await control.down();
      place.remove();
    }
  },
  300_000,
);

it('ends on SIGTERM: answers what runs, ships what waits, and exits with 0', SLOW, async () => {
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

it('does not let two processes write to one folder, and takes over from a dead one', SLOW, async () => {
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
