import { expect, it } from 'vitest';
import { HELP, readCommandLine } from '../../install/command-line.ts';

it('leaves the variables as they are, but for --empty and --example', () => {
  expect(readCommandLine([], { PORT: '1' })).toEqual({ PORT: '1' });
  expect(readCommandLine(['--empty'], { PORT: '1' })).toEqual({ PORT: '1', TIFFIN_EXAMPLE: 'false' });
  expect(readCommandLine(['--example', 'parcels'], {})).toEqual({ TIFFIN_EXAMPLE: 'parcels' });
  expect(() => readCommandLine(['--empty', '--example', 'parcels'], {})).toThrow(/exclude each other/);
});

it('starts nothing when it is asked for help, which names every option', () => {
  expect(readCommandLine(['--help'], {})).toBeUndefined();
  for (const option of ['--empty', '--example', '--help']) expect(HELP).toContain(option);
});

it.each([['--emty'], ['empty']])('says what is allowed instead of %s', (argument) => {
  expect(() => readCommandLine([argument], {})).toThrow(/emp?ty'?.*Allowed: --empty, --example, --help/);
});
