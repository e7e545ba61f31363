import type { Page } from 'playwright-core';
import { settled } from './console-pages.ts';

/** What a page tells, as far as a part that is away must not change it. */
export interface Shown {
  /** How many values are on the page. */
  readonly values: number;
  /** Where it says that there is nothing. */
  readonly nothing: readonly string[];
  /** The subgraphs that it names as away. */
  readonly away: readonly string[];
  readonly refused: readonly string[];
}

export async function shownAt(page: Page, address: string): Promise<Shown> {
  await page.goto(address, { waitUntil: 'load' });
  await page.locator('h1').waitFor();
  await settled(page);
  const lines = (await page.locator('main').innerText()).split('\n');
  return {
    values: await page.locator('main :is(td, dd, .timeline li)').count(),
    nothing: lines.filter((line) => /^(No |Nothing|Nobody|There is no)/.test(line)),
    away: lines.flatMap((line) => /^The (\w+) subgraph is away/.exec(line)?.slice(1) ?? []),
    refused: (await page.locator('.notice.bad').allInnerTexts()).map((text) => text.replace(/\n+request .*$/, '')),
  };
}

/** What is away is not known: it must neither be called nothing nor be refused. */
export const falsehoods = (shown: Shown, before: Shown): readonly string[] => [
  ...shown.nothing.filter((line) => !before.nothing.includes(line)),
  ...shown.refused.filter((text) => !before.refused.includes(text)),
];
