import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser } from '../../support/browser.ts';
import { freePort, startInstall, type Install } from '../../support/install.ts';
import { startSignInIssuer, type SignInIssuer } from '../../support/sign-in-issuer.ts';
import { eventually } from '../../support/story.ts';

const SECRET = 'the-secret-of-the-first-administrator';
/** A place that is not where the console begins. */
const PLACE = '/console/search?q=delay';
const NOTHING = 'No asset under this filter';
const ENDED = 'Your session has ended';

describe.skipIf(!hasChromium())('a session in the console', { timeout: 120_000 }, () => {
  let install: Install;
  let issuer: SignInIssuer;
  let browser: TestBrowser;
  beforeAll(async () => {
    issuer = await startSignInIssuer();
    const port = await freePort();
    install = await startInstall({
      readyMs: 150_000,
      ports: [port, await freePort()],
      env: {
        MODE: 'production',
        HOST: '127.0.0.1',
        TIFFIN_EDGE: 'false',
        TIFFIN_BOOTSTRAP_SECRET: SECRET,
        OIDC_ISSUER: issuer.url,
        OIDC_AUDIENCE: 'tiffin',
        OIDC_JWKS_URL: `${issuer.url}/keys`,
        OIDC_CLIENT_ID: 'console',
        TIFFIN_PUBLIC_URL: `http://127.0.0.1:${port}`,
      },
    });
    atEnd(() => install.stop());
    browser = await startBrowser();
  }, 180_000);

  const placeOf = (page: Page): string => page.url().slice(install.graphUrl.length);

  it('that has ended says so, and leads through the issuer back to where it was', async () => {
    const { page, violations } = await browser.open(install.graphUrl + PLACE);
    await page.getByText('Sign in to see what serves').waitFor();
    issuer.givesTokensFor(15);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByText(NOTHING).waitFor();
    expect(placeOf(page)).toBe(PLACE);

    // Whoever looks at something else is told; what is in the address by then is where they come back to.
    const kind = page.getByRole('button', { name: 'model', exact: true });
    await eventually(async () => {
      if ((await kind.count()) > 0) await kind.click({ timeout: 1_000 });
      expect(await page.getByText(ENDED).count()).toBe(1);
    }, 40_000);
    expect(await page.getByText(NOTHING).count()).toBe(0);
    expect(await violations()).toEqual([]);
    const left = placeOf(page);
    issuer.givesTokensFor(300);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByText(NOTHING).waitFor();
    expect(placeOf(page)).toBe(left);
  });

  it('that begins with a secret leads to the page that was asked for, and says nothing of one before', async () => {
    const { page } = await browser.open(install.graphUrl + PLACE);
    await page.getByText('With a token, or the secret of the first administrator').click();
    expect(await page.getByText(ENDED).count()).toBe(0);
    await page.getByLabel('Token or secret').fill(SECRET);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByText(NOTHING).waitFor();
    expect(placeOf(page)).toBe(PLACE);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Sign in to see what serves').waitFor();
  });
});
