import { expect, it } from 'vitest';
import { commandLine } from '../support/command-line.ts';

const tiffin = commandLine();
const at = ['--graph', 'https://tiffin.example/graphql'];

it.each([
  [[], 'https://tiffin.example/console'],
  [['model:fraud'], 'https://tiffin.example/console/open?id=tiffin%3Adefault%3Amodel%3Afraud'],
  [
    ['tiffin:cards:feature-view:spend@2'],
    'https://tiffin.example/console/open?id=tiffin%3Acards%3Afeature-view%3Aspend%402',
  ],
])('open %j prints the address in the console', async (args, address) => {
  expect(await tiffin(['open', ...args, ...at])).toEqual({ code: 0, out: `${address}\n`, err: '' });
});

it('open refuses what names no kind', async () => {
  const { code, err } = await tiffin(['open', 'fraud@3', ...at]);
  expect([code, err]).toEqual([2, expect.stringContaining('id: "fraud@3" names no kind; write model-version:fraud@3')]);
});
