import type { Client } from '../../../client/client.ts';
import { send } from '../ask.ts';
import { JOIN_KEYS, SERVICE } from '../names.ts';
import type { Transaction } from '../generator/transaction.ts';
import { keysOf, Tally, WINDOWS, type Event, type Moment, type WindowFindings } from './tally.ts';
import { compareInTrainingSet } from './velocity-in-training.ts';

const SECOND_MS = 1_000;
const DAY_S = 86_400;
const MINUTE_MS = 60 * SECOND_MS;

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

const READS_PER_CALL = 1_000;

/**
 * Somebody pays, and waits: their windows are read on-line at each of the moments, and in a training set, and compared with every
 * event.
 */
export async function playVelocity(
  client: Client,
  run: string,
  { habit, beginMs }: { readonly habit: Habit; readonly beginMs: number },
): Promise<readonly WindowFindings[]> {
  const moments = habit.looks.flatMap(({ fromS, toS, everyS }) =>
    Array.from({ length: (toS - fromS) / everyS }, (_none, i) => ({
      ms: beginMs + (fromS + i * everyS) * SECOND_MS,
      seconds: everyS,
    })),
  );
  const events = habit.payments.map(({ minutes, amount }) => ({ ms: beginMs + minutes * MINUTE_MS, amount }));
  const tallies = WINDOWS.map((window) => new Tally(window, events));
  let from = 0;
  // A moment before the newest event cannot be asked on-line: each payment is sent when its turn has come.
  for (const [i, event] of events.entries()) {
    const next = moments.findIndex(({ ms }) => ms > event.ms);
    await read(client, run, moments.slice(from, next), tallies);
    await send(client, [paymentOf(run, i, event)]);
    from = next;
  }
  await read(client, run, moments.slice(from), tallies);
  const trained = WINDOWS.map((window) => new Tally(window, events));
  await compareInTrainingSet(client, run, moments, trained);
  return tallies.map((tally, i) => ({
    ...tally.findings(),
    inTraining: trained[i]?.found() ?? { moments: 0, wrong: 0 },
  }));
}

async function read(client: Client, run: string, moments: readonly Moment[], tallies: readonly Tally[]): Promise<void> {
  for (let from = 0; from < moments.length; from += READS_PER_CALL) {
    const some = moments.slice(from, from + READS_PER_CALL);
    const { names, values, statuses } = await client.features.read({
      service: SERVICE,
      entities: some.map(() => keysOf(run)),
      at: some.map(({ ms }) => new Date(ms).toISOString()),
    });
    for (const tally of tallies) {
      const [count, sum] = ['n', 'sum'].map((what) => names.indexOf(`payer_payments__${what}_${tally.window.name}`));
      some.forEach((moment, i) => {
        const there = statuses[i]?.[count ?? -1] === 'PRESENT';
        tally.look(moment, there ? Number(values[i]?.[count ?? -1]) : null, Number(values[i]?.[sum ?? -1]));
      });
    }
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
