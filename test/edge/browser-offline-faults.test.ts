import { spawnSync } from 'node:child_process';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, startProfile } from '../support/browser.ts';
import type { EdgePage } from '../support/edge-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { until } from './support/edge-process.ts';
import { model, release, type TestRelease } from './support/release.ts';
import { siteOf } from './support/request-set/offline-page.ts';

const proofs = { tabular: 'EXACT' } as const;
const entry = { requires: [] };
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };
const ASK = `edge.predict('fraud-decision', ${JSON.stringify(body)})`;
const SLOW = 120_000;

/** What a page is answered without a network, in the mode that asks one first and where the browser has made room. */
describe.runIf(hasChromium())('a model in a browser without a network', { timeout: SLOW }, () => {
  let control: TestControlPlane;
  let one: TestRelease;
  let two: TestRelease;
  let site: EdgePage;
  let context: BrowserContext;
  let page: Page;
  let devTools: CDPSession;

  beforeAll(async () => {
    spawnSync(process.execPath, ['dist/packages/edge/build.js']);
    one = await release({ proofs });
    two = await release({ proofs, number: 2, model: model([1, 1, 1, 1], -1) });
  });
  beforeEach(async () => {
    control = await TestControlPlane.start();
    await control.publish([one], { entry });
    site = siteOf(control);
    await site.start();
    context = await startProfile(temporaryFolder('profile'));
    page = await context.newPage();
    devTools = await context.newCDPSession(page);
  }, SLOW);
  afterEach(async () => {
    await context.close();
    await site.stop();
    await control.down();
  });

  async function open(options: object): Promise<void> {
    await page.goto(site.url);
    await page.waitForFunction('window.createClient');
    await page.evaluate(`void (window.edge = createClient(${JSON.stringify(options)}))`);
  }
  const releaseAnswering = (): Promise<unknown> =>
    page.evaluate(`${ASK}.then(({ source, release }) => source === 'local' && release)`);
  const problem = (): Promise<unknown> =>
    page.evaluate(`${ASK}.then(() => null, ({ name, code, why, message }) => ({ name, code, why, message }))`);
  const status = (): Promise<any> => page.evaluate('edge.status()');
  const evict = (storageTypes: string): Promise<unknown> =>
    devTools.send('Storage.clearDataForOrigin', { origin: new URL(site.url).origin, storageTypes });
  /** Ends the worker as a browser does that needs it no more; the next request starts it again. */
  async function endWorker(): Promise<void> {
    await devTools.send('ServiceWorker.enable');
    await devTools.send('ServiceWorker.stopAllWorkers');
  }
  async function away(): Promise<void> {
    await control.down();
    await context.setOffline(true);
  }
  async function back(): Promise<void> {
    await control.up();
    await context.setOffline(false);
  }

  it('that is to be the latest answers as the one that is held, and is the latest again once there is a network', async () => {
    await open({ mode: 'latestModel' });
    expect(await releaseAnswering()).toBe(one.digest);
    await away();
    await control.publish([two], { entry });
    for (let i = 0; i < 5; i++) expect(await releaseAnswering()).toBe(one.digest);
    await endWorker();
    expect(await releaseAnswering()).toBe(one.digest);
    await back();
    await until('it is the latest', async () => (await releaseAnswering()) === two.digest, SLOW);
  });

  it('that is to be the latest waits once, and not before each answer, for a network that says nothing', async () => {
    await open({ mode: 'latestModel' });
    expect(await releaseAnswering()).toBe(one.digest);
    control.faults.manifest = 'HANG';
    const asked = (): number => control.requests.filter((request) => request.includes('/v1/manifests/')).length;
    const before = asked();
    for (let i = 0; i < 20; i++) expect(await releaseAnswering()).toBe(one.digest);
    expect(asked() - before).toBeGreaterThan(0);
    expect(asked() - before).toBeLessThan(10);
  });

  it('says that it is not there any more where the browser made room, loses no answer by it, and comes back with the network', async () => {
    await open({ mode: 'localModelUpdateInBackground' });
    expect(await releaseAnswering()).toBe(one.digest);
    await away();
    for (let i = 0; i < 3; i++) expect(await releaseAnswering()).toBe(one.digest);
    const { account, waiting } = await status();
    expect(waiting).toBeGreaterThan(0);
    await evict('indexeddb,cache_storage');
    const said = { name: 'EdgeProblem', code: 'UNAVAILABLE', why: 'NOT_DELIVERED' };
    await until(
      'it is gone',
      async () => ((await problem()) as { why?: string } | null)?.why === 'NOT_DELIVERED',
      SLOW,
    );
    expect(await problem()).toMatchObject({
      ...said,
      message: expect.stringContaining('as soon as the control plane'),
    });
    // The log went on in a new database, with what had waited in the old one.
    const { account: moved } = await status();
    expect(moved).toMatchObject({ acked: account.acked });
    expect(moved.queued).toBeGreaterThanOrEqual(account.queued);
    await endWorker();
    expect(await problem()).toMatchObject(said);
    expect((await status()).account).toEqual(moved);
    await back();
    await until('it answers again', async () => (await problem()) === null, SLOW);
    await until('all are stored', async () => {
      const { waiting: left } = (await page.evaluate('edge.flush()')) as { waiting: number };
      return left === 0;
    });
    const { account: after } = await status();
    // One may have been answered in the moment of the clearing, before the browser told of it.
    const lost = after.dropped.DISK_FULL ?? 0;
    expect(lost).toBeLessThanOrEqual(1);
    expect(after).toMatchObject({ acked: after.answered - lost, queued: 0 });
    expect(after.answered).toBeGreaterThan(account.answered);
    expect(control.stored.size).toBe(after.acked);
  });

  it('of which only the log was kept says so too, also where an edge is named that cannot be reached', async () => {
    await open({ mode: 'localModel', url: control.url });
    expect(await releaseAnswering()).toBe(one.digest);
    await away();
    await evict('cache_storage');
    await endWorker();
    expect(await problem()).toMatchObject({
      code: 'UNAVAILABLE',
      why: 'NOT_DELIVERED',
      message: expect.stringMatching(/fraud-decision@production is not served here: the blob .* is not on this node/),
    });
    await back();
    await until('it answers again', async () => (await problem()) === null, SLOW);
    expect(await releaseAnswering()).toBe(one.digest);
  });
});
