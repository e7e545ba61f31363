import { describe, expect, it } from 'vitest';
import type { Account } from '../../edge/telemetry/record-log.ts';
import { expectAccounted, STORMS } from '../edge/support/chaos.ts';
import { TestControlPlane } from '../edge/support/control-plane.ts';
import { until } from '../edge/support/edge-process.ts';
import { describeRefusals, refusingPage } from '../edge/support/refusals.ts';
import { recipe, release } from '../edge/support/release.ts';
import { holdsModels, offlineInPage, openSite, siteOf } from '../edge/support/request-set/offline-page.ts';
import { describeRuntime, requestSets } from '../edge/support/request-set/run.ts';
import { atEnd } from '../support/at-end.ts';
import type { DrivenPage } from '../support/driven-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { firefoxIsThere, startFirefox, type KillablePage } from './browsers/firefox.ts';
import { startWebKit, webKitIsThere } from './browsers/webkit.ts';

interface OtherBrowser {
  readonly name: string;
  readonly isThere: () => boolean;
  readonly needs: string;
  readonly start: (profile: string) => Promise<DrivenPage | KillablePage>;
}

/** Browsers of other makers, as they are packaged for everybody. */
const BROWSERS: readonly OtherBrowser[] = [
  { name: 'Firefox', isThere: firefoxIsThere, needs: 'the package firefox-esr', start: startFirefox },
  { name: 'WebKitGTK', isThere: webKitIsThere, needs: 'the packages webkit2gtk-driver and xvfb', start: startWebKit },
];
const browsers = BROWSERS.filter(({ name, isThere, needs }) => {
  if (!isThere()) console.info(`skipped ${name}: needed is ${needs} of Debian`);
  return isThere();
});

const { sets } = browsers.length > 0 ? await requestSets() : { sets: null };
for (const { name, start } of browsers) {
  const started = (): Promise<DrivenPage> => start(temporaryFolder('profile'));
  describeRuntime(`${name}'s service worker, offline`, sets!.tabular, offlineInPage(started));
  describeRefusals(`${name}'s service worker`, refusingPage(started));
}

const SAMPLE_RATE = 0.8;
const LANES = 4;
const ASKED = 25;
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };
/** In the page: asks in lanes, each answer before the next, and keeps the ids where the test finds them. */
const ASK = `Promise.all(Array.from({ length: ${LANES} }, async () => {
  const ids = [];
  while (ids.length < ${ASKED}) ids.push((await edge.predict('fraud-decision', ${JSON.stringify(body)})).id);
  return ids;
})).then((lanes) => lanes.flat())`;

describe.each(browsers)('a model in $name', ({ start }) => {
  it(
    'loses nothing that was answered, while monitoring cuts, hangs and refuses, the network goes and comes, and the browser is killed',
    { timeout: 300_000 },
    async () => {
      const control = await TestControlPlane.start();
      atEnd(() => control.down());
      const logging = { sampleRate: SAMPLE_RATE };
      await control.publish([await release({ proofs: { tabular: 'EXACT' }, recipe: { ...recipe, logging } })], {
        entry: { requires: [] },
      });
      const site = siteOf(control);
      await site.start();
      atEnd(() => site.stop());
      const profile = temporaryFolder('profile');
      let page = await start(profile);
      await openSite(page, site);
      await holdsModels(page, control);
      const answered = new Set<string>();
      for (const storm of STORMS) {
        control.faults.telemetry = storm;
        for (const id of (await page.evaluate(ASK)) as string[]) answered.add(id);
      }
      // The network goes, and the page is opened again without it.
      await site.stop();
      await control.down();
      await page.setOffline(true);
      for (const id of (await page.evaluate(ASK)) as string[]) answered.add(id);
      if ('kill' in page) {
        page.kill();
        page = await start(profile);
      } else {
        await page.open('about:blank');
      }
      await openSite(page, site);
      for (const id of (await page.evaluate(ASK)) as string[]) answered.add(id);
      await site.start();
      await control.up();
      await page.setOffline(false);
      const counts = await until(
        'all is shipped',
        async () => {
          const { account, waiting } = (await page.evaluate('edge.flush()')) as { account: Account; waiting: number };
          return waiting === 0 && account;
        },
        60_000,
      );
      await page.close();
      expect(answered.size).toBe((STORMS.length + 2) * LANES * ASKED);
      const [{ epoch } = { epoch: '' }] = control.stored.values();
      expectAccounted(control, { counts, epoch }, answered, { sampleRate: SAMPLE_RATE, mostUnseen: 0 });
    },
  );
});
