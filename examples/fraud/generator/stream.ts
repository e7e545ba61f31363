import { demandAt, indianTime } from './calendar.ts';
import { CAMPAIGNS, type Planned } from './campaigns.ts';
import { Draws } from './draws.ts';
import { labelOf } from './labels.ts';
import { FRAUDS, type Pattern, type Transaction } from './transaction.ts';
import { ordinaryPayment, somebody, worldOf, type Payment, type World } from './world.ts';

export interface StreamOptions {
  readonly seed: number;
  /** The first instant. */
  readonly fromMs: number;
  /** People with a history; each pays about once in three days. */
  readonly users: number;
  readonly merchants: number;
  /** The share of payments by people without a history. */
  readonly newcomers: number;
  /** Ordinary payments a second, day and night alike; as people pay in India if left out. */
  readonly perSecond?: number;
  /** How many times as fast campaigns go, for streams that are short; 1 if left out. */
  readonly haste?: number;
  /** Comes before the number of each payment. */
  readonly prefix: string;
}

export const PAYMENTS_PER_USER_DAY = 0.35;
const DAY_S = 86_400;
const MINUTE_MS = 60_000;

interface Due {
  readonly payment: Payment;
  readonly pattern: Pattern;
}

/**
 * Payments in the order of their time, without end: the same options give the same ones. Only those of campaigns that have
 * begun are held, so that memory does not grow with what was streamed.
 */
export function* transactions(options: StreamOptions): Generator<Transaction, never> {
  const { seed, fromMs, users, merchants, newcomers, prefix, haste = 1 } = options;
  const world = worldOf(seed, users, merchants);
  const draws = new Draws(seed);
  const waiting: Due[] = [];
  let number = 0;
  const next = ({ payment, pattern }: Due): Transaction =>
    transactionOf(`${prefix}${number++}`, payment, pattern, draws);
  for (let ms = fromMs; ;) {
    const perSecond = options.perSecond ?? (users * PAYMENTS_PER_USER_DAY * demandAt(ms)) / DAY_S;
    ms += draws.gap(perSecond) * 1_000;
    for (let due = waiting[0]; due && due.payment.ms <= ms; due = waiting[0]) {
      waiting.shift();
      yield next(due);
    }
    const now = Math.floor(ms);
    yield next({ payment: ordinaryPayment(world, somebody(world, draws, newcomers), draws, now), pattern: 'PLAIN' });
    for (const due of begun(world, draws, now, haste)) insert(waiting, due);
  }
}

/** What begins with an ordinary payment: mostly nothing. */
function begun(world: World, draws: Draws, ms: number, haste: number): Due[] {
  const festival = indianTime(ms).festival !== null;
  return CAMPAIGNS.filter(({ perPayment, atFestivals }) =>
    draws.chance(perPayment * (festival ? atFestivals : 1)),
  ).flatMap(({ pattern, plan }) =>
    plan(world, draws, ms).map((planned) => ({ pattern, payment: paymentOf(planned, ms, haste) })),
  );
}

const paymentOf = ({ minutes, ...payment }: Planned, ms: number, haste: number): Payment => ({
  ...payment,
  ms: Math.floor(ms + (minutes * MINUTE_MS) / haste) + 1,
});

/** Keeps the earliest first; of one time, that which was planned first. */
function insert(waiting: Due[], due: Due): void {
  const at = waiting.findIndex(({ payment }) => payment.ms > due.payment.ms);
  if (at === -1) waiting.push(due);
  else waiting.splice(at, 0, due);
}

function transactionOf(id: string, payment: Payment, pattern: Pattern, draws: Draws): Transaction {
  const { merchant, ...rest } = payment;
  const fraud = FRAUDS.has(pattern);
  return {
    id,
    ...rest,
    merchant: merchant.id,
    category: merchant.category,
    pattern,
    fraud,
    ...labelOf(fraud, payment.ms, draws),
  };
}

/** Those before an instant. */
export function* until(stream: Iterable<Transaction>, ms: number): Generator<Transaction> {
  for (const transaction of stream) {
    if (transaction.ms >= ms) return;
    yield transaction;
  }
}
