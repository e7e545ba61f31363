import { expect, it } from 'vitest';
import { Turns } from '../../subgraphs/shared/turns.ts';

const LIMIT_MS = 10_000;

it('work that goes on for long lets others have their turn in between', async () => {
  const heard: number[] = [];
  const hear = (): void => {
    if (heard.push(performance.now()) < 3) setImmediate(hear);
  };
  setImmediate(hear);
  const turns = new Turns();
  for (const since = performance.now(); heard.length < 3 && performance.now() - since < LIMIT_MS;) await turns.pass();
  expect(heard).toHaveLength(3);
});
