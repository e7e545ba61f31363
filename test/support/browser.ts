import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type LaunchOptions,
  type Page,
} from 'playwright-core';
import { atEnd } from './at-end.ts';
import type { DrivenPage } from './driven-page.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Whether there is a Chromium. Without it: one line, or an error where TIFFIN_REQUIRE asks for `chromium`. */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env['TIFFIN_REQUIRE']?.split(',').includes('chromium')) throw new Error(`${CHROMIUM} is required`);
  console.info(`skipped what needs a browser: there is no ${CHROMIUM}`);
  return false;
}

/** A page that is looked at, with all that its browser complained of. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console, of scripts, and of the content policy. */
  readonly complaints: readonly string[];
  /** What axe finds, with where. */
  readonly violations: () => Promise<readonly string[]>;
}

/** How Chromium is started, with temporary files that are gone with the test file. */
export function launchOptions(): LaunchOptions {
  // The folder of the test file is too long a name for the socket that Chromium puts there.
  const folder = mkdtempSync('/tmp/chromium-');
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return {
    executablePath: CHROMIUM,
    args: ['--no-sandbox'],
    env: { ...process.env, TMPDIR: folder } as Record<string, string>,
  };
}

/** A browser that is gone with the test file. */
export const startBrowser = async (): Promise<TestBrowser> => new TestBrowser(await launchBrowser());

/** The same, to be used as it is. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await chromium.launch(launchOptions());
  atEnd(() => browser.close());
  return browser;
}

/** A browser that keeps what it holds in a folder, from one start to the next. */
export const startProfile = (folder: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, launchOptions());

/** A page of a browser with a profile of its own. */
export async function chromiumPage(): Promise<DrivenPage> {
  const context = await startProfile(temporaryFolder('profile'));
  const page = await context.newPage();
  return {
    open: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    setOffline: (isOffline) => context.setOffline(isOffline),
    close: () => context.close(),
  };
}

export class TestBrowser {
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** A page of a browser without a past, as one of the dev users. */
  async open(
    url: string,
    { user = 'developer', ...options }: BrowserContextOptions & { user?: string } = {},
  ): Promise<WatchedPage> {
    const context = await this.#browser.newContext(options);
    await context.addInitScript(`localStorage.setItem('tiffin.user', '${user}');`);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    return { page, complaints, violations: () => violationsOn(page) };
  }
}

async function violationsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate('axe.run(document)');
  const { violations } = found as {
    violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
