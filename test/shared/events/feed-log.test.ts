import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { Outage } from '../../../subgraphs/shared/events/outage.ts';

const away = new DomainError('SUBGRAPH_UNAVAILABLE', "the registry subgraph can't be reached");

function makeOutage(): { outage: Outage; lines: any[] } {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const lines: any[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  return { outage: new Outage({ name: 'registry-deployments', log, quietMs: 30_000 }), lines };
}

it('says at once, and once, why a feed is not followed, and warns of nothing that passes in time', () => {
  const { outage, lines } = makeOutage();
  outage.failed(away);
  vi.advanceTimersByTime(29_000);
  outage.failed(away);
  outage.over();
  expect(lines.map(({ level, msg, why }) => [level, msg, why])).toEqual([
    [30, 'a feed cannot be followed just now', away.message],
    [30, 'a feed is followed again', undefined],
  ]);
});

it('says each other cause when it is first met, before and after the warning', () => {
  const { outage, lines } = makeOutage();
  const locked = new DomainError('UNAVAILABLE', 'the table is locked');
  const refused = new DomainError('FORBIDDEN', 'the feed of registry answered 403');
  for (const error of [away, locked, away, locked]) outage.failed(error);
  vi.advanceTimersByTime(31_000);
  for (const error of [away, refused, locked, refused]) outage.failed(error);
  outage.over();
  outage.failed(away);
  expect(lines.map(({ level, why }) => [level, why])).toEqual([
    [30, away.message],
    [30, locked.message],
    [40, away.message],
    [30, refused.message],
    [30, undefined],
    [30, away.message],
  ]);
});

it('does not fill the log with causes that are new each time', () => {
  const { outage, lines } = makeOutage();
  for (let n = 0; n < 100; n++) outage.failed(new DomainError('UNAVAILABLE', `try ${n} failed`));
  expect(lines).toHaveLength(10);
});

it('says once, in words and without a stack, that a peer stays away, and when it is back', () => {
  const { outage, lines } = makeOutage();
  for (let seconds = 0; seconds < 300; seconds += 5) {
    outage.failed(away);
    vi.advanceTimersByTime(5_000);
  }
  outage.over();
  outage.over();
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    [30, 'a feed cannot be followed just now'],
    [40, 'a feed cannot be followed; it goes on when it can'],
    [30, 'a feed is followed again'],
  ]);
  expect(lines[0]).toMatchObject({
    consumer: 'registry-deployments',
    code: 'SUBGRAPH_UNAVAILABLE',
    why: "the registry subgraph can't be reached",
  });
  expect(JSON.stringify(lines)).not.toContain('stack');
});

it('takes a database that is away like a peer', () => {
  const { outage, lines } = makeOutage();
  outage.failed(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  expect(lines).toMatchObject([{ level: 30, code: 'UNAVAILABLE' }]);
  expect(JSON.stringify(lines)).not.toContain('stack');
});

it('shows our own bugs each time, with their stack', () => {
  const { outage, lines } = makeOutage();
  for (let i = 0; i < 2; i++) outage.failed(new TypeError('undefined is not a function'));
  expect(lines.map(({ err }) => err.stack)).toEqual([
    expect.stringContaining('TypeError'),
    expect.stringContaining('TypeError'),
  ]);
});
