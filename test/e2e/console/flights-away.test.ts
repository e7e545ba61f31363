import { tmpdir } from 'node:os';
import type { Page, Response } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApart, SUBGRAPHS, type ApartInstall } from '../../support/apart.ts';
import { atEnd } from '../../support/at-end.ts';
import { hasChromium, startBrowser, type TestBrowser, type WatchedPage } from '../../support/browser.ts';
import { makePlans, pagesOfFlights } from '../../support/console-flights.ts';
import { expectWhole, settled, SIZES } from '../../support/console-pages.ts';
import { runFlights } from '../../support/flights.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const DAYS = ['--from', '2001-01-22', '--days', '2', '--share', '0.05'];
/** What the page says of things that are not there. Of a part that is away nobody knows. */
const NOT_THERE = /There (?:is|are) no\b|\bNo [a-z ]+ yet\b|\bNothing\b|\bnobody named\b|\bwas never\b/g;
/** What is looked at on a phone as well: one page of a thing of each part, and what is made of all of them. */
const ON_PHONE = [
  '/console',
  '/console/inbox?of=anybody',
  '/console/deployment/flight-delay@production',
  '/console/model/flight-delay@1',
  '/console/feature/origin_delays@1/late_share_3h',
  '/console/experiment/trees-or-logistic',
  '/console/monitoring',
  '/console/edge-node/edge-1',
];
/** Part that is away → page → what the others keep on it. */
const KEPT: Readonly<Record<(typeof SUBGRAPHS)[number], Readonly<Record<string, string>>>> = {
  feature: {
    '/console/feature/origin_delays@1/late_share_3h': 'flight-delay@production',
    '/console/feature-service/flight_delay@1': 'Models that read it',
    '/console/inbox?of=anybody': 'waits for an approver',
    '/console/monitoring': 'AUC by day',
  },
  registry: {
    '/console/feature-view/origin_delays@1': 'late_share_3h',
    '/console/experiment/trees-or-logistic': 'Too early to say',
    '/console/alerts': 'score-drift',
    '/console/edge-node/edge-1': 'Every answer is accounted for',
  },
  experiment: {
    '/console/deployment/flight-delay@production': 'revision',
    '/console/lineage?focus=tiffin:default:model-version:flight-delay@1&depth=3': 'origin_delays@1',
    '/console/monitoring': 'AUC by day',
  },
  monitoring: {
    '/console/deployment/flight-delay@production': 'revision',
    '/console/experiment/trees-or-logistic': 'logistic',
    '/console/model/flight-delay@1': 'Golden rows',
    '/console/audit?of=FEATURE': 'training-set.create',
  },
};

describe.skipIf(!hasChromium())('the console on the flights while a part is away', () => {
  let install: ApartInstall;
  let browser: TestBrowser;
  let pages: Readonly<Record<string, string>>;
  /** What each page says is not there while all parts are. */
  const whole = new Map<string, Said>();
  beforeAll(async () => {
    const env = { SUBGRAPH_TIMEOUT_MS: '5000', TIFFIN_SOURCE_DIRS: tmpdir() };
    install = await startApart({ database: await createTestDatabase(), env });
    atEnd(() => install.stop());
    const folder = temporaryFolder('flights');
    for (const [command, more] of [
      ['setup', []],
      ['replay', DAYS],
    ] as const) {
      const { code, text } = await runFlights(command, install, folder, more).ended;
      expect(code, text).toBe(0);
    }
    await makePlans(install);
    pages = await pagesOfFlights(install);
    browser = await startBrowser();
    const { page } = await browser.open(`${install.graphUrl}/console`, { user: 'viewer', viewport: SIZES.desk });
    for (const path of Object.keys(pages)) {
      await page.goto(`${install.graphUrl}${path}`);
      await page.locator('h1').waitFor();
      await settled(page);
      whole.set(path, await saidOn(page));
    }
  }, 400_000);

  it.each(SUBGRAPHS)(
    'names %s once where only it knows, keeps what the others answer, and takes nothing for not there',
    async (name) => {
      await install.parts[name].end('SIGKILL');
      try {
        for (const [size, paths] of [
          ['desk', Object.keys(pages)],
          ['phone', ON_PHONE],
        ] as const) {
          const opened = await browser.open(`${install.graphUrl}/console`, { user: 'viewer', viewport: SIZES[size] });
          const missed = watchMissed(opened);
          for (const path of paths) {
            missed.forget();
            await expectWhole(opened, `${install.graphUrl}${path}`, KEPT[name][path]);
            const parts = await missed.parts();
            const others = parts.filter((part) => part !== name);
            expect.soft(others, path).toEqual([]);
            const said = await saidOn(opened.page);
            const notices = await opened.page.getByText('subgraph is away').allTextContents();
            const before = whole.get(path)!;
            const made = said.notThere.filter((words) => !before.notThere.includes(words));
            expect.soft(made, path).toEqual([]);
            if (parts.length > 0) {
              expect.soft(notices, path).toEqual([`The ${name} subgraph is away. What only it knows is not shown.`]);
              expect.soft(await opened.violations(), path).toEqual([]);
            } else {
              // As it is with all parts, which other tests hold against axe.
              expect.soft(notices, path).toEqual([]);
              expect.soft(said.panels, path).toEqual(before.panels);
            }
          }
          expect(missed.seen(), 'pages that missed it').toBeGreaterThan(1);
          await opened.page.context().close();
        }
      } finally {
        await install.startAgain(name);
      }
    },
    300_000,
  );
});

interface Said {
  readonly panels: readonly string[];
  readonly notThere: readonly string[];
}

async function saidOn(page: Page): Promise<Said> {
  const text = await page.locator('main .page').innerText();
  const panels = await page.locator('main section.panel > header > h2').allTextContents();
  return { panels, notThere: [...text.matchAll(NOT_THERE)].map(([words]) => words) };
}

/** Which parts of the install answers named as away. */
function watchMissed({ page }: WatchedPage) {
  let answers: Promise<readonly string[]>[] = [];
  let count = 0;
  page.on('response', (response) => {
    if (response.url().endsWith('/console/graphql')) answers.push(partsIn(response));
  });
  return {
    forget: () => (answers = []),
    seen: () => count,
    parts: async (): Promise<readonly string[]> => {
      const parts = [...new Set((await Promise.all(answers)).flat())];
      if (parts.length > 0) count++;
      return parts;
    },
  };
}

async function partsIn(response: Response): Promise<readonly string[]> {
  if (!response.headers()['content-type']?.includes('json')) return [];
  const { errors = [] } = await response.json().catch(() => ({}));
  return errors.flatMap(({ extensions }: any) => extensions?.subgraph ?? []);
}
