import { existsSync } from 'node:fs';
import type { DrivenPage } from '../../support/driven-page.ts';

export const FIREFOX = '/usr/bin/firefox-esr';
const DRIVER = `${import.meta.dirname}/node_modules/puppeteer-core/lib/puppeteer/puppeteer-core.js`;

/** What is used of puppeteer-core, which lies in a folder of its own. */
interface Puppeteer {
  launch(options: object): Promise<{
    newPage(): Promise<{
      goto(url: string): Promise<unknown>;
      evaluate(expression: string): Promise<unknown>;
      setOfflineMode(isOffline: boolean): Promise<void>;
    }>;
    process(): { readonly pid?: number } | null;
    close(): Promise<void>;
  }>;
}

export interface KillablePage extends DrivenPage {
  /** Kills every process of the browser at once. */
  kill(): void;
}

export const firefoxIsThere = (): boolean => existsSync(FIREFOX) && existsSync(DRIVER);

/** Stock Firefox with a profile, driven by WebDriver BiDi. */
export async function startFirefox(profile: string): Promise<KillablePage> {
  const { default: puppeteer } = (await import(DRIVER)) as { default: Puppeteer };
  const browser = await puppeteer.launch({
    browser: 'firefox',
    protocol: 'webDriverBiDi',
    executablePath: FIREFOX,
    headless: true,
    userDataDir: profile,
  });
  const page = await browser.newPage();
  const pid = browser.process()?.pid;
  return {
    open: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    setOffline: (isOffline) => page.setOfflineMode(isOffline),
    close: () => browser.close(),
    kill: () => {
      if (pid === undefined) throw new Error('Firefox has no process');
      // It leads a group of its own.
      process.kill(-pid, 'SIGKILL');
    },
  };
}
