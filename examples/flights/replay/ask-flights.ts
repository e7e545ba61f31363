import type { Flight } from './days.ts';
import { isAway, type EdgeAnswer } from './servers.ts';

export interface AskTools {
  /** Asks at push-back. What `isAway` knows is asked again. */
  readonly predict: (flight: Flight) => Promise<EdgeAnswer>;
  /** Resolves when it is time for the flight. */
  readonly due: (flight: Flight) => Promise<void>;
  /** Resolves when both servers are there again. */
  readonly untilBack: () => Promise<void>;
  readonly onAnswer: (flight: Flight, answer: EdgeAnswer) => void;
  readonly concurrency: number;
}

/**
 * Asks for flights in the order of their departures, some at a time. A flight that was surely not answered is asked again
 * when the servers are back; one that may have been is not: those are given back, to be looked up among what is stored.
 */
export async function askFlights(flights: readonly Flight[], tools: AskTools): Promise<readonly Flight[]> {
  const inDoubt: Flight[] = [];
  let next = 0;
  let outage: Promise<void> | undefined;
  const wait = (): Promise<void> =>
    (outage ??= tools.untilBack().finally(() => {
      outage = undefined;
    }));
  const ask = async (flight: Flight): Promise<void> => {
    for (;;) {
      try {
        const answer = await tools.predict(flight);
        tools.onAnswer(flight, answer);
        // Whoever is asked while the feature server is away answers on defaults: the others wait until it is back.
        if (answer.withoutFeatures) await wait();
        return;
      } catch (error) {
        if (!isAway(error)) throw error;
        if (error.inDoubt) {
          inDoubt.push(flight);
          return wait();
        }
      }
      await wait();
    }
  };
  const worker = async (): Promise<void> => {
    while (next < flights.length) {
      const flight = flights[next++];
      if (!flight) return;
      if (outage) await outage;
      await tools.due(flight);
      await ask(flight);
    }
  };
  // One that fails ends the others: they take no more.
  const failing = (error: unknown): never => {
    next = flights.length;
    throw error;
  };
  await Promise.all(Array.from({ length: tools.concurrency }, () => worker().catch(failing)));
  return inDoubt;
}
