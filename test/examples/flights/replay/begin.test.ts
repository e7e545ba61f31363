import { describe, expect, it } from 'vitest';
import { beginningOf } from '../../../../examples/flights/replay/begin.ts';
import { newCheckpoint, type Checkpoint } from '../../../../examples/flights/replay/checkpoint.ts';
import { readOptions, type ReplayArguments } from '../../../../examples/flights/replay/options.ts';

const INSTALL = '2026-01-01T00:00:00.000Z';
const ms = (text: string): number => Date.parse(`${text}:00:00Z`);
const open = [{ predictionId: '01900000-0000-7000-8000-000000000000', knownMs: ms('2001-01-25T03'), late: true }];
const last: Checkpoint = {
  ...newCheckpoint({ deploymentCreatedAt: INSTALL, fromMs: ms('2001-01-22T00'), share: 0.1 }),
  nextMs: ms('2001-01-25T02'),
  answered: 500,
  open,
};
const begin = (given: ReplayArguments, checkpoint: Checkpoint | undefined = last, install = INSTALL) =>
  beginningOf(readOptions(given), checkpoint, install);

describe('where a replay begins', () => {
  it('is the first day of the reference where there was none before, with all flights', () =>
    expect(beginningOf(readOptions({ days: '2' }), undefined, INSTALL)).toEqual({
      checkpoint: newCheckpoint({ deploymentCreatedAt: INSTALL, fromMs: ms('2001-01-22T00'), share: 1 }),
      toMs: ms('2001-01-24T00'),
      resumed: false,
      note: '',
    }));

  it.each<[string, ReplayArguments, string]>([
    ['nothing is said', {}, '2001-07-01T00'],
    ['the same command is given again', { from: '2001-01-22', days: '7', share: '0.1' }, '2001-01-29T00'],
    ['an end is given', { to: '2001-02-01T06' }, '2001-02-01T06'],
  ])('is where the last one stands when %s', (_, given, to) =>
    expect(begin(given)).toEqual({
      checkpoint: last,
      toMs: ms(to),
      resumed: true,
      note: 'going on at 2001-01-25 02:00',
    }),
  );

  it('is later when a later day is named; what the last one still owes is taken along', () =>
    expect(begin({ from: '2001-02-12', share: '1' })).toMatchObject({
      checkpoint: { fromMs: ms('2001-02-12T00'), nextMs: ms('2001-02-12T00'), share: 1, answered: 0, open },
      resumed: false,
    }));

  it('is anew, and says so, when the last one was of another install', () =>
    expect(begin({ from: '2001-01-23' }, last, '2026-02-02T00:00:00.000Z')).toMatchObject({
      checkpoint: { fromMs: ms('2001-01-23T00'), open: [], deploymentCreatedAt: '2026-02-02T00:00:00.000Z' },
      resumed: false,
      note: 'the last replay was of another install; this one begins anew',
    }));

  it.each<[string, ReplayArguments, RegExp]>([
    ['an earlier day', { from: '2001-01-23' }, /2001-01-22 00:00 to 2001-01-25 02:00 has been replayed, and time goes/],
    [
      'another share',
      { share: '0.2' },
      /a replay of 0\.1 of the flights stands at 2001-01-25 02:00: go on with --share 0\.1/,
    ],
    [
      'an end that is reached',
      { days: '3' },
      /has been replayed already: --to or --days \(counted from 2001-01-22 00:00\)/,
    ],
  ])('is refused for %s', (_, given, message) => expect(() => begin(given)).toThrow(message));
});

describe('the options of a replay', () => {
  it('are read as they are written', () =>
    expect(
      readOptions({ from: '2001-02-12T06', to: '2001-02-13', speed: '3600', share: '.5', concurrency: '4' }),
    ).toEqual({
      fromMs: ms('2001-02-12T06'),
      toMs: ms('2001-02-13T00'),
      days: undefined,
      speed: 3_600,
      share: 0.5,
      concurrency: 4,
    }));

  it.each<[ReplayArguments, RegExp]>([
    [{ from: 'yesterday' }, /--from takes a day such as 2001-01-22 or an hour such as 2001-01-22T06 \(UTC\)/],
    [{ from: '2002-01-01' }, /2001-01-01 to 2001-07-01, not "2002-01-01"/],
    [{ from: '2001-02-30' }, /--from takes/],
    [{ from: '2001-02-12', to: '2001-02-12' }, /--to 2001-02-12 is not after --from 2001-02-12/],
    [{ to: '2001-02-12', days: '3' }, /give one of them/],
    [{ days: '0' }, /--days takes a number above 0 and at most 181, not "0"/],
    [{ speed: 'fast' }, /--speed takes "max" or a number above 0/],
    [{ share: '1.5' }, /--share takes a number above 0 and at most 1, not "1.5"/],
    [{ share: '' }, /--share takes/],
    [{ concurrency: '1.5' }, /--concurrency takes a whole number from 1 to 256, not "1.5"/],
  ])('%j are refused', (given, message) => expect(() => readOptions(given)).toThrow(message));
});
