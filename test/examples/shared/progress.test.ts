import { describe, expect, it } from 'vitest';
import { Progress } from '../../../examples/shared/progress.ts';

function told(isTTY: boolean, steps: readonly (readonly [ms: number, by: number])[]): string[] {
  let now = 0;
  const written: string[] = [];
  const output = { isTTY, write: (text: string) => written.push(text) };
  const progress = new Progress({ label: 'replay', total: 1_000, unit: 'flights' }, output, () => now);
  for (const [ms, by] of steps) {
    now += ms;
    progress.advance(by);
  }
  now += 1_000;
  progress.finish();
  return written;
}

describe('progress', () => {
  it('tells rate and time left, at most every five seconds, outside a terminal', () =>
    expect(
      told(false, [
        [1_000, 10],
        [4_500, 100],
        [1_000, 10],
      ]),
    ).toEqual(['replay: 110 of 1000 flights, 20/s, 45 s left\n', 'replay: 120 flights in 7.5 s (16/s)\n']));

  it('rewrites its line on a terminal', () =>
    expect(told(true, [[300, 2]])).toEqual([
      '\r\u001b[Kreplay: 2 of 1000 flights, 6.7/s, 2 min 30 s left',
      '\r\u001b[Kreplay: 2 flights in 1.3 s (1.5/s)\n',
    ]));
});
