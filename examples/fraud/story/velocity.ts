import type { Client } from '../../../client/client.ts';
import { send } from '../ask.ts';
import { JOIN_KEYS, SERVICE } from '../names.ts';
import type { Transaction } from '../generator/transaction.ts';
import { DAY_MS } from '../population.ts';
import { ExpiringCounter } from './counter.ts';

const SECOND_MS = 1_000;
const DAY_S = 86_400;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Three windows and their hops: five minutes below twelve hours, else an hour. */
export const WINDOWS = [
  { name: '1h', lengthMs: HOUR_MS, hopMs: 5 * MINUTE_MS },
  { name: '24h', lengthMs: DAY_MS, hopMs: HOUR_MS },
  { name: '7d', lengthMs: 7 * DAY_MS, hopMs: HOUR_MS },
] as const;
type WindowName = (typeof WINDOWS)[number]['name'];

/** When somebody pays: minutes after the beginning, and rupees. */
interface Habit {
  readonly name: string;
  /** When their windows are looked at: from, to and every how many seconds, after the beginning. */
  readonly looks: readonly { readonly fromS: number; readonly toS: number; readonly everyS: number }[];
  readonly payments: readonly { readonly minutes: number; readonly amount: number }[];
}

export const HABITS: readonly Habit[] = [
  {
    name: 'five payments in ten minutes, then none',
    // Every second while anything can change, every minute or ten between.
    looks: [
      { fromS: 1, toS: 9_000, everyS: 1 },
      { fromS: 9_000, toS: DAY_S, everyS: 60 },
      { fromS: DAY_S, toS: DAY_S + 5_400, everyS: 1 },
      { fromS: DAY_S + 5_400, toS: 7 * DAY_S, everyS: 600 },
      { fromS: 7 * DAY_S, toS: 7 * DAY_S + 5_400, everyS: 1 },
    ],
    payments: [
      { minutes: 0, amount: 120 },
      { minutes: 2, amount: 80 },
      { minutes: 4.5, amount: 200 },
      { minutes: 7, amount: 150 },
      { minutes: 10, amount: 450 },
    ],
  },
  {
    name: 'one payment every 50 minutes for a day, then none',
    looks: [{ fromS: 1, toS: DAY_S + 7_200, everyS: 10 }],
    payments: Array.from({ length: 29 }, (_none, i) => ({ minutes: 50 * i, amount: 100 })),
  },
];

/** What one window said over all moments that were looked at. */
export interface WindowFindings {
  readonly window: WindowName;
  readonly moments: number;
  /** Moments at which count or sum was not that of brute force to the hop. */
  readonly wrong: number;
  /** How far counts are from the exact window, which begins one length before: all differences over all counts. */
  readonly error: { readonly hops: number; readonly counter: number };
  /** Until when each still counted something, in seconds after the last payment. */
  readonly lastCounted: { readonly hops: number; readonly exact: number; readonly counter: number };
}

interface Event {
  readonly ms: number;
  readonly amount: number;
}

/** Count and sum over [from, to), by looking at every event. */
export function bruteForce(events: readonly Event[], fromMs: number, toMs: number): { count: number; sum: number } {
  const within = events.filter(({ ms }) => ms >= fromMs && ms < toMs);
  return { count: within.length, sum: within.reduce((sum, { amount }) => sum + amount, 0) };
}

export const tailToHop = (atMs: number, { lengthMs, hopMs }: (typeof WINDOWS)[number]): number =>
  Math.floor((atMs - lengthMs) / hopMs) * hopMs;

const READS_PER_CALL = 1_000;

/** Somebody pays, and waits: their windows are read on-line at each of the moments, and compared with every event. */
export async function playVelocity(
  client: Client,
  run: string,
  { habit, beginMs }: { readonly habit: Habit; readonly beginMs: number },
): Promise<readonly WindowFindings[]> {
  const momentsMs = habit.looks.flatMap(({ fromS, toS, everyS }) =>
    Array.from({ length: (toS - fromS) / everyS }, (_none, i) => beginMs + (fromS + i * everyS) * SECOND_MS),
  );
  const events = habit.payments.map(({ minutes, amount }) => ({ ms: beginMs + minutes * MINUTE_MS, amount }));
  const tallies = WINDOWS.map((window) => new Tally(window, events));
  let from = 0;
  // A moment before the newest event cannot be asked on-line: each payment is sent when its turn has come.
  for (const [i, event] of events.entries()) {
    const next = momentsMs.findIndex((ms) => ms > event.ms);
    await read(client, run, momentsMs.slice(from, next), tallies);
    await send(client, [paymentOf(run, i, event)]);
    from = next;
  }
  await read(client, run, momentsMs.slice(from), tallies);
  return tallies.map((tally) => tally.findings());
}

async function read(
  client: Client,
  run: string,
  momentsMs: readonly number[],
  tallies: readonly Tally[],
): Promise<void> {
  for (let from = 0; from < momentsMs.length; from += READS_PER_CALL) {
    const moments = momentsMs.slice(from, from + READS_PER_CALL);
    const entity = Object.fromEntries(Object.values(JOIN_KEYS).map((key) => [key, `${run}-${key}`]));
    const { names, values, statuses } = await client.features.read({
      service: SERVICE,
      entities: moments.map(() => entity),
      at: moments.map((ms) => new Date(ms).toISOString()),
    });
    for (const tally of tallies) {
      const [count, sum] = ['n', 'sum'].map((what) => names.indexOf(`payer_payments__${what}_${tally.window.name}`));
      moments.forEach((ms, i) => {
        const there = statuses[i]?.[count ?? -1] === 'PRESENT';
        tally.look(ms, there ? Number(values[i]?.[count ?? -1]) : null, Number(values[i]?.[sum ?? -1]));
      });
    }
  }
}

/** Compares one window with every event, moment by moment. */
class Tally {
  readonly window: (typeof WINDOWS)[number];
  readonly #events: readonly Event[];
  #moments = 0;
  #wrong = 0;
  readonly #off = { hops: 0, counter: 0, of: 0 };
  readonly #last = { hops: 0, exact: 0, counter: 0 };

  constructor(window: (typeof WINDOWS)[number], events: readonly Event[]) {
    this.window = window;
    this.#events = events;
  }

  look(ms: number, count: number | null, sum: number): void {
    const { lengthMs } = this.window;
    const toHop = bruteForce(this.#events, tailToHop(ms, this.window), ms);
    const exact = bruteForce(this.#events, ms - lengthMs, ms);
    const counter = new ExpiringCounter(lengthMs);
    for (const event of this.#events) if (event.ms < ms) counter.add(event.ms, event.amount);
    const counted = counter.at(ms);
    this.#moments++;
    if (count !== toHop.count || sum !== toHop.sum) this.#wrong++;
    this.#off.hops += Math.abs((count ?? 0) - exact.count);
    this.#off.counter += Math.abs(counted.count - exact.count);
    this.#off.of += exact.count;
    const since = (ms - (this.#events.at(-1)?.ms ?? ms)) / SECOND_MS;
    if ((count ?? 0) > 0) this.#last.hops = since;
    if (exact.count > 0) this.#last.exact = since;
    if (counted.count > 0) this.#last.counter = since;
  }

  findings(): WindowFindings {
    return {
      window: this.window.name,
      moments: this.#moments,
      wrong: this.#wrong,
      error: { hops: this.#off.hops / this.#off.of, counter: this.#off.counter / this.#off.of },
      lastCounted: this.#last,
    };
  }
}

const paymentOf = (run: string, i: number, { ms, amount }: Event): Transaction => ({
  id: `${run}-${i}`,
  ms,
  amount,
  user: `${run}-${JOIN_KEYS.user}`,
  card: `${run}-${JOIN_KEYS.card}`,
  device: `${run}-${JOIN_KEYS.device}`,
  merchant: `${run}-${JOIN_KEYS.merchant}`,
  category: 'food',
  state: 'Kerala',
  city: 'Kochi',
  language: 'Malayalam',
  address: run,
  pattern: 'PLAIN',
  fraud: false,
  reported: false,
  labelMs: ms,
});
