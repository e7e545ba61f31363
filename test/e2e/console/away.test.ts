import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startApart, type ApartInstall } from '../../support/apart.ts';
import { atEnd } from '../../support/at-end.ts';
import { addressesOfNothing, expectGood, LOOKS, optionsOf } from '../../support/console-pages.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { change } from '../../support/story.ts';
import { createTestDatabase } from '../../support/test-database.ts';

/** Address → what an install without anything says there. */
const EMPTY: Readonly<Record<string, string>> = {
  '/console': 'First steps',
  '/console/search?q=nothing&kind=MODEL': 'No asset under this filter',
  '/console/inbox': 'Nothing waits for you',
  '/console/models': 'No model is registered yet',
  '/console/deployments': 'Nothing is deployed yet',
  '/console/experiments': 'No experiment was designed yet',
  '/console/monitoring': 'Nothing is deployed yet',
  '/console/incidents': 'No incident yet',
  '/console/alerts': 'No rule watches anything yet',
  '/console/receivers': 'Nobody outside is notified yet',
};

describe.skipIf(!hasChromium())('the console of an install in parts', () => {
  let install: ApartInstall;
  let browser: TestBrowser;
  beforeAll(async () => {
    install = await startApart({ database: await createTestDatabase(), env: { SUBGRAPH_TIMEOUT_MS: '2000' } });
    atEnd(() => install.stop());
    browser = await startBrowser();
  }, 180_000);

  it('says of nothing why there is nothing, and what makes something', async () => {
    const { page, complaints, violations } = await browser.open(`${install.graphUrl}/console`);
    for (const [path, words] of Object.entries(EMPTY)) {
      await page.goto(`${install.graphUrl}${path}`);
      await page.getByText(words).first().waitFor();
      expect(await violations(), path).toEqual([]);
    }
    expect(complaints).toEqual([]);
  }, 180_000);

  it.each(LOOKS)(
    'has every page of the router, with nothing in it: $theme, $size, $user',
    async (look) => {
      const opened = await browser.open(`${install.graphUrl}/console`, optionsOf(look));
      for (const path of addressesOfNothing()) await expectGood(opened, `${install.graphUrl}${path}`);
    },
    300_000,
  );

  it.each([
    ['feature', '/console/source/nothing', LOOKS[0]],
    ['registry', '/console/deployments', LOOKS[1]],
    ['experiment', '/console/experiments', LOOKS[2]],
    ['monitoring', '/console/incidents', LOOKS[3]],
  ] as const)(
    'shows every page with %s away, names it where only it knows, and keeps the inbox of the others',
    async (name, ofIts, look) => {
      await install.parts[name].end('SIGKILL');
      try {
        const opened = await browser.open(`${install.graphUrl}/console`, optionsOf(look));
        for (const path of addressesOfNothing()) await expectGood(opened, `${install.graphUrl}${path}`);
        await opened.page.goto(`${install.graphUrl}${ofIts}`);
        await opened.page.getByText(`The ${name} subgraph is away`).first().waitFor();
        // Nothing that waits for a person lies with the features.
        if (name !== 'feature') {
          await opened.page.goto(`${install.graphUrl}/console/inbox`);
          await opened.page.getByText(`The ${name} subgraph is away`).waitFor();
        }
        expect(opened.complaints).toEqual([]);
      } finally {
        await install.startAgain(name);
      }
    },
    300_000,
  );

  it('names the part that is away where only that part knows, shows all else, and comes back by itself', async () => {
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'fraud' }, '{ endpoint { id } }');
    const input = { endpoint: endpoint.id, environment: 'staging' };
    await change(install, 'developer', 'createDeployment', input, '{ deployment { id } }');
    await install.parts.monitoring.end('SIGKILL');
    const url = `${install.graphUrl}/console/deployment/fraud@staging`;
    const { page, complaints, violations } = await browser.open(url);
    await page.getByText('The monitoring subgraph is away').first().waitFor();
    await page.getByText('No release yet').waitFor();
    expect(await page.getByRole('heading', { name: 'fraud@staging' }).count()).toBe(1);
    expect(await violations()).toEqual([]);
    await install.startAgain('monitoring');
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await vi.waitFor(async () => expect(await page.getByText('subgraph is away').count()).toBe(0), {
      timeout: 60_000,
      interval: 200,
    });
    expect(complaints).toEqual([]);
  }, 180_000);

  it('says when the gateway itself is gone, and keeps what it showed', async () => {
    const { page } = await browser.open(`${install.graphUrl}/console/deployments`);
    await page.getByRole('link', { name: 'fraud@staging' }).waitFor();
    await install.parts.gateway.end('SIGKILL');
    // The mark tells that changes are not heard any more; the page asks, and nobody answers.
    await page.getByText('The server does not answer').first().waitFor({ timeout: 60_000 });
    expect(await page.getByRole('link', { name: 'fraud@staging' }).count()).toBe(1);
  }, 120_000);
});
