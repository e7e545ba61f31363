import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeBlock } from '../../core/codec/encode-block.ts';
import { BlockReader } from '../../core/codec/block-reader.ts';
import type { BlockLayout } from '../../core/codec/layout.ts';
import { planOf } from '../../core/windows/plan.ts';
import type { LogSide } from '../../core/windows/state.ts';
import type { Network, NetworkCounts } from '../../core/windows/network.ts';
import type { OnlineEntry, OnlineStore, WindowEntry } from '../../subgraphs/feature/domain/online-store.ts';
import { bruteNetwork, type KeyedEvent } from '../core/windows/network-oracle.ts';
import { KEYS, picking, randomEvent, randomNetworks, START as LOG_START } from '../core/windows/random-network.ts';
import { seededRandom } from '../support/seeded-random.ts';

const LAYOUT: BlockLayout = { schemaVersion: 1, fields: [{ name: 'value', dtype: 'FLOAT64' }] };

interface Wish {
  readonly view?: string;
  readonly key?: string;
  readonly eventMs: number;
  readonly createdMs?: number | null;
  readonly seq?: number;
  readonly ordinal?: number;
  readonly value: number;
  readonly evictAtMs?: number | null;
}

const entry = (wish: Wish): OnlineEntry => ({
  view: wish.view ?? 'default/v@1',
  key: wish.key ?? '["a"]',
  seq: wish.seq ?? 1,
  ordinal: wish.ordinal ?? 0,
  evictAtMs: wish.evictAtMs ?? null,
  block: encodeBlock(
    { eventTimeMs: wish.eventMs, availableTimeMs: wish.createdMs ?? null, values: [wish.value] },
    LAYOUT,
  ),
});

const MINUTE = 60_000;
const WINDOWS = planOf(
  [
    { function: 'COUNT', windowMs: 10 * MINUTE, hopMs: MINUTE, column: null, where: null },
    { function: 'SUM', windowMs: 10 * MINUTE, hopMs: MINUTE, column: { index: 0, dtype: 'FLOAT64' }, where: null },
  ],
  false,
);
const START = 1_000_020_000;

interface EventInput {
  readonly view?: string;
  readonly key?: string;
  readonly eventMs: number;
  readonly seq: number;
  readonly ordinal?: number;
  readonly side?: LogSide;
  readonly value?: number;
}

const happened = (input: EventInput): WindowEntry => ({
  view: input.view ?? 'default/v@1',
  key: input.key ?? '["a"]',
  plan: WINDOWS,
  side: input.side ?? 'PUSHED',
  event: {
    id: null,
    retracted: false,
    eventMs: input.eventMs,
    writtenMs: input.eventMs,
    seq: input.seq,
    ordinal: input.ordinal ?? 0,
    values: [input.value ?? 1],
  },
});

const windowsAt = async (
  held: OnlineStore,
  atMs: number,
  view = 'default/v@1',
  key = '["a"]',
): Promise<readonly unknown[] | null | undefined> => (await held.readWindows([{ view, key, plan: WINDOWS, atMs }]))[0];

/** Ten minutes of who shared a device (value 0), who is bad for an hour (value 1). */
const RING: Network = {
  through: { index: 0, dtype: 'STRING' },
  windowMs: 10 * MINUTE,
  hopMs: MINUTE,
  limit: 3,
  bad: { column: { index: 1, dtype: 'BOOL' }, oneOf: [true], windowMs: 60 * MINUTE, hopMs: MINUTE },
};
const RING_PLAN = planOf([], true, [RING]);

const used = (seq: number, card: string, device: string | null, eventMs: number, more: object = {}): WindowEntry => ({
  view: 'default/v@1',
  key: JSON.stringify([card]),
  plan: RING_PLAN,
  side: 'PUSHED',
  event: {
    id: `e${seq}`,
    retracted: false,
    eventMs,
    writtenMs: eventMs,
    seq,
    ordinal: 0,
    values: [device, null],
    ...more,
  },
});

const ringAt = async (held: OnlineStore, card: string, atMs: number): Promise<NetworkCounts | null | undefined> => {
  const question = { view: 'default/v@1', key: JSON.stringify([card]), plan: RING_PLAN, atMs };
  const [counts] = await held.readNetworks([question]);
  return counts && counts[0];
};

const valueAt = async (held: OnlineStore, view = 'default/v@1', key = '["a"]'): Promise<unknown> => {
  const [block] = await held.read([{ view, key }]);
  const reader = new BlockReader(LAYOUT);
  return block && reader.read(block) === 'OK' ? reader.values[0] : null;
};

/** What every online store promises. `open` gives an empty one that reads the time from `now`. */
export function onlineStoreConformance(name: string, open: (now: () => Date) => Promise<OnlineStore>): void {
  describe(`${name} keeps the promises of an online store`, () => {
    let clock = new Date(1_000_000);
    let store: OnlineStore | undefined;
    const opened = async (): Promise<OnlineStore> => {
      clock = new Date(1_000_000);
      return (store = await open(() => clock));
    };
    afterEach(() => store?.close());

    it('answers null for what it does not have', async () => {
      const held = await opened();
      expect(await held.read([])).toEqual([]);
      expect(await held.read([{ view: 'default/v@1', key: '["nobody"]' }])).toEqual([null]);
      expect(await held.size()).toBe(0);
    });

    it('reads blocks in the order asked for, each as it was written', async () => {
      const held = await opened();
      const written = ['["a"]', '["b"]', '["1","23"]', '["12","3"]'].map((key, i) =>
        entry({ key, eventMs: i, value: i }),
      );
      expect(await held.write(written)).toBe(4);
      const read = await held.read(written.toReversed().map(({ view, key }) => ({ view, key })));
      expect(read.map((block) => block && Buffer.from(block))).toEqual(
        written.toReversed().map(({ block }) => Buffer.from(block)),
      );
    });

    it('keeps view versions and projects apart', async () => {
      const held = await opened();
      await held.write([
        entry({ view: 'default/v@1', eventMs: 1, value: 1 }),
        entry({ view: 'default/v@2', eventMs: 1, value: 2 }),
        entry({ view: 'other/v@1', eventMs: 1, value: 3 }),
      ]);
      expect(await valueAt(held, 'default/v@1')).toBe(1);
      expect(await valueAt(held, 'default/v@2')).toBe(2);
      expect(await valueAt(held, 'other/v@1')).toBe(3);
    });

    it.each([
      ['the newer event', { eventMs: 10 }, { eventMs: 11 }],
      ['the newer event, whatever was created when', { eventMs: 10, createdMs: 99 }, { eventMs: 11, createdMs: 1 }],
      ['the later created', { eventMs: 10, createdMs: 20 }, { eventMs: 10, createdMs: 21 }],
      ['the one that has a created time', { eventMs: 10, createdMs: null }, { eventMs: 10, createdMs: 1 }],
      ['the later place in the log', { eventMs: 10, seq: 5 }, { eventMs: 10, seq: 6 }],
      ['the later place in its segment', { eventMs: 10, seq: 5, ordinal: 1 }, { eventMs: 10, seq: 5, ordinal: 2 }],
      ['the newer event before 1970', { eventMs: -11 }, { eventMs: -10 }],
    ])('keeps %s, in whichever order they come', async (_, older, newer) => {
      for (const rows of [
        [entry({ ...older, value: 1 }), entry({ ...newer, value: 2 })],
        [entry({ ...newer, value: 2 }), entry({ ...older, value: 1 })],
      ]) {
        const one = await opened();
        await one.write(rows);
        expect(await valueAt(one), 'written together').toBe(2);
        await one.close();
        const two = await opened();
        for (const row of rows) await two.write([row]);
        expect(await valueAt(two), 'written one by one').toBe(2);
        await two.close();
      }
    });

    it('is the same after any order and repetition of the same writes', async () => {
      const row = fc.record({
        key: fc.constantFrom('["a"]', '["b"]'),
        eventMs: fc.integer({ min: 0, max: 3 }),
        createdMs: fc.option(fc.integer({ min: 0, max: 2 })),
        seq: fc.integer({ min: 1, max: 3 }),
        ordinal: fc.integer({ min: 0, max: 2 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { minLength: 1, maxLength: 12 }),
          fc.array(fc.nat(), { maxLength: 12 }),
          async (rows, again) => {
            // A place in the log belongs to one row.
            const placed = new Map(rows.map((one) => [`${one.key} ${one.seq} ${one.ordinal}`, one]));
            const entries = [...placed.values()].map((one, i) => entry({ ...one, value: i }));
            const shuffled = [...again.map((i) => entries[i % entries.length]!), ...entries.toReversed()];
            const [a, b] = [await opened(), await open(() => clock)];
            await a.write(entries);
            for (const one of shuffled) await b.write([one]);
            for (const key of ['["a"]', '["b"]'])
              expect(await valueAt(b, 'default/v@1', key)).toBe(await valueAt(a, 'default/v@1', key));
            await a.close();
            await b.close();
          },
        ),
        { numRuns: 60 },
      );
    });

    it('says how many entries it took', async () => {
      const held = await opened();
      expect(await held.write([entry({ eventMs: 10, value: 1 })])).toBe(1);
      expect(await held.write([entry({ eventMs: 9, value: 2 })])).toBe(0);
    });

    it('forgets an entry when its view’s newest event is past its time, and not before', async () => {
      const held = await opened();
      clock = new Date(3_000_000);
      await held.write([
        entry({ eventMs: 10, value: 1, evictAtMs: 2_000_000 }),
        entry({ key: '["for ever"]', eventMs: 10, value: 2 }),
        entry({ key: '["b"]', eventMs: 2_000_000, value: 3 }),
        entry({ view: 'default/w@1', eventMs: 2_500_000, value: 4 }),
      ]);
      expect(await valueAt(held)).toBe(1);
      await held.write([entry({ key: '["b"]', eventMs: 2_000_001, value: 3 })]);
      expect(await valueAt(held)).toBeNull();
      await held.evict();
      expect(await held.size()).toBe(3);
      expect(await valueAt(held, 'default/v@1', '["for ever"]')).toBe(2);
    });

    it('lets no event ahead of the clock push others out', async () => {
      const held = await opened();
      await held.write([
        entry({ eventMs: 10, value: 1, evictAtMs: 1_000_000 }),
        entry({ key: '["b"]', eventMs: 9_000_000, value: 2 }),
      ]);
      expect(await valueAt(held)).toBe(1);
      clock = new Date(1_000_001);
      expect(await valueAt(held)).toBeNull();
    });

    it('does not take what is past its time', async () => {
      const held = await opened();
      await held.write([entry({ key: '["b"]', eventMs: 999_999, value: 2 })]);
      await held.write([entry({ eventMs: 10, value: 1, evictAtMs: 999_998 })]);
      expect(await valueAt(held)).toBeNull();
      expect(await held.size()).toBe(1);
    });

    it('answers windows of nothing for an entity without events', async () => {
      const held = await opened();
      expect(await held.readWindows([])).toEqual([]);
      expect(await windowsAt(held, START)).toEqual([0n, 0]);
      await held.applyWindows([happened({ eventMs: START, seq: 1 })]);
      expect(await windowsAt(held, START, 'default/v@1', '["nobody"]')).toEqual([0n, 0]);
    });

    it('moves windows with the time of the question, and knows nothing of what lies before their newest event', async () => {
      const held = await opened();
      clock = new Date(START + 60 * MINUTE);
      const events = [0, 1, 2].map((i) => happened({ eventMs: START + i * MINUTE, seq: i + 1, value: 10 ** i }));
      expect(await held.applyWindows(events)).toBe(3);
      const times = [2 * MINUTE, 2 * MINUTE + 1, 11 * MINUTE - 1, 11 * MINUTE, 12 * MINUTE, 13 * MINUTE];
      const questions = times.map((ms) => ({ view: 'default/v@1', key: '["a"]', plan: WINDOWS, atMs: START + ms }));
      expect(await held.readWindows(questions)).toEqual([
        [2n, 11],
        [3n, 111],
        [3n, 111],
        [2n, 110],
        [1n, 100],
        [0n, 0],
      ]);
      expect(await windowsAt(held, START + 2 * MINUTE - 1)).toBeNull();
    });

    it('applies each place of the log once, on each side of it', async () => {
      const held = await opened();
      const pushed = happened({ eventMs: START, seq: 5 });
      const loaded = [0, 1].map((ordinal) => happened({ eventMs: START, seq: 3, ordinal, side: 'LOADED', value: 10 }));
      expect(await held.applyWindows([pushed, pushed])).toBe(1);
      expect(await held.applyWindows(loaded)).toBe(2);
      expect(await held.applyWindows([...loaded, pushed, happened({ eventMs: START, seq: 4 })])).toBe(0);
      expect(await held.applyWindows([happened({ eventMs: START - MINUTE, seq: 6, value: 100 })])).toBe(1);
      expect(await windowsAt(held, START + 1)).toEqual([4n, 121]);
    });

    it('keeps the windows of views and entities apart, and from their blocks', async () => {
      const held = await opened();
      await held.write([entry({ eventMs: 1, value: 1 })]);
      await held.applyWindows([
        happened({ eventMs: START, seq: 1, value: 1 }),
        happened({ view: 'default/v@2', eventMs: START, seq: 2, value: 2 }),
        happened({ key: '["b"]', eventMs: START, seq: 3, value: 3 }),
      ]);
      expect(await windowsAt(held, START + 1)).toEqual([1n, 1]);
      expect(await windowsAt(held, START + 1, 'default/v@2')).toEqual([1n, 2]);
      expect(await windowsAt(held, START + 1, 'default/v@1', '["b"]')).toEqual([1n, 3]);
      expect(await valueAt(held)).toBe(1);
      expect(await held.size()).toBe(4);
      await held.dropWindows('default/v@1');
      expect(await windowsAt(held, START + 1)).toEqual([0n, 0]);
      expect(await windowsAt(held, START + 1, 'default/v@2')).toEqual([1n, 2]);
      // They are folded again from the first place of the log.
      expect(await held.applyWindows([happened({ eventMs: START, seq: 1, value: 1 })])).toBe(1);
    });

    it('lets go of windows that are long empty, and says so of the past alone', async () => {
      const held = await opened();
      clock = new Date(START + 60 * MINUTE);
      await held.applyWindows([
        happened({ eventMs: START, seq: 1 }),
        happened({ key: '["b"]', eventMs: START + 22 * MINUTE, seq: 2 }),
      ]);
      expect(await held.evict()).toBe(0);
      await held.applyWindows([happened({ key: '["b"]', eventMs: START + 22 * MINUTE + 1, seq: 3 })]);
      expect(await held.evict()).toBe(1);
      expect(await held.size()).toBe(1);
      expect(await windowsAt(held, START + 30 * MINUTE)).toEqual([0n, 0]);
      expect(await windowsAt(held, START + 1)).toBeNull();
    });

    it('counts who shared something lately, never the entity itself, and nobody for one without events', async () => {
      const held = await opened();
      clock = new Date(START + 60 * MINUTE);
      expect(await held.readNetworks([])).toEqual([]);
      expect(await ringAt(held, 'nobody', START)).toEqual({ others: 0, bad: 0, cut: false });
      await held.applyWindows([used(1, 'a', 'd', START), used(2, 'a', 'd', START + 1), used(3, 'b', 'e', START)]);
      expect(await ringAt(held, 'a', START + MINUTE)).toEqual({ others: 0, bad: 0, cut: false });
      await held.applyWindows([used(4, 'b', 'd', START + MINUTE), used(5, 'c', null, START)]);
      expect(await ringAt(held, 'a', START + MINUTE)).toEqual({ others: 0, bad: 0, cut: false });
      expect(await ringAt(held, 'a', START + MINUTE + 1)).toEqual({ others: 1, bad: 0, cut: false });
      expect(await ringAt(held, 'b', START + MINUTE + 1)).toEqual({ others: 1, bad: 0, cut: false });
      expect(await ringAt(held, 'c', START + MINUTE + 1)).toEqual({ others: 0, bad: 0, cut: false });
      // What a shared before has left the window, what b did has not.
      expect(await ringAt(held, 'b', START + 11 * MINUTE - 1)).toEqual({ others: 1, bad: 0, cut: false });
      expect(await ringAt(held, 'b', START + 11 * MINUTE)).toEqual({ others: 0, bad: 0, cut: false });
      expect(await ringAt(held, 'a', START)).toBeNull();
    });

    it('follows corrections, retractions and marks of others', async () => {
      const held = await opened();
      clock = new Date(START + 60 * MINUTE);
      const later = { writtenMs: START + MINUTE };
      const atMs = START + 2 * MINUTE;
      await held.applyWindows([used(1, 'a', 'd', START), used(2, 'b', 'd', START), used(3, 'c', 'd', START)]);
      await held.applyWindows([used(4, 'b', null, START + MINUTE, { values: [null, true] })]);
      expect(await ringAt(held, 'a', atMs)).toEqual({ others: 2, bad: 1, cut: false });
      await held.applyWindows([used(5, 'c', 'e', START, { id: 'e3', ...later })]);
      expect(await ringAt(held, 'a', atMs)).toEqual({ others: 1, bad: 1, cut: false });
      await held.applyWindows([used(6, 'b', null, START, { id: 'e4', retracted: true, ...later })]);
      expect(await ringAt(held, 'a', atMs)).toEqual({ others: 1, bad: 0, cut: false });
      await held.applyWindows([used(7, 'b', null, START, { id: 'e2', retracted: true, ...later })]);
      expect(await ringAt(held, 'a', atMs)).toEqual({ others: 0, bad: 0, cut: false });
      // Taken back before it came, it never counts; written later than that, it does.
      await held.applyWindows([used(8, 'f', null, START, { id: 'f', retracted: true, ...later })]);
      await held.applyWindows([used(9, 'f', 'd', START, { id: 'f' })]);
      expect(await ringAt(held, 'a', atMs)).toEqual({ others: 0, bad: 0, cut: false });
      await held.applyWindows([used(10, 'f', 'd', START, { id: 'f', writtenMs: START + MINUTE + 1 })]);
      expect(await ringAt(held, 'a', atMs)).toEqual({ others: 1, bad: 0, cut: false });
    });

    it('looks at the latest of a hub of 10,000 and says that it cut, and says so of nothing smaller', async () => {
      const held = await opened();
      clock = new Date(START + 60 * MINUTE);
      const hub = Array.from({ length: 10_000 }, (_, i) => used(i + 1, `c${i}`, 'airport', START + i));
      for (let from = 0; from < hub.length; from += 1_000) await held.applyWindows(hub.slice(from, from + 1_000));
      const mark = (seq: number, card: string) => used(seq, card, null, START + MINUTE, { values: [null, true] });
      await held.applyWindows([mark(10_001, 'c1'), mark(10_002, 'c9999'), mark(10_003, 'c9998')]);
      const atMs = START + MINUTE + 1;
      expect(await ringAt(held, 'c5', atMs)).toEqual({ others: 3, bad: 2, cut: true });
      expect(await ringAt(held, 'c9999', atMs)).toEqual({ others: 3, bad: 1, cut: true });
      await held.applyWindows(['x', 'y', 'z', 'w'].map((card, i) => used(10_004 + i, card, 'kiosk', START + MINUTE)));
      expect(await ringAt(held, 'x', atMs)).toEqual({ others: 3, bad: 0, cut: false });
      await held.applyWindows([used(10_008, 'v', 'kiosk', START + MINUTE)]);
      expect(await ringAt(held, 'x', atMs)).toEqual({ others: 3, bad: 0, cut: true });
      // More values of its own than the limit.
      await held.applyWindows([0, 1, 2, 3].map((i) => used(10_009 + i, 'many', `own ${i}`, START + MINUTE)));
      expect(await ringAt(held, 'many', atMs)).toEqual({ others: 0, bad: 0, cut: true });
      // Long after, the hub is empty for everyone.
      expect(await ringAt(held, 'c5', START + 20 * MINUTE)).toEqual({ others: 0, bad: 0, cut: false });
    });

    it('counts what was before the moment of the question while others go on, as far as it can', async () => {
      const held = await opened();
      clock = new Date(START + 60 * MINUTE);
      await held.applyWindows([used(1, 'a', 'd', START), used(2, 'b', 'd', START), used(3, 'c', 'e', START)]);
      const on = Array.from({ length: 100 }, (_, i) => used(4 + i, i % 2 ? 'b' : 'c', 'd', START + MINUTE + i));
      await held.applyWindows(on);
      expect(await ringAt(held, 'a', START + 1)).toEqual({ others: 1, bad: 0, cut: false });
      // One that is so busy that only its hops are kept.
      const busy = Array.from({ length: 100 }, (_, i) => used(110 + i, 'g', 'd', START + MINUTE + 500 + i));
      await held.applyWindows([used(109, 'g', 'd', START - 20 * MINUTE), ...busy]);
      expect(await ringAt(held, 'a', START + MINUTE + 500)).toEqual({ others: 2, bad: 0, cut: false });
      expect(await ringAt(held, 'a', START + MINUTE + 501)).toEqual({ others: 3, bad: 0, cut: false });
      expect(await ringAt(held, 'a', START + MINUTE + 700)).toEqual({ others: 3, bad: 0, cut: false });
      const crowd = Array.from({ length: 1_001 }, (_, i) => used(300 + i, `n${i}`, 'd', START + 2 * MINUTE));
      await held.applyWindows(crowd);
      expect(await ringAt(held, 'a', START + 1)).toBeNull();
      expect(await ringAt(held, 'a', START + 3 * MINUTE)).toMatchObject({ others: 3, cut: true });
    });

    it('forgets who used what together with windows that are dropped, and lets go of it when it is long past', async () => {
      const held = await opened();
      clock = new Date(START + 600 * MINUTE);
      const two = [used(1, 'a', 'd', START), used(2, 'b', 'd', START)];
      await held.applyWindows(two);
      await held.dropWindows('default/v@1');
      expect(await ringAt(held, 'a', START + 1)).toEqual({ others: 0, bad: 0, cut: false });
      await held.applyWindows([used(3, 'a', 'd', START)]);
      expect(await ringAt(held, 'a', START + 1)).toEqual({ others: 0, bad: 0, cut: false });
      await held.applyWindows([used(4, 'c', 'd', START + 300 * MINUTE), used(5, 'e', 'd', START + 300 * MINUTE)]);
      expect(await held.evict()).toBe(1);
      expect(await ringAt(held, 'c', START + 300 * MINUTE + 1)).toEqual({ others: 1, bad: 0, cut: false });
      expect(await ringAt(held, 'c', START + MINUTE)).toBeNull();
    });

    it.each(Array.from({ length: 12 }, (_, i) => i + 1))(
      'says of networks what brute force says, after random events: log %d',
      async (seed) => {
        const held = await opened();
        const random = seededRandom(seed);
        const [pick, withIds] = [picking(random), seed % 2 === 0];
        const networks = randomNetworks(random);
        const plan = planOf([], withIds, networks);
        const log: KeyedEvent[] = [];
        let [nowMs, compared] = [LOG_START, 0];
        for (let step = 0; step < 20; step++) {
          nowMs += 1 + Math.floor(random() * pick([1_000, MINUTE, 60 * MINUTE, 24 * 60 * MINUTE]));
          clock = new Date(nowMs);
          const fresh: KeyedEvent[] = [];
          for (let i = 0; i < 15; i++) fresh.push(randomEvent(random, nowMs, [...log, ...fresh], withIds));
          log.push(...fresh);
          const entries = fresh.map(({ key, ...event }): WindowEntry => ({
            view: 'default/v@1',
            key,
            plan,
            side: 'PUSHED',
            event,
          }));
          await held.applyWindows(entries);
          if (random() < 0.2) await held.evict();
          const newest = (key: string) =>
            Math.max(0, ...log.filter((one) => one.key === key).map((one) => one.eventMs));
          const questions = KEYS.map((key) => ({
            view: 'default/v@1',
            key,
            plan,
            atMs: random() < 0.2 ? Math.max(newest(key), ...KEYS.map(newest)) : nowMs,
          }));
          const answers = await held.readNetworks(questions);
          questions.forEach(({ key, atMs }, i) => {
            const expected = networks.map((network) => bruteNetwork(log, network, key, atMs));
            expect(answers[i], `${key} at ${new Date(atMs).toISOString()}`).toEqual(
              plan.networks.map(({ bad }, j) => ({ ...expected[j], bad: bad ? expected[j]?.bad : 0 })),
            );
            compared += expected.filter(({ others }) => others > 0).length;
          });
        }
        expect(compared).toBeGreaterThan(0);
      },
    );
  });
}
