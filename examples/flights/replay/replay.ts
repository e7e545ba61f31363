import type { DuckDBConnection } from '@duckdb/node-api';
import { withDuck } from '../../shared/duck.ts';
import { dataFiles, prepareData, type DataFiles } from '../data/prepare.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { servingSince } from '../setup/release.ts';
import { tellAccount, tellWork } from './account.ts';
import { AlertWatch } from './alert-watch.ts';
import { beginningOf, type Beginning } from './begin.ts';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { countByDay, DAY_MS, HOUR_MS, type Hour } from './days.ts';
import { hoursAhead } from './hours-ahead.ts';
import { EdgeTimings } from './edge-timings.ts';
import { openReplay } from './opening.ts';
import { readOptions, type ReplayArguments, type ReplayOptions } from './options.ts';
import { dueBefore } from './outcomes.ts';
import { Pace } from './pace.ts';
import { Patience } from './patience.ts';
import { replayHour, settled, tell, type HourTools } from './replay-hour.ts';
import { count, hourText, ReplayProgress } from './replay-progress.ts';
import { isAway, Servers } from './servers.ts';
import { Stages } from './stages.ts';
import { weeksBetween, weeksTable } from './weeks.ts';

export interface ReplayPlaces {
  readonly dataFolder: string;
  readonly graphUrl: string;
  readonly edgeUrl: string;
  readonly key: string;
}

/**
 * Feeds days in order by the data's own clock: late shares into the on-line features, predictions at push-back, outcomes
 * when they are known, alerts at the end of each day. An interrupted one goes on where it stood. After each hour `goesOn`
 * says whether more is wanted.
 */
export async function replay(
  places: ReplayPlaces,
  given: ReplayArguments,
  output: ProgressOutput,
  goesOn: () => Promise<boolean> = async () => true,
): Promise<void> {
  const options = readOptions(given);
  const servers = new Servers(places);
  const createdAt = await firstContact(places, servers, (line) => output.write(`${line}\n`));
  const beginning = beginningOf(options, await readCheckpoint(places.dataFolder), createdAt);
  const lastDay = new Date(beginning.toMs + DAY_MS - 1).toISOString().slice(0, 10);
  await prepareData(places.dataFolder, (line) => output.write(`${line}\n`), lastDay);
  await withDuck((duck) =>
    run(duck, dataFiles(places.dataFolder), places, options, { beginning, goesOn }, servers, output),
  );
}

const EDGE_START_MS = 30_000;

async function firstContact(
  { graphUrl, edgeUrl }: ReplayPlaces,
  servers: Servers,
  say: (line: string) => void,
): Promise<string> {
  try {
    const createdAt = await servingSince(servers.client.graph);
    // An edge that was just started takes a while.
    await new Patience({ say, mostMs: EDGE_START_MS }).with(() => servers.check());
    return createdAt;
  } catch (error) {
    if (!isAway(error)) throw error;
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
  { beginning, goesOn }: { readonly beginning: Beginning; readonly goesOn: () => Promise<boolean> },
  servers: Servers,
  output: ProgressOutput,
): Promise<void> {
  const { checkpoint: begun, toMs, resumed, note } = beginning;
  const perDay = await countByDay(duck, files, begun.nextMs, toMs);
  const expected = Math.round([...perDay.values()].reduce((sum, flights) => sum + flights, 0) * begun.share);
  const progress = new ReplayProgress({ fromMs: begun.nextMs, toMs, flights: expected, speed }, output);
  const say = (line: string): void => progress.say(line);
  const patience = new Patience({ say });
  const stages = new Stages();
  const timings = new EdgeTimings();
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
  const { graph } = servers.client;
  const watch = new AlertWatch(graph);
  const startedAt = performance.now();
  if (note !== '') say(note);
  say(`replaying ${hourText(begun.nextMs)} to ${hourText(toMs)} (UTC), about ${count(expected)} flights to ask`);
  if (!resumed) {
    await stages.time('publish', () => openReplay(duck, files, begun.nextMs, tools));
    // Killed in its first hour, it is one that has begun: what was asked by then is looked up.
    await writeCheckpoint(dataFolder, begun);
  }

  let done = begun;
  for await (const hour of hoursAhead(duck, files, begun.nextMs, toMs, stages)) {
    const answered = await replayHour(hour, tools, resumed && done === begun);
    const next = { ...afterHour(done, hour, answered), withoutFeatures: [...withoutFeatures] };
    const { due, left } = dueBefore(next.open, next.nextMs);
    await stages.time('outcomes', () => tell(due, tools));
    if (next.nextMs % DAY_MS === 0) {
      await stages.time('monitoring', () => settled(tools));
      const changes = await stages.time('alerts', () => patience.with(() => watch.evaluate(next.nextMs)));
      for (const line of changes) say(line);
    }
    const checkpoint: Checkpoint = { ...next, outcomes: next.outcomes + due.length, open: [...left] };
    await stages.time('checkpoint', () => writeCheckpoint(dataFolder, checkpoint));
    done = checkpoint;
    if (!(await goesOn())) break;
  }
  await stages.time('monitoring', () => settled(tools));
  tellWork({ begun, done, seconds: (performance.now() - startedAt) / 1_000, stages, timings }, say);
  await tellAccount(graph, patience, done, say);
  const weeks = weeksBetween(done.fromMs, done.nextMs);
  if (weeks.length > 0) say(`\n${await weeksTable(graph, patience, weeks)}`);
}

/** The checkpoint of a finished hour, before the outcomes that became known in it are told. */
function afterHour(
  before: Checkpoint,
  { startMs, flights, published }: Hour,
  answered: ReadonlyMap<number, string>,
): Checkpoint {
  const open = flights.flatMap(({ flight, knownMs, late }) => {
    const predictionId = answered.get(flight);
    return predictionId === undefined ? [] : [{ predictionId, knownMs, late }];
  });
  return {
    ...before,
    nextMs: startMs + HOUR_MS,
    answered: before.answered + answered.size,
    published: before.published + published.origin.length + published.destination.length,
    open: [...before.open, ...open],
  };
}
