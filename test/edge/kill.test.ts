import { expect, it } from 'vitest';
import { TestControlPlane } from './support/control-plane.ts';
import { edgePlace, edgeProcess, post, until } from './support/edge-process.ts';
import { expectKillsSurvived } from './support/kills.ts';
import { release } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
/** A process of its own takes seconds to start where others keep the machine busy. */
const SLOW = { timeout: 120_000 };
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

it.each([1, 2, 3])(
  'killed at random times under load, nothing that was answered is lost (seed %i)',
  (seed) => expectKillsSurvived(seed),
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
