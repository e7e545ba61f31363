import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { WatchedPage } from './browser.ts';

// Read, not imported: it leads to all components, which only the build of the console can read.
const table = readFileSync('console/app/pages.ts', 'utf8');
const namesIn = (pattern: RegExp): readonly string[] => [...table.matchAll(pattern)].map(([, name = '']) => name);

/** First parts of addresses: all that the router knows. */
export const ROUTES = namesIn(/^ {2}'?([\w-]*)'?: \(\) => import\(/gm);

/** Those that stand beside every page. */
const PLACES = new Set(namesIn(/\bpath: '([\w-]*)'/g));
/** Lists that stand below a place, and what needs more than a name. */
const ADDRESSES: Readonly<Record<string, string>> = {
  '': '/console',
  predictions: '/console/predictions',
  receivers: '/console/receivers',
  open: '/console/open?id=tiffin:default:endpoint:nothing',
};

/** An address of every page; of those of one thing, that of a thing that is not there. */
export const addressesOfNothing = (): readonly string[] =>
  ROUTES.map((route) => ADDRESSES[route] ?? `/console/${route}${PLACES.has(route) ? '' : '/nothing'}`);

/** The route that an address leads to. */
export const routeOf = (address: string): string => address.split(/[/?]/)[2] ?? '';

export const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 800 } } as const;

/** Each pair of theme, size and user stands in one of them. */
export const LOOKS = [
  { theme: 'light', size: 'desk', user: 'viewer' },
  { theme: 'light', size: 'phone', user: 'approver' },
  { theme: 'dark', size: 'desk', user: 'approver' },
  { theme: 'dark', size: 'phone', user: 'viewer' },
] as const;
export type Look = (typeof LOOKS)[number];

/** How a browser is opened for a look. */
export const optionsOf = ({ theme, size, user }: Look) => ({
  user,
  viewport: SIZES[size],
  colorScheme: theme,
});

/** Waits until every part of the page has its answer. */
export const settled = (page: Page): Promise<void> =>
  vi.waitFor(
    async () => expect(await page.locator('[aria-busy=true], main > .skeleton, .page > .skeleton').count()).toBe(0),
    { timeout: 30_000, interval: 50 },
  );

/** Goes to an address and holds the page against what all pages keep to. */
export async function expectGood(opened: WatchedPage, url: string, words?: string): Promise<void> {
  await expectWhole(opened, url, words);
  expect(await opened.violations(), url).toEqual([]);
}

/** The same without axe: of pages that it has seen in this state. */
export async function expectWhole({ page, complaints }: WatchedPage, url: string, words?: string): Promise<void> {
  await page.goto(url);
  await page.locator('h1').waitFor();
  if (words !== undefined) await page.getByText(words).first().waitFor();
  await settled(page);
  const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect(over, `${url} is wider than the screen`).toBeLessThanOrEqual(0);
  expect(complaints, url).toEqual([]);
}
