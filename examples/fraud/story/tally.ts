import { JOIN_KEYS } from '../names.ts';
import { DAY_MS } from '../population.ts';
import { ExpiringCounter } from './counter.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Three windows and their hops: five minutes below twelve hours, else an hour. */
export const WINDOWS = [
  { name: '1h', lengthMs: HOUR_MS, hopMs: 5 * MINUTE_MS },
  { name: '24h', lengthMs: DAY_MS, hopMs: HOUR_MS },
  { name: '7d', lengthMs: 7 * DAY_MS, hopMs: HOUR_MS },
] as const;
type WindowName = (typeof WINDOWS)[number]['name'];

/** Whose windows they are: account, card, device and merchant of a run. */
export const keysOf = (run: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.values(JOIN_KEYS).map((key) => [key, `${run}-${key}`]));

/** A moment at which windows are looked at, and how many seconds it stands for. */
export interface Moment {
  readonly ms: number;
  readonly seconds: number;
}

/** What one window said over all moments that were looked at. */
export interface WindowFindings {
  readonly window: WindowName;
  readonly moments: number;
  /** Moments at which count or sum was not that of brute force to the hop. */
  readonly wrong: number;
  /** The same in a training set of these moments, or of some of them. */
  readonly inTraining: { readonly moments: number; readonly wrong: number };
  /** How far counts are from the exact window, which begins one length before: all differences over all counts. */
  readonly error: { readonly hops: number; readonly counter: number };
  /** Until when each still counted something, in seconds after the last payment. */
  readonly lastCounted: { readonly hops: number; readonly exact: number; readonly counter: number };
}

export interface Event {
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

/** Compares one window with every event, moment by moment. */
export class Tally {
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

  look({ ms, seconds }: Moment, count: number | null, sum: number): void {
    const { lengthMs } = this.window;
    const toHop = bruteForce(this.#events, tailToHop(ms, this.window), ms);
    const exact = bruteForce(this.#events, ms - lengthMs, ms);
    const counter = new ExpiringCounter(lengthMs);
    for (const event of this.#events) if (event.ms < ms) counter.add(event.ms, event.amount);
    const counted = counter.at(ms);
    this.#moments++;
    if (count !== toHop.count || sum !== toHop.sum) this.#wrong++;
    this.#off.hops += seconds * Math.abs((count ?? 0) - exact.count);
    this.#off.counter += seconds * Math.abs(counted.count - exact.count);
    this.#off.of += seconds * exact.count;
    const since = (ms - (this.#events.at(-1)?.ms ?? ms)) / SECOND_MS;
    if ((count ?? 0) > 0) this.#last.hops = since;
    if (exact.count > 0) this.#last.exact = since;
    if (counted.count > 0) this.#last.counter = since;
  }

  found(): { readonly moments: number; readonly wrong: number } {
    return { moments: this.#moments, wrong: this.#wrong };
  }

  findings(): Omit<WindowFindings, 'inTraining'> {
    return {
      window: this.window.name,
      ...this.found(),
      error: { hops: this.#off.hops / this.#off.of, counter: this.#off.counter / this.#off.of },
      lastCounted: this.#last,
    };
  }
}
