import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startProfile } from '../support/browser.ts';
import type { EdgePage } from '../support/edge-page.ts';
import type { OneProcessInstall } from '../support/install.ts';
import {
  deploymentForPages,
  installForPages,
  liveForPages,
  pageFor,
  storedOfPages,
} from '../support/model-for-pages.ts';
import { ask, eventually, predict } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const INPUTS = Array.from({ length: 40 }, (_, i) => ({ distance: i / 7, delay: Math.sin(i) * 3 }));

/** A model in a browser's service worker, from its release to its records, with the network and without. */
describe.runIf(hasChromium())('a model in a browser', { timeout: 120_000 }, () => {
  const profile = temporaryFolder('profile');
  let install: OneProcessInstall;
  let site: EdgePage;
  let context: BrowserContext | undefined;
  let page: Page;
  let deployment: string;
  const answered: string[] = [];

  beforeAll(async () => {
    install = await installForPages();
  }, 90_000);
  afterAll(async () => {
    await context?.close();
    await site?.stop();
    await install?.stop();
  });

  async function open(): Promise<void> {
    context = await startProfile(profile);
    page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.createClient');
    await page.evaluate(`window.edge = createClient({ mode: 'localModelUpdateInBackground' })`);
  }

  const inPage = async (input: object): Promise<any> => {
    const answer: any = await page.evaluate(`edge.predict('lateness', ${JSON.stringify({ inputs: input })})`);
    answered.push(answer.id);
    return answer;
  };
  const status = (question = 'status'): Promise<any> => page.evaluate(`edge.${question}()`);

  it('is released to the audience of the page', async () => {
    deployment = await deploymentForPages(install);
    await liveForPages(install, deployment, 0.5);
    site = pageFor(install);
    await site.start();
  });

  it('answers in the page to the last bit as the server does', async () => {
    await open();
    for (const inputs of INPUTS) {
      const own = await inPage(inputs);
      const { body } = await predict(install, 'lateness', { inputs });
      expect(own).toMatchObject({ source: 'local', score: body.score, decision: body.decision, release: body.release });
    }
  });

  it('ships its records, which count as those of a device', async () => {
    await eventually(async () =>
      expect((await status('flush')).account).toMatchObject({ queued: 0, acked: INPUTS.length }),
    );
    const query = 'query ($id: ID!) { prediction(id: $id) { trust } }';
    await eventually(async () => {
      expect(await ask(install, 'viewer', query, { id: answered.at(-1) })).toMatchObject({ trust: 'DEVICE' });
    });
  });

  it('answers without any network, also after the browser was closed and opened again', async () => {
    await site.stop();
    await install.kill();
    for (const inputs of INPUTS) await inPage(inputs);
    await context?.close();
    await open();
    for (const inputs of INPUTS) expect(await inPage(inputs)).toMatchObject({ source: 'local' });
    const { account, waiting, revision } = await status();
    expect(revision).toBeGreaterThan(0);
    expect(waiting).toBe(2 * INPUTS.length);
    expect(account).toMatchObject({ answered: 3 * INPUTS.length, queued: 2 * INPUTS.length, dropped: {} });
  });

  it('has every answer stored once the network is back, each of them once', async () => {
    install = await install.again();
    await site.start();
    await eventually(async () => {
      expect(await status('flush')).toMatchObject({ waiting: 0, account: { acked: 3 * INPUTS.length } });
    });
    await eventually(async () => expect(await storedOfPages(install, deployment)).toEqual(new Set(answered)));
    expect(new Set(answered).size).toBe(3 * INPUTS.length);
  });

  it('follows a new release, and tells the page', async () => {
    await page.evaluate('void (window.told = new Promise((resolve) => edge.onUpdate(resolve)))');
    const kill = 'mutation ($input: ReasonedTrafficInput!) { killDeployment(input: $input) { applied } }';
    await ask(install, 'developer', kill, { input: { deployment, reason: 'a drill' } });
    await eventually(async () => {
      await page.evaluate(`edge.status()`);
      await page.evaluate(`navigator.serviceWorker.controller.postMessage('refresh', [new MessageChannel().port2])`);
      const problem = await page.evaluate(
        `edge.predict('lateness', { inputs: { distance: 1, delay: 1 } }).then(() => null, ({ code, status }) => ({ code, status }))`,
      );
      expect(problem).toEqual({ code: 'UNAVAILABLE', status: 503 });
    });
    expect(await page.evaluate('told')).toBeGreaterThan(0);
  });
});
