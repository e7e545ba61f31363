import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import type { Database } from '../../shared/database/database.ts';
import type { EventStream } from '../domain/event-stream.ts';
import { eventStreamUrn } from '../domain/ids.ts';
import type { KafkaAccess } from '../domain/kafka-access.ts';
import { checkSameTopic } from '../domain/stream-place.ts';
import type { StreamIntake } from '../operations/stream-intake.ts';
import { noteRanges, placesOf } from '../storage/stream-place.ts';
import { clearProblem, noteProblem } from '../storage/stream-problem.ts';
import { KafkaTopic } from './kafka-topic.ts';

export interface StreamRunnerDeps {
  readonly db: Database;
  readonly intake: StreamIntake;
  readonly kafka: KafkaAccess;
  readonly log: Logger;
  readonly now: () => Date;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const LOOK_EVERY_MS = 2_000;

/** Reads one stream until it is ended. What fails is noted, and tried again after a while that grows. */
export class StreamRunner {
  readonly stream: EventStream;
  readonly #deps: StreamRunnerDeps;
  readonly #ended = new AbortController();
  readonly #running: Promise<void>;
  #topic: KafkaTopic | undefined;
  #paused: PromiseWithResolvers<void> | undefined;
  #failures = 0;
  /** One of this process, or of the one before it. */
  #mayHaveProblem = true;

  constructor(deps: StreamRunnerDeps, stream: EventStream) {
    this.#deps = deps;
    this.stream = stream;
    this.setPaused(stream.state === 'PAUSED');
    this.#running = this.#run();
  }

  /** While it is paused it stays in its group, and takes nothing. */
  setPaused(isPaused: boolean): void {
    if (isPaused) this.#paused ??= Promise.withResolvers();
    else {
      this.#paused?.resolve();
      this.#paused = undefined;
    }
  }

  /** Leaves the group; what has begun to be taken is taken. */
  async end(): Promise<void> {
    this.#ended.abort();
    this.setPaused(false);
    await this.#topic?.close().catch(() => undefined);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#follow();
      } catch (error) {
        if (signal.aborted) return;
        await this.#failed(error);
      } finally {
        await this.#topic?.close().catch(() => undefined);
        this.#topic = undefined;
      }
    }
  }

  async #follow(): Promise<void> {
    const { db, intake, log } = this.#deps;
    const { signal } = this.#ended;
    const topic = (this.#topic = new KafkaTopic(this.stream, this.#deps.kafka));
    const before = await placesOf(db, this.stream);
    const ranges = await topic.ranges();
    checkSameTopic(this.stream.topic, before, ranges);
    await noteRanges(db, this.stream, ranges);
    const looking = setInterval(() => {
      this.#look(topic).catch((error: unknown) => log.debug({ err: error }, 'the lag of a stream cannot be seen'));
    }, LOOK_EVERY_MS);
    try {
      for await (const block of topic.blocks(await placesOf(db, this.stream))) {
        await this.#paused?.promise;
        if (signal.aborted) return;
        await intake.take(this.stream, block, signal);
        await this.#works();
      }
      if (!signal.aborted) throw new DomainError('UNAVAILABLE', 'brokers: the connection has ended');
    } finally {
      clearInterval(looking);
    }
  }

  /** How far the topic goes, and for Kafka's tools how far the stream is in it. */
  async #look(topic: KafkaTopic): Promise<void> {
    const { db } = this.#deps;
    await noteRanges(db, this.stream, await topic.ranges());
    await this.#works();
    await topic.show(await placesOf(db, this.stream));
  }

  async #works(): Promise<void> {
    if (!this.#mayHaveProblem) return;
    await clearProblem(this.#deps.db, this.stream);
    this.#mayHaveProblem = false;
    if (this.#failures > 0)
      this.#deps.log.info({ stream: eventStreamUrn.format(this.stream) }, 'a stream is read again');
    this.#failures = 0;
  }

  async #failed(error: unknown): Promise<void> {
    const { db, log, now } = this.#deps;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures = Math.min(this.#failures + 1, 16);
    this.#mayHaveProblem = true;
    const problem = problemIn(error);
    log.warn({ stream: eventStreamUrn.format(this.stream), problem, waitMs }, 'a stream cannot be read just now');
    const since = now();
    try {
      await noteProblem(db, this.stream, { problem, since, nextTryAt: new Date(since.getTime() + waitMs) });
    } catch (cause) {
      log.warn({ err: cause }, 'nor can that be noted');
    }
    await this.#wait(waitMs);
  }

  async #wait(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#ended.signal });
    } catch {
      // It is ended.
    }
  }
}

const LONGEST_PROBLEM = 500;

function problemIn(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return `brokers: ${[...new Set(causesOf(error))].join('; ').slice(0, LONGEST_PROBLEM)}`;
}

/** What lies at the bottom: each try of each broker fails with errors of errors, which say that something failed. */
function causesOf(error: unknown): string[] {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.flatMap(causesOf);
  if (error instanceof Error) return error.cause === undefined ? [error.message] : causesOf(error.cause);
  return [String(error)];
}
