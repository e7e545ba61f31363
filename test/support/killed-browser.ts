import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { vi } from 'vitest';
import { atEnd } from './at-end.ts';
import { CHROMIUM, launchOptions } from './browser.ts';

/** A browser that can be killed as a whole, as a phone kills one: nothing of it gets to say anything. */
export class KillableBrowser {
  readonly #child: ChildProcess;
  readonly context: BrowserContext;

  private constructor(child: ChildProcess, context: BrowserContext) {
    this.#child = child;
    this.context = context;
  }

  static async start(profile: string): Promise<KillableBrowser> {
    const args = ['--headless=new', '--no-sandbox', '--no-first-run', '--remote-debugging-port=0'];
    const portFile = join(profile, 'DevToolsActivePort');
    // That of a browser that was killed.
    rmSync(portFile, { force: true });
    // A process group of its own: what it starts goes with it.
    const child = spawn(CHROMIUM, [...args, `--user-data-dir=${profile}`], {
      stdio: 'ignore',
      detached: true,
      env: launchOptions().env as Record<string, string>,
    });
    atEnd(() => killed(child));
    const port = await vi.waitUntil(
      () => (existsSync(portFile) ? readFileSync(portFile, 'utf8').split('\n')[0] : undefined) || undefined,
      { timeout: 60_000, interval: 100 },
    );
    // One that has just started may leave a first connection without an answer.
    const connect = (): Promise<Browser> => chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: 10_000 });
    const browser = await vi.waitFor(connect, { timeout: 60_000, interval: 100 });
    const [context] = browser.contexts();
    if (!context) throw new Error('the browser has no context');
    return new KillableBrowser(child, context);
  }

  kill(): Promise<void> {
    return killed(this.#child);
  }
}

async function killed(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-pid, 'SIGKILL');
  await gone;
}
