import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT } from '../../examples/flights/names.ts';
import { hasChromium, startBrowser, type WatchedPage } from '../support/browser.ts';
import { startInstall, type OneProcessInstall } from '../support/install.ts';
import { ask, eventually } from '../support/story.ts';

interface Kept {
  readonly flight: object;
  readonly prediction: { readonly id: string; readonly score: number; readonly source: string };
}

/** The page of the example as a person uses it: on-line, off-line, and back. */
describe.runIf(hasChromium())('the flights page', { timeout: 120_000 }, () => {
  let install: OneProcessInstall;
  let watched: WatchedPage;
  let page: Page;
  let context: BrowserContext;

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EXAMPLE: 'flights' }, readyMs: 240_000 });
    watched = await (await startBrowser()).open(`${install.edgeUrl}/flights`);
    page = watched.page;
    context = page.context();
  }, 250_000);
  afterAll(() => install?.stop());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const choose = (who: string) => page.getByRole('radio', { name: who }).check();
  const says = (text: string | RegExp, ms = 60_000) => page.getByText(text).first().waitFor({ timeout: ms });
  const kept = async (): Promise<Kept[]> =>
    JSON.parse((await page.evaluate("localStorage.getItem('flights.predictions') ?? '[]'")) as string);
  /** What is asked is answered once the page remembers so many answers. */
  const answers = (count: number) => eventually(async () => expect((await kept()).length).toBe(count));
  /** The account as a person reads it. */
  const account = async (): Promise<Record<string, number>> => {
    const terms = await page.locator('.term').allInnerTexts();
    return Object.fromEntries(
      terms.map((term) => [term.replace(/^[\d,]+\s*/, ''), Number(term.match(/[\d,]+/)![0].replace(',', ''))]),
    );
  };

  it('puts the model into the browser, and can be installed', async () => {
    expect(install.output()).toContain(`${install.edgeUrl}/flights/`);
    await says(/The model is in this browser/);
    const manifest: any = await page.evaluate(
      "fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())",
    );
    for (const { src } of manifest.icons) {
      expect((await fetch(`${install.edgeUrl}/flights/${src}`)).headers.get('content-type')).toMatch(/^image\//);
    }
    expect(manifest).toMatchObject({ display: 'standalone', start_url: './' });
  });

  it('answers with reasons, version and release, and as the server does to the last bit', async () => {
    await button('Predict').click();
    await answers(1);
    await says(/odds × \d/);
    await says('this browser, in its service worker, with the tabular engine');
    await says(/^flight-delay@1$/);
    await says(/made \d+ (second|minute|hour)s? ago/);
    await choose('The server');
    await button('Predict').click();
    await answers(2);
    await says(/^the server/);
    const [remote, local] = await kept();
    expect(remote!.prediction).toMatchObject({ source: 'remote', score: local!.prediction.score });
    expect(local!.prediction.source).toBe('local');
  });

  it('has nothing that axe finds, in either theme', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await watched.violations(), colorScheme).toEqual([]);
    }
    expect(watched.complaints).toEqual([]);
  });

  it('answers without a network, also when it is opened anew, and counts what waits', async () => {
    await eventually(async () => expect(await account()).toMatchObject({ answered: 1, stored: 1 }));
    await context.setOffline(true);
    await install.kill();
    await page.reload();
    await says('No network');
    await says(/The model is in this browser/);
    await button('10 random flights').click();
    await answers(12);
    await page.reload();
    await button('10 random flights').click();
    await answers(22);
    await eventually(async () => expect(await account()).toMatchObject({ answered: 21, stored: 1, queued: 20 }));
    await says(/It adds up\. 20 answers .*for the network/);
  });

  it('says in words that a server cannot be asked meanwhile', async () => {
    await choose('The server');
    await button('Predict').click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('the edge cannot be reached');
    await choose('This browser');
  });

  it('has every answer stored once the network is back, each of them once', async () => {
    install = await install.again();
    await context.setOffline(false);
    await says('Online');
    await says('✓ It adds up. Every record has arrived.');
    expect(await account()).toEqual({ answered: 21, stored: 21, queued: 0, dropped: 0, 'sampled out': 0 });
    const ids = (await kept()).map(({ prediction }) => prediction.id);
    const query = `query ($deployment: ID!) { predictions(deployment: $deployment, trust: DEVICE, first: 100) { edges { node { id } } } }`;
    await eventually(async () => {
      const { edges } = await ask(install, 'viewer', query, { deployment: DEPLOYMENT });
      const stored = edges.map(({ node }: any) => node.id.split(':').at(-1));
      expect(new Set(stored)).toEqual(new Set(ids));
      expect(stored.length).toBe(22);
    });
  });

  it('tells the server what became of a flight', async () => {
    await page
      .getByRole('group', { name: /^What became of/ })
      .first()
      .getByRole('button', { name: 'late' })
      .click();
    await says('was late');
    const [{ prediction }] = (await kept()) as [Kept];
    const query = 'query ($id: ID!) { prediction(id: $id) { outcome { value } } }';
    await eventually(
      async () =>
        expect(await ask(install, 'viewer', query, { id: `tiffin:default:prediction:${prediction.id}` })).toEqual({
          outcome: { value: 1 },
        }),
      60_000,
    );
  });
});
