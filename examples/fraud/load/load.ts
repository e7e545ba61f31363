import { clientOf, type Connection } from '../../shared/connection.ts';
import { outcomeIdOf } from '../../shared/outcome-id.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { eventOf, reportOf } from '../ask.ts';
import { requestOf } from '../decision/request.ts';
import { transactions } from '../generator/stream.ts';
import type { Transaction } from '../generator/transaction.ts';
import { SOURCES } from '../names.ts';
import { POPULATION } from '../population.ts';
import { closedAccount, storedOf, type Account } from './account.ts';
import { everyArrival } from './arrivals.ts';
import { Asker } from './asker.ts';
import { EventSender } from './event-sender.ts';
import { Findings } from './findings.ts';
import { loadOptions, type LoadArguments, type LoadOptions } from './options.ts';
import { renderLoad } from './render.ts';

/** Most payments are by people without a history: as many as pay in so short a time would have to be millions. */
const NEWCOMERS = 0.9;
/** Campaigns of hours have to fit into a minute. */
const HASTE = 600;
const OUTCOMES_PER_CALL = 500;

export interface LoadResult {
  readonly options: LoadOptions;
  readonly findings: Findings;
  readonly seconds: number;
  readonly events: EventSender['counts'];
  readonly slowestEventMs: number;
  readonly before: Account;
  readonly after: Account;
  readonly stored: Awaited<ReturnType<typeof storedOf>>;
  readonly outcomes: number;
}

interface Labelled {
  readonly predictionId: string;
  readonly payment: Transaction;
}

/** Payments at a fixed rate: each asked about when it is due, sent as an event, and labelled in the end. */
export async function load(connection: Connection, given: LoadArguments, output: ProgressOutput): Promise<LoadResult> {
  const options = loadOptions(given);
  const client = clientOf(connection);
  const before = await closedAccount(client.graph);
  const asker = new Asker(connection, options.connections);
  const events = new EventSender(client, SOURCES.payments);
  const findings = new Findings(options.perSecond * options.seconds);
  const labelled: Labelled[] = [];
  const beginMs = Date.now() + 100;
  const run = `load-${beginMs.toString(36)}-`;
  const stream = streamFrom(run, beginMs, options);
  const open = new Set<Promise<void>>();
  const ask = async (payment: Transaction): Promise<void> => {
    try {
      const answer = await asker.ask(requestOf(payment));
      findings.add(payment, answer, now() - payment.ms);
      if (answer.id !== undefined) labelled.push({ predictionId: answer.id, payment });
    } catch (error) {
      findings.addFailure(error);
    }
    // Declined or not, it was tried: that is what windows count.
    events.add(eventOf({ ...payment, ms: Math.floor(payment.ms) }));
  };
  const { perSecond, seconds } = options;
  await everyArrival(
    { beginMs, perSecond, count: perSecond * seconds },
    (place, ms) => {
      const asked = ask({ ...stream.next().value, id: `${run}${place}`, ms }).finally(() => open.delete(asked));
      open.add(asked);
    },
    { nowMs: now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
  );
  await Promise.all(open);
  const endMs = Date.now() + 1;
  asker.close();
  for (const { payment } of labelled) if (payment.reported) events.add(reportOf(payment, Date.now()));
  await events.close();
  const outcomes = await tellOutcomes(client, labelled, endMs);
  const after = await closedAccount(client.graph);
  const result: LoadResult = {
    options,
    findings,
    seconds: (endMs - beginMs) / 1_000,
    events: events.counts,
    slowestEventMs: events.slowestMs,
    before,
    after,
    stored: await storedOf(client.graph, { fromMs: beginMs, toMs: endMs, labelled: outcomes }),
    outcomes,
  };
  output.write(renderLoad(result));
  return result;
}

/** The clock of the machine, finer than a millisecond. */
const now = (): number => performance.timeOrigin + performance.now();

const streamFrom = (prefix: string, fromMs: number, { perSecond }: LoadOptions): Iterator<Transaction, never> =>
  transactions({ ...POPULATION, fromMs, newcomers: NEWCOMERS, perSecond, haste: HASTE, prefix });

/** Labels come after days; here all at once. */
async function tellOutcomes(
  { edge }: ReturnType<typeof clientOf>,
  labelled: readonly Labelled[],
  ms: number,
): Promise<number> {
  let acknowledged = 0;
  for (let from = 0; from < labelled.length; from += OUTCOMES_PER_CALL) {
    const { acked } = await edge.outcomes(
      labelled.slice(from, from + OUTCOMES_PER_CALL).map(({ predictionId, payment }) => ({
        id: outcomeIdOf(predictionId),
        predictionId,
        value: payment.reported ? 1 : 0,
        occurredAt: new Date(ms).toISOString(),
      })),
    );
    acknowledged += acked.length;
  }
  return acknowledged;
}
