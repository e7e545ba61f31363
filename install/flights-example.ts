import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isExampleDone, runExample } from './example.ts';
import { flightsReplayedTo } from './flights-commands.ts';
import { DEV_KEY } from './secrets.ts';

export interface FlightsExample {
  /** The example's own entry: it is a client, and knows the servers by their doors alone. */
  readonly script: string;
  /** Where it keeps what it derives. */
  readonly folder: string;
  readonly graphUrl: string;
  readonly edgeUrl: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** Hears how to stop the example while it runs. */
  readonly began: (stop: () => Promise<void>) => void;
}

/** Sets the example up, unless an earlier start did. Answers up to when its flights were replayed, if it serves. */
export async function flightsExample(example: FlightsExample): Promise<Date | undefined> {
  const { script, folder, graphUrl, edgeUrl, env, say, began } = example;
  const doneFile = join(folder, 'set-up.done');
  if (!isExampleDone(doneFile)) {
    if (!hasFlights()) {
      say('The flights example is left out: its data, the package vega-datasets, is not installed.');
      return undefined;
    }
    say('The servers run. Setting up the flights example, once ("npm start -- --empty" leaves it out):');
    const doors = ['--data', folder, '--graph', graphUrl, '--edge', edgeUrl];
    const running = runExample({ script, args: ['first-days', ...doors], env, doneFile });
    began(() => running.stop());
    const end = await running.end;
    if (end === 'STOPPED') return undefined;
    if (end === 'FAILED') {
      say(`The flights example is not set up; all else runs. Again: npm run flights -- first-days ${doors.join(' ')}`);
    }
  }
  const replayedTo = await flightsReplayedTo(graphUrl).catch(() => undefined);
  return replayedTo && (await isServed(edgeUrl)) ? replayedTo : undefined;
}

const SERVED_WITHIN_MS = 20_000;

/** What is greeted with must work at once, and an edge that has just started has still to take up what it serves. */
async function isServed(edgeUrl: string): Promise<boolean> {
  const url = `${edgeUrl}/v2/models/flight-delay/ready`;
  const headers = { authorization: `Bearer ${DEV_KEY}` };
  const look = (): Promise<boolean> =>
    fetch(url, { headers }).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let waitedMs = 0; waitedMs < SERVED_WITHIN_MS; waitedMs += 100) {
    if (await look()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** They come with the development dependencies. */
function hasFlights(): boolean {
  try {
    createRequire(import.meta.url).resolve('vega-datasets');
    return true;
  } catch {
    return false;
  }
}
