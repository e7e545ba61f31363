import { expect, it, onTestFinished, vi } from 'vitest';
import { DomainError } from '../../../core/errors.ts';
import { Changes, type Change } from '../../../subgraphs/shared/events/changes.ts';
import type { FeedSource } from '../../../subgraphs/shared/events/feed.ts';
import { sharedFeed } from '../../../subgraphs/shared/events/shared-feed.ts';
import { MemoryFeed } from '../../gateway/fixture/memory-feed.ts';

const away = new DomainError('SUBGRAPH_UNAVAILABLE', 'it is away');

/** A feed that can be taken away and brought back. */
function fallible(feed: MemoryFeed): { read: FeedSource; isAway: boolean } {
  const source = {
    isAway: false,
    read: (async (after, waitMs, signal) => {
      if (source.isAway) throw away;
      return feed.read(after, waitMs, signal);
    }) satisfies FeedSource as FeedSource,
  };
  return source;
}

/** A subscriber who leaves with the test. */
function follow(changes: Changes, after?: string): { next(): Promise<Change | undefined>; event(): Promise<string> } {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const actor = { subject: 'user:x', kind: 'user', roles: [], scopes: [], project: 'default' } as const;
  const subscription = { lastEventId: undefined, signal: gone.signal };
  const told = changes.follow({ actor, requestId: 'r', subscription }, { after, matches: () => true });
  const next = async (): Promise<Change | undefined> => (await told.next()).value ?? undefined;
  return {
    next,
    event: async () => {
      let change = await next();
      while (change && !change.event) change = await next();
      return change?.event?.asset.name ?? 'the end';
    },
  };
}

it('tells of all feeds, with a place in each, while one of them is away and when it is back', async () => {
  const alerts = new MemoryFeed('alert');
  const models = new MemoryFeed('model');
  const registry = fallible(models);
  registry.isAway = true;
  const subscriber = follow(new Changes({ monitoring: alerts.read, registry: registry.read }));
  expect(await subscriber.next()).toEqual({ cursor: 'monitoring:0-0', event: undefined });
  alerts.tell('one');
  expect(await subscriber.event()).toBe('one');
  registry.isAway = false;
  // It begins where its feed ends when it is back.
  expect(await subscriber.next()).toEqual({ cursor: 'monitoring:1-1,registry:0-0', event: undefined });
  models.tell('two');
  expect(await subscriber.event()).toBe('two');
});

it('goes on in each feed from its own place, and loses nothing of one that was away', async () => {
  const alerts = new MemoryFeed('alert');
  const models = new MemoryFeed('model');
  const registry = fallible(models);
  const changes = new Changes({ monitoring: alerts.read, registry: registry.read });
  registry.isAway = true;
  models.tell('old');
  models.tell('missed');
  alerts.tell('seen');
  const subscriber = follow(changes, 'monitoring:1-1,registry:1-1');
  alerts.tell('new');
  expect(await subscriber.event()).toBe('new');
  registry.isAway = false;
  expect(await subscriber.event()).toBe('missed');
});

it('throws when no feed can be read, at the beginning and later', async () => {
  const alerts = new MemoryFeed('alert');
  const monitoring = fallible(alerts);
  const changes = new Changes({ monitoring: monitoring.read });
  monitoring.isAway = true;
  await expect(follow(changes).next()).rejects.toBe(away);
  monitoring.isAway = false;
  const subscriber = follow(changes);
  await subscriber.next();
  const waiting = subscriber.event();
  monitoring.isAway = true;
  alerts.tell('last');
  expect(await waiting).toBe('last');
  await expect(subscriber.event()).rejects.toBe(away);
});

it('tells nothing that another subgraph owns', async () => {
  const models = new MemoryFeed('model');
  const alerts = new MemoryFeed('alert');
  const subscriber = follow(
    new Changes({ monitoring: models.read, registry: alerts.read }),
    'monitoring:0-0,registry:0-0',
  );
  models.tell('not by monitoring');
  const first = await subscriber.next();
  const second = await subscriber.next();
  expect([first?.event, second?.event]).toEqual([undefined, undefined]);
  expect(second?.cursor).toBe('monitoring:1-1,registry:0-0');
});

it('reads once for all who wait behind the same place, until the last of them has gone', async () => {
  const feed = new MemoryFeed('alert');
  const signals: AbortSignal[] = [];
  const shared = sharedFeed((after, waitMs, signal) => {
    if (signal) signals.push(signal);
    return feed.read(after, waitMs, signal);
  });
  const readers = [new AbortController(), new AbortController()];
  const pages = readers.map(({ signal }) => shared('0-0', 60_000, signal));
  expect(feed.reads).toBe(1);
  readers[0]!.abort();
  await expect(pages[0]).rejects.toThrow('aborted');
  expect(signals[0]!.aborted).toBe(false);
  feed.tell('one');
  expect((await pages[1])!.events.map(({ asset }) => asset.name)).toEqual(['one']);
  const last = new AbortController();
  const waiting = shared('1-1', 60_000, last.signal);
  last.abort();
  await expect(waiting).rejects.toThrow('aborted');
  await vi.waitFor(() => expect(signals[1]!.aborted).toBe(true), 20_000);
});
