import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser } from '../support/browser.ts';
import type { EdgePage } from '../support/edge-page.ts';
import type { OneProcessInstall } from '../support/install.ts';
import { KillableBrowser } from '../support/killed-browser.ts';
import {
  deploymentForPages,
  installForPages,
  liveForPages,
  PAGE_KEY,
  pageFor,
  storedOfPages,
} from '../support/model-for-pages.ts';
import { eventually } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LONG_MS = 60_000;

/** What befalls a model in a browser. Each test has a browser without a past; all share the server and one set of answers. */
describe.runIf(hasChromium())('a model in a browser, whatever befalls it', { timeout: 180_000 }, () => {
  let install: OneProcessInstall;
  let site: EdgePage;
  let browser: Browser;
  let deployment: string;
  let digest: string;
  const answered = new Set<string>();

  beforeAll(async () => {
    install = await installForPages({ TIFFIN_EDGE_CORS_ORIGINS: '*' });
    deployment = await deploymentForPages(install);
    digest = await liveForPages(install, deployment, 0.5);
    site = pageFor(install, { pollMs: 200, shipMs: 200 });
    await site.start();
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await install?.stop();
  });

  async function open(context: BrowserContext, options = `{ mode: 'localModelUpdateInBackground' }`): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.createClient');
    await page.evaluate(`window.edge = createClient(${options})`);
    return page;
  }

  /** The same, once the model is there. */
  async function openReady(context: BrowserContext, options?: string): Promise<Page> {
    const page = await open(context, options);
    await eventually(async () => expect((await status(page)).deployments[0]?.serving).toHaveLength(1), LONG_MS);
    return page;
  }

  const ONE = `edge.predict('lateness', { inputs: { distance: 1, delay: Math.random() } })`;
  /** Predictions one after another, with pauses as a browser updates a worker in, until `stop` is set; `ids` and `problems` are what came of them. */
  const LOOP = `window.ids = []; window.problems = []; window.stop = false; window.loop = (async () => {
    while (!window.stop) await ${ONE}.then(({ id, source }) => source === 'local' ? window.ids.push(id) : window.problems.push(source),
      ({ message }) => window.problems.push(message)).then(() => new Promise((resolve) => setTimeout(resolve, 100)));
  })(); void 0`;
  const predicted = async (page: Page): Promise<any> => {
    const answer: any = await page.evaluate(ONE);
    answered.add(answer.id);
    return answer;
  };
  const status = (page: Page): Promise<any> => page.evaluate('edge.status()');
  const everythingStored = () =>
    eventually(async () => expect(await storedOfPages(install, deployment)).toEqual(answered), LONG_MS);
  /** Ends the loop; its ids count as answered. */
  async function ended(page: Page): Promise<readonly string[]> {
    await page.evaluate('window.stop = true; window.loop');
    expect(await page.evaluate('problems')).toEqual([]);
    const ids = (await page.evaluate('ids')) as string[];
    for (const id of ids) answered.add(id);
    return ids;
  }

  it('has one log and one account for two tabs that ask at once', async () => {
    const context = await browser.newContext();
    const [one, other] = [await openReady(context), await openReady(context)];
    for (const page of [one, other]) await page.evaluate(LOOP);
    for (const page of [one, other]) await page.waitForFunction('ids.length >= 50', null, { timeout: LONG_MS });
    const ids = [...(await ended(one)), ...(await ended(other))];
    await eventually(async () => {
      const { account, waiting } = await status(one);
      expect(waiting).toBe(0);
      expect(account).toMatchObject({ answered: ids.length, acked: ids.length, queued: 0, dropped: {} });
      expect((await status(other)).account).toEqual(account);
    }, LONG_MS);
    await everythingStored();
    await context.close();
  });

  it('loses nothing and fails nobody while a newer worker takes the place of the old one', async () => {
    const context = await browser.newContext();
    const page = await openReady(context);
    await page.evaluate(LOOP);
    await page.waitForFunction('ids.length >= 10', null, { timeout: LONG_MS });
    for (let update = 0; update < 3; update++) {
      site.newWorker();
      await page.evaluate(`new Promise((resolve) => {
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
        navigator.serviceWorker.getRegistration().then((registration) => registration.update());
      })`);
      const before = Number(await page.evaluate('ids.length'));
      await page.waitForFunction(`ids.length >= ${before + 10}`, null, { timeout: LONG_MS });
    }
    const ids = await ended(page);
    await eventually(async () => {
      const { account } = await status(page);
      expect(account).toMatchObject({ answered: ids.length, acked: ids.length, queued: 0, dropped: {} });
    }, LONG_MS);
    await everythingStored();
    await context.close();
  });

  it('keeps what a killed browser had answered, and sends it when it is opened again', async () => {
    const profile = temporaryFolder('profile');
    let killable = await KillableBrowser.start(profile);
    const told: string[] = [];
    await killable.context.exposeBinding('tell', (_, id: string) => void told.push(id));
    let page = await openReady(killable.context);
    await predicted(page);
    await killable.context.setOffline(true);
    await page.evaluate(`(async () => { for (;;) await window.tell((await ${ONE}).id); })(); void 0`);
    await eventually(async () => expect(told.length).toBeGreaterThan(30), LONG_MS);
    await killable.kill();
    for (const id of told) answered.add(id);
    killable = await KillableBrowser.start(profile);
    page = await openReady(killable.context);
    await eventually(async () => {
      const { account, waiting } = await status(page);
      expect(waiting).toBe(0);
      expect(account.acked).toBe(account.answered);
      // One may have been answered in the moment of the kill.
      expect([told.length + 1, told.length + 2]).toContain(account.answered);
    }, LONG_MS);
    const stored = await storedOfPages(install, deployment);
    for (const id of answered) expect(stored, id).toContain(id);
    for (const id of stored) answered.add(id);
  });

  it('goes on without room, as far as the recipe lets it, and counts each answer whose record is not kept', async () => {
    const context = await browser.newContext();
    const page = await openReady(context);
    await predicted(page);
    const storage = await context.newCDPSession(page);
    const origin = new URL(site.url).origin;
    const asked = new Set<string>();
    const accountAfterOne = async (): Promise<any> => {
      const { id, source } = (await page.evaluate(ONE)) as { id: string; source: string };
      expect(source).toBe('local');
      asked.add(id);
      return (await status(page)).account;
    };
    const isKept = ({ answered: all, dropped }: any): number => all - (dropped.DISK_FULL ?? 0);
    await storage.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    // Chromium asks now and then how much room there is.
    await eventually(async () => expect((await accountAfterOne()).dropped).toHaveProperty('DISK_FULL'), LONG_MS);
    for (let i = 0; i < 5; i++) await accountAfterOne();
    await storage.send('Storage.overrideQuotaForOrigin', { origin });
    const before = isKept((await status(page)).account);
    await eventually(async () => expect(isKept(await accountAfterOne())).toBeGreaterThan(before), LONG_MS);
    const kept = isKept((await status(page)).account);
    await eventually(async () => {
      const { account } = await status(page);
      expect(account).toMatchObject({ answered: 1 + asked.size, acked: kept, queued: 0 });
      expect(account.dropped).toEqual({ DISK_FULL: 1 + asked.size - kept });
    }, LONG_MS);
    await eventually(async () => {
      const stored = [...(await storedOfPages(install, deployment))].filter((id) => !answered.has(id));
      expect(stored).toHaveLength(kept - 1);
      expect(stored.filter((id) => !asked.has(id))).toEqual([]);
    }, LONG_MS);
    for (const id of await storedOfPages(install, deployment)) answered.add(id);
    await context.close();
  });

  it('goes on where the browser has evicted what it kept, with every answer of before accounted for', async () => {
    const slow = pageFor(install, { pollMs: 60_000, shipMs: 3_600_000 });
    await slow.start();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(slow.url);
    await page.waitForFunction('window.createClient');
    await page.evaluate(`window.edge = createClient({ mode: 'localModelUpdateInBackground' })`);
    for (let i = 0; i < 3; i++) expect(await predicted(page)).toMatchObject({ source: 'local' });
    const before = await status(page);
    expect(before).toMatchObject({ waiting: 3 });
    const storage = await context.newCDPSession(page);
    await storage.send('Storage.clearDataForOrigin', {
      origin: new URL(slow.url).origin,
      storageTypes: 'indexeddb,cache_storage',
    });
    // What waited leaves with the node of before.
    await eventually(async () => {
      const { account, waiting } = await status(page);
      expect([account.answered, account.acked, waiting]).toEqual([3, 3, 0]);
    }, LONG_MS);
    // The model is fetched again.
    expect(await predicted(page)).toMatchObject({ source: 'local', release: digest });
    expect((await status(page)).account).toMatchObject({ answered: 4, dropped: {} });
    await page.evaluate('edge.flush()');
    await everythingStored();
    await context.close();
    await slow.stop();
  });

  it('has the newest model before each answer, or never by itself, as the mode says', async () => {
    const still = pageFor(install, { pollMs: 3_600_000, shipMs: 200 });
    await still.start();
    const opened: Page[] = [];
    for (const mode of ['latestModel', 'localModel']) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(still.url);
      await page.waitForFunction('window.createClient');
      await page.evaluate(`window.edge = createClient({ mode: '${mode}' })`);
      expect(await predicted(page)).toMatchObject({ source: 'local', release: digest });
      opened.push(page);
    }
    const [latest, local] = opened as [Page, Page];
    const old = digest;
    digest = await liveForPages(install, deployment, 0.75);
    // Asked before each answer, and within a second, which a busy machine may need more than.
    await eventually(async () => expect(await predicted(latest)).toMatchObject({ release: digest }), LONG_MS);
    expect(await predicted(local)).toMatchObject({ source: 'local', release: old });
    await local.evaluate('edge.refresh()');
    expect(await predicted(local)).toMatchObject({ source: 'local', release: digest });
    await everythingStored();
    for (const page of opened) await page.context().close();
    await still.stop();
  });

  it('sends the last of a page that is closed', async () => {
    const slow = pageFor(install, { pollMs: 60_000, shipMs: 3_600_000 });
    await slow.start();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(slow.url);
    await page.waitForFunction('window.createClient');
    await page.evaluate(`window.edge = createClient({ mode: 'localModel' }); edge.status()`);
    const { id } = await predicted(page);
    await page.close();
    await eventually(async () => expect(await storedOfPages(install, deployment)).toContain(id), LONG_MS);
    await context.close();
    await slow.stop();
  });

  it.each([
    ['has no service workers', `Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })`],
    ['refuses them', `ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('denied'))`],
    ['never starts one', `ServiceWorkerContainer.prototype.register = () => new Promise(() => {})`],
  ])('asks the server in a browser that %s', async (_, spoil) => {
    const context = await browser.newContext();
    await context.addInitScript(spoil);
    const page = await open(context, JSON.stringify({ mode: 'localModel', url: install.edgeUrl, key: PAGE_KEY }));
    expect(await predicted(page)).toMatchObject({ source: 'remote', release: digest });
    await context.close();
  });
});
