import { digestOf } from '../../shared/audit/canonical-json.ts';
import type { EventStream } from '../domain/event-stream.ts';
import { eventStreamUrn } from '../domain/ids.ts';
import { activeStreams } from '../storage/event-stream.ts';
import { Repeated } from '../storage/online/repeated.ts';
import { StreamRunner, type StreamRunnerDeps } from './stream-runner.ts';

const LOOK_EVERY_MS = 1_000;

/** Runs what the definitions say: in every process, for the group divides the partitions among all who run. */
export class StreamRunners {
  readonly #deps: StreamRunnerDeps;
  readonly #running = new Map<string, StreamRunner>();
  readonly #looking: Repeated;

  constructor(deps: StreamRunnerDeps) {
    this.#deps = deps;
    this.#looking = new Repeated(LOOK_EVERY_MS, () =>
      this.#look().catch((error: unknown) => deps.log.warn({ err: error }, 'the streams cannot be looked up')),
    );
  }

  async stop(): Promise<void> {
    await this.#looking.stop();
    await Promise.all([...this.#running.values()].map((runner) => runner.end()));
  }

  async #look(): Promise<void> {
    const wanted = new Map((await activeStreams(this.#deps.db.em())).map((one) => [eventStreamUrn.format(one), one]));
    for (const [id, runner] of this.#running) {
      const stream = wanted.get(id);
      if (stream && isRead(stream) === isRead(runner.stream)) continue;
      this.#running.delete(id);
      await runner.end();
    }
    for (const [id, stream] of wanted) {
      const runner = this.#running.get(id);
      if (runner) runner.setPaused(stream.state === 'PAUSED');
      else this.#running.set(id, new StreamRunner(this.#deps, stream));
    }
  }
}

/** What decides how a stream is read. */
const isRead = ({ brokers, topic, group, fields, source }: EventStream): string =>
  digestOf({ brokers, topic, group, fields, source });
