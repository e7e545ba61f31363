/**
 * Events per second into three windows (1 h, 24 h, 7 d, count and sum of each) of the on-line store in process, and reads of
 * them, against a plain Map of counters that are forgotten after their length (INCR and EXPIRE), whose error is printed too.
 * Run: npm run bench -- windows [events]
 */
import { pino } from 'pino';
import { planOf, type WindowPlan } from '../../core/windows/plan.ts';
import { hopOf } from '../../core/windows/hop.ts';
import type { Window } from '../../core/windows/window.ts';
import type { WindowEntry } from '../../subgraphs/feature/domain/online-store.ts';
import { MemoryOnlineStore } from '../../subgraphs/feature/storage/online/memory-online-store.ts';
import { seededRandom } from '../support/seeded-random.ts';

const EVENTS = Number(process.argv[2] ?? 200_000);
const CARDS = 2_000;
const BATCH = 500;
const ROUNDS = 5;
const READS = 20_000;
const HOUR = 3_600_000;
const LENGTHS = [HOUR, 24 * HOUR, 7 * 24 * HOUR];
const VIEW = 'default/card_txn@1';
const START = Date.parse('2026-01-01T00:00:00Z');
/** Not on a hop, and not on a multiple of the lengths. */
const SPAN = 17 * 24 * HOUR - 23 * 60_000;

const windows = LENGTHS.flatMap((windowMs): Window[] => [
  { function: 'COUNT', windowMs, hopMs: hopOf(windowMs), column: null, where: null },
  { function: 'SUM', windowMs, hopMs: hopOf(windowMs), column: { index: 0, dtype: 'FLOAT64' }, where: null },
]);

interface Payment {
  readonly card: string;
  readonly eventMs: number;
  readonly amount: number;
}

/** Seventeen days of payments: some cards are busy, most are not; one in twenty comes late. */
function paymentsOf(random: () => number): Payment[] {
  return Array.from({ length: EVENTS }, (_, i) => {
    const late = random() < 0.05 ? Math.floor(random() * 2 * HOUR) : 0;
    const card = JSON.stringify([`card ${Math.floor(random() ** 2 * CARDS)}`]);
    return {
      card,
      eventMs: START + Math.floor((i / EVENTS) * SPAN) - late,
      amount: Math.floor(random() * 1e5) / 100,
    };
  });
}

const payments = paymentsOf(seededRandom(1));
const endMs = START + SPAN;
const cards = [...new Set(payments.map(({ card }) => card))];

const store = (): Promise<MemoryOnlineStore> =>
  MemoryOnlineStore.open({ now: () => new Date(endMs), log: pino({ level: 'silent' }) });

const entryOf = ({ card, eventMs, amount }: Payment, plan: WindowPlan, seq: number): WindowEntry => ({
  view: VIEW,
  key: card,
  plan,
  side: 'PUSHED',
  event: { id: null, retracted: false, eventMs, writtenMs: eventMs, seq, ordinal: 0, values: [amount] },
});

async function fillStore(): Promise<{ held: MemoryOnlineStore; plan: WindowPlan; seconds: number }> {
  const [held, plan] = [await store(), planOf(windows, false)];
  const from = performance.now();
  for (let at = 0; at < payments.length; at += BATCH) {
    await held.applyWindows(payments.slice(at, at + BATCH).map((one, i) => entryOf(one, plan, at + i + 1)));
  }
  return { held, plan, seconds: (performance.now() - from) / 1_000 };
}

interface Counter {
  n: number;
  sum: number;
  untilMs: number;
}

function fillMap(): { held: Map<string, Counter>; seconds: number } {
  const held = new Map<string, Counter>();
  const from = performance.now();
  for (const { card, eventMs, amount } of payments) {
    for (const length of LENGTHS) {
      const key = `${card} ${length}`;
      let counter = held.get(key);
      if (!counter || counter.untilMs <= eventMs)
        held.set(key, (counter = { n: 0, sum: 0, untilMs: eventMs + length }));
      counter.n += 1;
      counter.sum += amount;
    }
  }
  return { held, seconds: (performance.now() - from) / 1_000 };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;

const seconds = { store: [] as number[], map: [] as number[], reads: [] as number[] };
const found = { store: new Map<string, number[]>(), map: new Map<string, number[]>() };
for (let round = -1; round < ROUNDS; round++) {
  for (const name of round % 2 === 0 ? (['store', 'map'] as const) : (['map', 'store'] as const)) {
    if (name === 'map') {
      const { held, seconds: taken } = fillMap();
      if (round >= 0) seconds.map.push(taken);
      for (const card of cards) {
        const counters = LENGTHS.map((length) => held.get(`${card} ${length}`));
        found.map.set(
          card,
          counters.map((one) => (one && one.untilMs > endMs ? one.n : 0)),
        );
      }
      continue;
    }
    const { held, plan, seconds: taken } = await fillStore();
    if (round >= 0) seconds.store.push(taken);
    const from = performance.now();
    for (let i = 0; i < READS; i++) {
      await held.readWindows([{ view: VIEW, key: cards[i % cards.length] ?? '', plan, atMs: endMs }]);
    }
    if (round >= 0) seconds.reads.push((performance.now() - from) / 1_000);
    for (const card of cards) {
      const [values] = await held.readWindows([{ view: VIEW, key: card, plan, atMs: endMs }]);
      found.store.set(
        card,
        [0, 2, 4].map((i) => Number(values?.[i])),
      );
    }
    await held.close();
  }
}

console.log(
  `${EVENTS} events of ${cards.length} cards in batches of ${BATCH}, three windows, median of ${ROUNDS} rounds`,
);
const rate = { store: EVENTS / median(seconds.store), map: EVENTS / median(seconds.map) };
console.log(`  windows of the store: ${perSecond(rate.store)}, ${perSecond(READS / median(seconds.reads))} reads`);
console.log(
  `  a Map of counters:    ${perSecond(rate.map)}; the store does ${(rate.store / rate.map).toFixed(2)} of it`,
);
const byCard = Map.groupBy(payments, ({ card }) => card);
for (const [i, length] of LENGTHS.entries()) {
  const error = { store: 0, map: 0 };
  let exact = 0;
  for (const card of cards) {
    const right = (byCard.get(card) ?? []).filter(({ eventMs }) => eventMs >= endMs - length).length;
    exact += right;
    for (const name of ['store', 'map'] as const) error[name] += Math.abs((found[name].get(card)?.[i] ?? 0) - right);
  }
  const share = (value: number): string => `${((100 * value) / exact).toFixed(2)} %`;
  console.log(
    `  ${length / HOUR} h: off the exact window by ${share(error.store)}, the Map of counters by ${share(error.map)}`,
  );
}
