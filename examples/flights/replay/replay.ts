import type { DuckDBConnection } from '@duckdb/node-api';
import { withDuck } from '../data/duck.ts';
import { dataFiles, prepareData, type DataFiles } from '../data/prepare.ts';
import type { ProgressOutput } from '../progress.ts';
import { tellAccount } from './account.ts';
import { AlertWatch } from './alert-watch.ts';
import { beginningOf, type Beginning } from './begin.ts';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { countByDay, DAY_MS, HOUR_MS, readBefore, readHours, type Hour } from './days.ts';
import { deploymentCreatedAt } from './graph.ts';
import { NoAnswer } from './http-door.ts';
import { readOptions, type ReplayArguments, type ReplayOptions } from './options.ts';
import { dueBefore } from './outcomes.ts';
import { Pace } from './pace.ts';
import { Patience } from './patience.ts';
import { publish, replayHour, settled, tell, type HourTools } from './replay-hour.ts';
import { count, hourText, ReplayProgress } from './replay-progress.ts';
import { Servers } from './servers.ts';
import { Stages } from './stages.ts';
import { EdgeTimings } from './edge-timings.ts';

export interface ReplayPlaces {
  readonly dataFolder: string;
  readonly graphUrl: string;
  readonly edgeUrl: string;
  readonly key: string;
}

/**
 * Feeds days in order by the data's own clock: late shares into the on-line features, predictions at push-back, outcomes
 * when they are known, alerts at the end of each day. An interrupted one goes on where it stood.
 */
export async function replay(places: ReplayPlaces, given: ReplayArguments, output: ProgressOutput): Promise<void> {
  const options = readOptions(given);
  const servers = new Servers({ ...places, concurrency: options.concurrency });
  try {
    const createdAt = await firstContact(places, servers);
    const beginning = beginningOf(options, await readCheckpoint(places.dataFolder), createdAt);
    const lastDay = new Date(beginning.toMs + DAY_MS - 1).toISOString().slice(0, 10);
    await prepareData(places.dataFolder, (line) => output.write(`${line}\n`), lastDay);
    await withDuck((duck) => run(duck, dataFiles(places.dataFolder), places, options, beginning, servers, output));
  } finally {
    servers.close();
  }
}

async function firstContact({ graphUrl, edgeUrl }: ReplayPlaces, servers: Servers): Promise<string> {
  try {
    const createdAt = await deploymentCreatedAt(servers.control);
    await servers.check();
    return createdAt;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new Error(
      `${error.message}. Start the servers with "npm start"; --graph (${graphUrl}) and --edge (${edgeUrl}) say where they are`,
      { cause: error },
    );
  }
}

async function run(
  duck: DuckDBConnection,
  files: DataFiles,
  { dataFolder }: ReplayPlaces,
  { speed, concurrency }: ReplayOptions,
  { checkpoint: begun, toMs, resumed, note }: Beginning,
  servers: Servers,
  output: ProgressOutput,
): Promise<void> {
  let checkpoint = begun;
  const perDay = await countByDay(duck, files, begun.nextMs, toMs);
  const expected = Math.round([...perDay.values()].reduce((sum, flights) => sum + flights, 0) * begun.share);
  const progress = new ReplayProgress({ fromMs: begun.nextMs, toMs, flights: expected, speed }, output);
  const stages = new Stages();
  const timings = new EdgeTimings();
  const patience = new Patience({ say: (line) => progress.say(line) });
  const startedAt = performance.now();
  const withoutFeatures = new Set(begun.withoutFeatures);
  const tools: HourTools = {
    servers,
    patience,
    stages,
    pace: new Pace(speed, begun.nextMs),
    concurrency,
    share: begun.share,
    onAnswer: ({ flight, departureMs }, answer) => {
      timings.add(answer.timings);
      if (answer.withoutFeatures) withoutFeatures.add(flight);
      progress.advance(departureMs);
    },
  };
  const watch = new AlertWatch(servers.control);
  if (note !== '') progress.say(note);
  progress.say(
    `replaying ${hourText(begun.nextMs)} to ${hourText(toMs)} (UTC), about ${count(expected)} flights to ask`,
  );
  if (!resumed) await stages.time('publish', () => begin(duck, files, begun.nextMs, tools));

  let begunBefore = resumed;
  for await (const hour of hoursOf(duck, files, begun.nextMs, toMs, stages)) {
    const endMs = hour.startMs + HOUR_MS;
    const answered = await replayHour(hour, tools, begunBefore);
    begunBefore = false;
    const open = [...checkpoint.open, ...openOutcomes(hour, answered)];
    const { due, left } = dueBefore(open, endMs);
    await stages.time('outcomes', () => tell(due, tools));
    if (endMs % DAY_MS === 0) {
      await stages.time('monitoring', () => settled(tools));
      const changes = await stages.time('alerts', () => patience.with(() => watch.evaluate(endMs)));
      for (const line of changes) progress.say(line);
    }
    checkpoint = {
      ...checkpoint,
      nextMs: endMs,
      answered: checkpoint.answered + answered.size,
      outcomes: checkpoint.outcomes + due.length,
      published: checkpoint.published + hour.published.origin.length + hour.published.destination.length,
      withoutFeatures: [...withoutFeatures],
      open: [...left],
    };
    const done: Checkpoint = checkpoint;
    await stages.time('checkpoint', () => writeCheckpoint(dataFolder, done));
  }
  await stages.time('monitoring', () => settled(tools));
  const seconds = (performance.now() - startedAt) / 1_000;
  const asked = checkpoint.answered - begun.answered;
  progress.say(
    `replayed ${hourText(begun.nextMs)} to ${hourText(checkpoint.nextMs)} in ${seconds.toFixed(1)} s: ` +
      `${count(asked)} predictions (${Math.round(asked / seconds)}/s), ${count(checkpoint.outcomes - begun.outcomes)} outcomes, ` +
      `${count(checkpoint.published - begun.published)} late shares`,
  );
  progress.say(`where the time went: ${stages.summary()}`);
  progress.say(`at the edge, mean of each answer: ${timings.summary()}`);
  await tellAccount(servers.control, patience, checkpoint, (line) => progress.say(line));
}

/** Puts on-line what counts when the replay begins, and makes sure that nothing later is. */
async function begin(
  duck: DuckDBConnection,
  files: DataFiles,
  beginMs: number,
  tools: Pick<HourTools, 'servers' | 'patience'>,
): Promise<void> {
  const before = await readBefore(duck, files, beginMs);
  await publish(before, tools);
  const airports = [...new Set(before.origin.map(({ airport }) => airport))].slice(0, 500);
  if (airports.length === 0) return;
  const ahead = await tools.patience.with(() => tools.servers.control.notOnlineAt(beginMs, airports));
  if (ahead.length === 0) return;
  throw new Error(
    `later late shares than those of ${hourText(beginMs)} are on-line already (of ${ahead.slice(0, 3).join(', ')} and others), ` +
      `and time goes forward only: begin with a later --from, or with an empty install`,
  );
}

/** The hours of a stretch, read a day ahead. */
async function* hoursOf(
  duck: DuckDBConnection,
  files: DataFiles,
  fromMs: number,
  toMs: number,
  stages: Stages,
): AsyncGenerator<Hour> {
  const read = (startMs: number): Promise<readonly Hour[]> | undefined =>
    startMs < toMs ? readHours(duck, files, startMs, Math.min(nextDay(startMs), toMs)) : undefined;
  let reading = read(fromMs);
  for (let startMs = fromMs; reading; startMs = nextDay(startMs)) {
    const current: Promise<readonly Hour[]> = reading;
    const hours = await stages.time('read', () => current);
    reading = read(nextDay(startMs));
    // Nobody may be waiting for it any more when the replay fails.
    reading?.catch(() => undefined);
    yield* hours;
  }
}

const nextDay = (ms: number): number => ms - (ms % DAY_MS) + DAY_MS;

const openOutcomes = ({ flights }: Hour, answered: ReadonlyMap<number, string>): Checkpoint['open'] =>
  flights.flatMap(({ flight, knownMs, late }) => {
    const predictionId = answered.get(flight);
    return predictionId === undefined ? [] : [{ predictionId, knownMs, late }];
  });
