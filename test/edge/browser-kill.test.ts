import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../edge/telemetry/record-log.ts';
import { atEnd } from '../support/at-end.ts';
import { hasChromium, startProfile } from '../support/browser.ts';
import { EdgePage } from '../support/edge-page.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectAccounted, stormOf } from './support/chaos.ts';
import { NODE_KEY, TestControlPlane } from './support/control-plane.ts';
import { until } from './support/edge-process.ts';
import { recipe, release } from './support/release.ts';

const SAMPLE_RATE = 0.8;
const KILLS = 3;
const LANES = 4;
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

/** In the page: asks its worker as fast as it answers, and tells each id before the next. */
const ASK = `for (let lane = 0; lane < ${LANES}; lane++) void (async () => {
  for (;;) {
    try {
      const { id } = await edge.predict('fraud-decision', ${JSON.stringify(body)});
      await tell(id);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
})();`;

/** The processes of the browser that works in a profile. */
const processesOf = (profile: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--user-data-dir=${profile}`);
      } catch {
        return false;
      }
    });

/** Whether nothing of a process holds a file any more: one that is dying says nothing of its profile, and still has its locks. */
function isGone(pid: number): boolean {
  try {
    const isZombie = readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    return isZombie && readdirSync(`/proc/${pid}/task`).length === 1;
  } catch {
    return true;
  }
}

/** As a phone does to what it needs no more: no word to the page, nor to its worker. */
async function killBrowser(profile: string): Promise<void> {
  const killed = processesOf(profile);
  for (const pid of killed) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with the one before it.
    }
  }
  await until('the browser is gone', () => killed.every(isGone) && processesOf(profile).length === 0, 60_000);
}

describe.runIf(hasChromium())('a browser whose profile is killed', () => {
  it.each([1, 2])(
    'at random times under load, while monitoring cuts, hangs and refuses, loses nothing that was answered (seed %i)',
    async (seed) => {
      spawnSync(process.execPath, ['dist/packages/edge/build.js']);
      const random = seededRandom(seed);
      const control = await TestControlPlane.start();
      atEnd(() => control.down());
      const logging = { sampleRate: SAMPLE_RATE };
      await control.publish([await release({ proofs: { tabular: 'EXACT' }, recipe: { ...recipe, logging } })], {
        entry: { requires: [] },
      });
      const trustedKeys = { [control.signer.keyId]: control.signer.publicKey };
      const site = new EdgePage({
        controlUrl: control.url,
        key: NODE_KEY,
        trustedKeys,
        audience: 'server',
        shipMs: 50,
      });
      await site.start();
      atEnd(() => site.stop());
      const profile = temporaryFolder('profile');
      const answered = new Set<string>();
      const open = async (): Promise<{ context: BrowserContext; page: Page }> => {
        const context = await startProfile(profile);
        const page = await context.newPage();
        await page.exposeFunction('tell', (id: string) => void answered.add(id));
        await page.goto(site.url);
        await page.waitForFunction('window.createClient', undefined, { timeout: 60_000 });
        await page.evaluate(`window.edge = createClient({ mode: 'localModelUpdateInBackground' })`);
        return { context, page };
      };
      for (let kill = 0; kill < KILLS; kill++) {
        const { context, page } = await open();
        const before = answered.size;
        await page.evaluate(ASK);
        await until('it answers', () => answered.size > before + 10, 60_000);
        control.faults.telemetry = stormOf(seed * KILLS + kill);
        await sleep(random() * 700);
        await killBrowser(profile);
        await context.close().catch(() => undefined);
      }
      control.faults.telemetry = 'TAKE';
      const { context, page } = await open();
      const counts = await until(
        'all is shipped',
        async () => {
          const { account, waiting } = (await page.evaluate('edge.flush()')) as { account: Account; waiting: number };
          return waiting === 0 && account;
        },
        60_000,
      );
      await context.close();
      expect(answered.size).toBeGreaterThan(KILLS * 10);
      const [{ epoch } = { epoch: '' }] = control.stored.values();
      expectAccounted(control, { counts, epoch }, answered, {
        sampleRate: SAMPLE_RATE,
        // Each lane may have had one that it could not tell of.
        mostUnseen: KILLS * LANES,
      });
    },
    240_000,
  );
});
