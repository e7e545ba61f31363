import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { bundleWorker, type Bundle } from '../../edge/adapters/bundle/workerd.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { askOn, expectAccounted, stormOf } from './support/chaos.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { post, until } from './support/edge-process.ts';
import { recipe, release } from './support/release.ts';
import { startWorker, type RunningWorker } from './support/worker.ts';

const path = '/v1/predict/fraud-decision';
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };
const SAMPLE_RATE = 0.8;
const KILLS = 4;

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleWorker('lite', join(temporaryFolder('bundle'), 'lite'));
});

it.each([1, 2])(
  'a worker with its records bound, killed at random times under load, loses nothing that was answered (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const control = await TestControlPlane.start();
    const folder = temporaryFolder('worker');
    const answered = new Set<string>();
    const start = (): Promise<RunningWorker> =>
      startWorker({
        folder,
        bundle,
        controlUrl: control.url,
        trusted: { [control.signer.keyId]: control.signer.publicKey },
      });
    let worker: RunningWorker | undefined;
    try {
      const logging = { sampleRate: SAMPLE_RATE };
      await control.publish([await release({ proofs: { tabular: 'EXACT' }, recipe: { ...recipe, logging } })], {
        entry: { requires: [] },
      });
      for (let kill = 0; kill < KILLS; kill++) {
        worker = await start();
        const { url } = worker;
        const before = answered.size;
        const done = new AbortController();
        const ask = async (): Promise<string | null> => {
          const answer = await post(url, path, body);
          return answer.status === 200 ? answer.body.id : null;
        };
        const asking = askOn(ask, answered, done.signal);
        await until('it answers', () => answered.size > before + 10, 60_000);
        control.faults.telemetry = stormOf(seed * KILLS + kill);
        await sleep(random() * 700);
        await worker.end();
        done.abort();
        await asking;
      }
      control.faults.telemetry = 'TAKE';
      control.heartbeats.length = 0;
      const last = (worker = await start());
      const heartbeat = await until(
        'all is shipped',
        async () => {
          await last.runScheduled();
          return control.heartbeats.findLast(({ counts: { queued } }) => queued === 0);
        },
        60_000,
      );
      expect(answered.size).toBeGreaterThan(KILLS * 10);
      expectAccounted(control, heartbeat, answered, { sampleRate: SAMPLE_RATE, mostUnseen: KILLS * 20 });
    } finally {
      await worker?.end();
      await control.down();
    }
  },
  240_000,
);
