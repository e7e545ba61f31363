import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeBlock } from '../../core/codec/encode-block.ts';
import { decodeBlock } from '../../core/codec/decode-block.ts';
import type { BlockLayout } from '../../core/codec/layout.ts';
import { planOf } from '../../core/windows/plan.ts';
import type { LogSide } from '../../core/windows/state.ts';
import type { OnlineEntry, OnlineStore, WindowEntry } from '../../subgraphs/feature/domain/online-store.ts';

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

const valueAt = async (held: OnlineStore, view = 'default/v@1', key = '["a"]'): Promise<unknown> => {
  const [block] = await held.read([{ view, key }]);
  const decoded = block && decodeBlock(block, LAYOUT);
  return decoded?.status === 'OK' ? decoded.values[0] : null;
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
  });
}
