import type { Side } from '../data/delay-rows.ts';
import { askFlights } from './ask-flights.ts';
import type { OpenOutcome } from './checkpoint.ts';
import { HOUR_MS, type DelayRow, type Flight, type Hour } from './days.ts';
import { outcomeOf } from './outcomes.ts';
import type { Pace } from './pace.ts';
import type { Patience } from './patience.ts';
import { isAsked } from './sampled.ts';
import type { EdgeAnswer, Servers } from './servers.ts';
import type { Stages } from './stages.ts';
import { storedPredictions } from './stored.ts';

export interface HourTools {
  readonly servers: Servers;
  readonly patience: Patience;
  readonly stages: Stages;
  readonly pace: Pace;
  readonly concurrency: number;
  readonly share: number;
  readonly onAnswer: (flight: Flight, answer: EdgeAnswer) => void;
}

const OUTCOMES_PER_REQUEST = 500;
const LOOK_EVERY_MS = 25;

/**
 * One hour by the data's clock. What is published on the full hour is on-line before anybody asks, and nothing that is
 * published later is, since an hour ends when its last flight has been answered. Answers flight → prediction.
 */
export async function replayHour(
  hour: Hour,
  tools: HourTools,
  /** Whether some of its flights may have been asked before, by a replay that was interrupted. */
  begunBefore: boolean,
): Promise<ReadonlyMap<number, string>> {
  const { servers, patience, stages, pace, share } = tools;
  await pace.until(hour.startMs);
  await stages.time('publish', () => publish(hour.published, tools));
  const wanted = hour.flights.filter((flight) => isAsked(flight, share));
  const answered = new Map<number, string>();
  let inDoubt: readonly Flight[] = begunBefore ? wanted : [];
  let left: readonly Flight[] = begunBefore ? [] : wanted;
  for (;;) {
    if (inDoubt.length > 0) {
      const stored = await stages.time('look up', () => lookUp(hour, tools));
      for (const { flight } of inDoubt) {
        const predictionId = stored.get(flight);
        if (predictionId !== undefined) answered.set(flight, predictionId);
      }
      left = inDoubt.filter(({ flight }) => !answered.has(flight));
    }
    if (left.length === 0) return answered;
    const flights = left;
    inDoubt = await stages.time('predict', () =>
      askFlights(flights, {
        concurrency: tools.concurrency,
        due: ({ departureMs }) => pace.until(departureMs),
        predict: (flight) => servers.predict(flight),
        untilBack: () => patience.with(() => servers.check()),
        onAnswer: (flight, answer) => {
          answered.set(flight.flight, answer.predictionId);
          tools.onAnswer(flight, answer);
        },
      }),
    );
    left = [];
  }
}

export async function publish(
  rows: Readonly<Record<Side, readonly DelayRow[]>>,
  { servers, patience }: Pick<HourTools, 'servers' | 'patience'>,
): Promise<void> {
  await Promise.all(
    (['origin', 'destination'] as const).map((side) => patience.with(() => servers.publish(side, rows[side]))),
  );
}

/** Tells outcomes, the earliest first. */
export async function tell(
  due: readonly OpenOutcome[],
  { servers, patience }: Pick<HourTools, 'servers' | 'patience'>,
): Promise<void> {
  for (let from = 0; from < due.length; from += OUTCOMES_PER_REQUEST) {
    const outcomes = due.slice(from, from + OUTCOMES_PER_REQUEST).map(outcomeOf);
    await patience.with(() => servers.tell(outcomes));
  }
}

/** Resolves when everything that the edge has kept until now is with monitoring. */
export async function settled({ servers, patience }: Pick<HourTools, 'servers' | 'patience'>): Promise<void> {
  while ((await patience.with(() => servers.waiting())) > 0) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** The predictions of an hour that monitoring holds, once the edge has nothing left to send. */
async function lookUp({ startMs }: Hour, tools: HourTools): Promise<ReadonlyMap<number, string>> {
  await settled(tools);
  const { servers, patience } = tools;
  return patience.with(() => storedPredictions(servers.client.graph, startMs, startMs + HOUR_MS));
}
