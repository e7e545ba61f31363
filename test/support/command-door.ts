import { atEnd } from './at-end.ts';
import { serveApp } from './serve-app.ts';

interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** A subgraph behind a door that lets queries through, and keeps commands as it is told. */
export interface CommandDoor {
  readonly url: string;
  /** How many commands it keeps. */
  kept(): number;
  /** How many it has turned away. */
  turnedAway(): number;
  /** From now on commands wait `before` the subgraph has heard them, or their answers do `after` it has done them. */
  keep(where: 'before' | 'after'): void;
  /** From now on commands find nobody. */
  shut(): void;
  /** From now on commands go through; those kept go on their way, or are lost. Resolves once they have ended. */
  open(kept: 'go on' | 'are lost'): Promise<void>;
}

/** Puts the door before an app; closed with the test or the file. */
export async function doorBefore(app: App): Promise<CommandDoor> {
  let now: 'open' | 'shut' | 'before' | 'after' = 'open';
  let turnedAway = 0;
  let waiting: ((lost: boolean) => void)[] = [];
  let under: Promise<unknown>[] = [];
  const nobody = (): Response => new Response(null, { status: 503 });
  const wait = (): Promise<boolean> => new Promise((resolve) => waiting.push(resolve));
  const command = async (request: Request): Promise<Response> => {
    if (now === 'shut') turnedAway++;
    if (now === 'shut' || (now === 'before' && (await wait()))) return nobody();
    const answer = await app.fetch(request);
    return now === 'after' && (await wait()) ? nobody() : answer;
  };
  const { url } = await serveApp({
    fetch: async (request) => {
      if (request.method !== 'POST') return app.fetch(request);
      const body = await request.text();
      // Without the sender's signal: what has arrived is done, although its sender is dead.
      const again = new Request(request.url, { method: 'POST', headers: request.headers, body });
      if (!body.includes('mutation')) return app.fetch(again);
      const answer = command(again);
      under.push(answer);
      return answer;
    },
  });
  const open: CommandDoor['open'] = async (kept) => {
    now = 'open';
    const [going, ending] = [waiting, under];
    waiting = [];
    under = [];
    for (const go of going) go(kept === 'are lost');
    await Promise.all(ending);
  };
  atEnd(() => open('are lost'));
  return {
    url,
    kept: () => waiting.length,
    turnedAway: () => turnedAway,
    keep: (where) => void (now = where),
    shut: () => void (now = 'shut'),
    open,
  };
}
