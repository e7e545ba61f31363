import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { seededRandom } from '../../support/seeded-random.ts';
import { askOn, expectAccounted, stormOf } from './chaos.ts';
import { TestControlPlane } from './control-plane.ts';
import { edgePlace, edgeProcess, post, until, type EdgeCommand, type EdgeProcess } from './edge-process.ts';
import { recipe, release } from './release.ts';

const path = '/v1/predict/fraud-decision';
const SAMPLE_RATE = 0.8;
const KILLS = 4;
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

const idAt = async (url: string): Promise<string | null> => {
  const answer = await post(url, path, body);
  return answer.status === 200 ? (answer.body.id as string) : null;
};

/** Kills a process of the edge at random times under load, in one storm after the other: nothing that was answered is lost. */
export async function expectKillsSurvived(seed: number, command?: EdgeCommand): Promise<void> {
  const random = seededRandom(seed);
  const control = await TestControlPlane.start();
  const place = edgePlace(control, { TIFFIN_EDGE_PROFILE_MS: '50' });
  const answered = new Set<string>();
  let running: EdgeProcess | undefined;
  const start = async (): Promise<EdgeProcess> => (running = await edgeProcess(place, command));
  try {
    await control.publish([await release({ recipe: { ...recipe, logging: { sampleRate: SAMPLE_RATE } } })]);
    for (let kill = 0; kill < KILLS; kill++) {
      const edge = await start();
      const before = answered.size;
      const done = new AbortController();
      const asking = askOn(() => idAt(edge.url), answered, done.signal);
      await until('it answers', () => answered.size > before + 10, 60_000);
      control.faults.telemetry = stormOf(seed * KILLS + kill);
      await sleep(random() * 700);
      await edge.kill();
      done.abort();
      await asking;
    }
    control.faults.telemetry = 'TAKE';
    control.heartbeats.length = 0;
    const last = await start();
    const heartbeat = await until(
      'all is shipped',
      () => control.heartbeats.findLast(({ counts: { queued } }) => queued === 0),
      60_000,
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
    await running?.kill();
    await control.down();
    place.remove();
  }
}
