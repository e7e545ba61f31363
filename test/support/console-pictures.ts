import { join } from 'node:path';
import { settled, SIZES } from './console-pages.ts';
import type { TestBrowser } from './browser.ts';

interface Picture {
  readonly name: string;
  readonly path: string;
  /** What is there once its data has come. */
  readonly words: string;
  readonly height: number;
  readonly size?: keyof typeof SIZES;
}

/** What the docs show of the console. */
const PICTURES: readonly Picture[] = [
  { name: 'deployment', path: 'deployment/flight-delay@production', words: 'revision', height: 760 },
  { name: 'inbox', path: 'inbox?of=anybody', words: 'waits for an approver', height: 420 },
  {
    name: 'try',
    path: 'try/flight-delay@production?in.flight=mine&in.origin=ATL&in.destination=ORD&in.distance=606&in.hour=18&in.dow=5',
    words: 'The same at an edge',
    height: 760,
  },
  {
    name: 'lineage',
    path: 'lineage?focus=tiffin:default:model-version:flight-delay@1&depth=3',
    words: 'origin_delays@1',
    height: 560,
  },
  { name: 'monitoring', path: 'monitoring', words: 'AUC by day', height: 900 },
  { name: 'phone', path: 'model/flight-delay@1', words: 'Golden rows', height: 760, size: 'phone' },
];

const THEMES = ['light', 'dark'] as const;
/** The name of a picture's file: the light one is the one without a word. */
export const fileOf = (name: string, theme: (typeof THEMES)[number]): string =>
  `console-${name}${theme === 'light' ? '' : '-dark'}.png`;

/** Each picture in both themes. */
export const pictureFiles = (): readonly string[] =>
  PICTURES.flatMap(({ name }) => THEMES.map((theme) => fileOf(name, theme)));

/** Makes them all in a folder, as a developer sees the pages. */
export async function takePictures(browser: TestBrowser, graphUrl: string, folder: string): Promise<void> {
  for (const theme of THEMES) {
    for (const { name, path, words, height, size = 'desk' } of PICTURES) {
      const viewport = { width: size === 'desk' ? 1180 : SIZES[size].width, height };
      const { page } = await browser.open(`${graphUrl}/console/${path}`, { viewport, colorScheme: theme });
      await page.getByText(words).first().waitFor();
      await settled(page);
      await page.screenshot({ path: join(folder, fileOf(name, theme)) });
      await page.context().close();
    }
  }
}
