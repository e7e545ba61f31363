import { describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser } from '../../support/browser.ts';
import { person } from '../../support/registry.ts';
import { TestApprovals } from '../../support/release-approval.ts';

const own = new TestApprovals();

describe.runIf(hasChromium())('a dossier in a browser', () => {
  it('prints on A4 with nothing cut off, and becomes a PDF of several pages with its links', async () => {
    const { deployment, releases, versions } = await own.fresh(2, { sharedVersions: false });
    await own.change('promoteRelease', { deployment, release: releases[1]!.id });
    const { modelVersion } = await own.registry.ask(
      person('viewer'),
      `{ modelVersion(id: "${versions[1]}") { dossier } }`,
    );
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 794 - 106, height: 1000 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.setContent(modelVersion.dossier);
    await page.emulateMedia({ media: 'print' });
    const tooWide = await page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map(({ tagName, textContent }) => `${tagName} ${textContent?.slice(0, 40)}`),
    );
    expect(tooWide).toEqual([]);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    const text = pdf.toString('latin1');
    expect(text.slice(0, 5)).toBe('%PDF-');
    expect(text.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(1);
    expect(text).toMatch(/\/MediaBox \[0 0 59[45]\S* 84[12]\S*\]/);
    expect(text).toContain('/Subtype /Link');
    expect(asked).toEqual([]);
  });
});
