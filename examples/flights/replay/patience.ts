import { isAway } from './servers.ts';

export interface PatienceOptions {
  readonly say: (line: string) => void;
  /** How long to wait for a server in all. */
  readonly mostMs?: number;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly nowMs?: () => number;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
const REPORT_AFTER_MS = 2_000;

/** Does again what found a server away, until it is back. Only for what may be done twice. */
export class Patience {
  readonly #options: Required<PatienceOptions>;

  constructor({
    say,
    mostMs = 600_000,
    sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    nowMs = () => performance.now(),
  }: PatienceOptions) {
    this.#options = { say, mostMs, sleep, nowMs };
  }

  /** Throws what the work throws, and that it is away after all when the server stays away for too long. */
  async with<T>(work: () => Promise<T>): Promise<T> {
    const { say, mostMs, sleep, nowMs } = this.#options;
    const startedMs = nowMs();
    let reported = false;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        const result = await work();
        if (reported) say('it is back: going on');
        return result;
      } catch (error) {
        const waitedMs = nowMs() - startedMs;
        if (!isAway(error) || waitedMs >= mostMs) throw error;
        if (!reported && waitedMs >= REPORT_AFTER_MS) {
          say(
            `${error.message}; waiting for it (start the servers with "npm start"; Ctrl-C ends the replay, which goes on here next time)`,
          );
          reported = true;
        }
      }
      await sleep(waitMs);
    }
  }
}
