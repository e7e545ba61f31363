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

it('says nothing of a peer that comes up in time', () => {
  const { outage, lines } = makeOutage();
  outage.failed(away);
  vi.advanceTimersByTime(29_000);
  outage.failed(away);
  outage.over();
  expect(lines).toEqual([]);
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
  expect(lines).toEqual([]);
});

it('shows our own bugs each time, with their stack', () => {
  const { outage, lines } = makeOutage();
  for (let i = 0; i < 2; i++) outage.failed(new TypeError('undefined is not a function'));
  expect(lines.map(({ err }) => err.stack)).toEqual([
    expect.stringContaining('TypeError'),
    expect.stringContaining('TypeError'),
  ]);
});
