import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { atEnd } from '../../support/at-end.ts';
import { freePort } from '../../support/install.ts';
import type { DrivenPage } from '../../support/driven-page.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../edge/support/edge-process.ts';
import { WebDriverSession } from './web-driver.ts';

const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const DRIVER = '/usr/bin/WebKitWebDriver';
const SCREEN = '/usr/bin/Xvfb';

export const webKitIsThere = (): boolean => [BROWSER, DRIVER, SCREEN].every((path) => existsSync(path));

/** WebKitGTK's own small browser, on a screen that nobody sees. It keeps nothing from one start to the next. */
export async function startWebKit(): Promise<DrivenPage> {
  const home = temporaryFolder('webkit');
  const display = await startScreen();
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    DISPLAY: `:${display}`,
    GDK_BACKEND: 'x11',
    HOME: home,
    XDG_RUNTIME_DIR: home,
    // As Chromium's --no-sandbox: containers allow none.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  };
  started(spawn(DRIVER, [`--port=${port}`], { stdio: 'ignore', env }));
  const url = `http://127.0.0.1:${port}`;
  await until(
    'its driver answers',
    () =>
      fetch(`${url}/status`).then(
        ({ ok }) => ok,
        () => false,
      ),
    20_000,
  );
  const session = await WebDriverSession.start(url, {
    'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation'] },
  });
  return {
    open: (address) => session.open(address),
    evaluate: (expression) => session.evaluate(expression),
    // It has no switch for it: who takes the network away takes every server away.
    setOffline: () => Promise.resolve(),
    close: () => session.close(),
  };
}

/** The number of a new screen. */
async function startScreen(): Promise<string> {
  const screen = started(
    spawn(SCREEN, ['-displayfd', '1', '-screen', '0', '800x600x24'], { stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  return new Promise((resolve, reject) => {
    screen.once('error', reject);
    screen.stdout?.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
  });
}

function started<C extends ChildProcess>(child: C): C {
  atEnd(() => child.kill());
  return child;
}
