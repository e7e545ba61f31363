import { expect, it } from 'vitest';
import { summaryOf } from '../../console/ui/prose.tsx';

it.each([
  ['# champion\n\nBoosted trees, January.\n\n- Learner: trees', 'Boosted trees, January.'],
  ['One line', 'One line'],
  ['# only a heading', 'only a heading'],
  ['- a list\n- of two', 'a list'],
  ['\n', ''],
])('a card of many lines is its first paragraph in a table: %j', (card, line) => {
  expect(summaryOf(card)).toBe(line);
});
