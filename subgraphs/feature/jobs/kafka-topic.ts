import { isIP } from 'node:net';
import { Consumer, ListOffsetTimestamps, MessagesStreamFallbackModes, MessagesStreamModes } from '@platformatic/kafka';
import type { EventStream } from '../domain/event-stream.ts';
import type { KafkaAccess } from '../domain/kafka-access.ts';
import type { StreamMessage } from '../domain/stream-message.ts';
import type { PartitionRange } from '../storage/stream-place.ts';

const MESSAGES_PER_BLOCK = 1_000;
const CALL_TIMEOUT_MS = 5_000;

/** One member of a consumer group on one topic: the only file that knows the client of Kafka. */
export class KafkaTopic {
  readonly #topic: string;
  readonly #consumer: Consumer;

  constructor({ brokers, topic, group }: EventStream, { tls, sasl }: KafkaAccess) {
    this.#topic = topic;
    this.#consumer = new Consumer({
      groupId: group,
      clientId: 'tiffin',
      bootstrapBrokers: [...brokers],
      connectTimeout: CALL_TIMEOUT_MS,
      timeout: CALL_TIMEOUT_MS,
      retries: 2,
      retryDelay: 250,
      autocommit: false,
      sessionTimeout: 10_000,
      rebalanceTimeout: 10_000,
      heartbeatInterval: 1_000,
      // Brokers behind one address are told apart by their names.
      ...(tls && { tls: { ca: tls.ca }, tlsServerName: !brokers.some(hasNoName) }),
      ...(sasl && { sasl }),
    });
    // Failures come with the call that they end.
    this.#consumer.on('error', () => undefined);
  }

  /** What the brokers have of each partition. */
  async ranges(): Promise<PartitionRange[]> {
    const topics = [this.#topic];
    const [first, end] = await Promise.all([
      this.#consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.EARLIEST }),
      this.#consumer.listOffsets({ topics, timestamp: ListOffsetTimestamps.LATEST }),
    ]);
    const ends = end.get(this.#topic) ?? [];
    return (first.get(this.#topic) ?? []).map((offset, partition) => ({
      partition,
      first: Number(offset),
      end: Number(ends[partition] ?? offset),
    }));
  }

  /**
   * Joins the group and gives the messages of the partitions that fall to it, in blocks: of each partition in order, from the
   * given place on or from before it. Fetches no further than what is asked for. Ends when it is closed.
   */
  async *blocks(
    places: readonly { readonly partition: number; readonly nextOffset: number }[],
  ): AsyncGenerator<StreamMessage[]> {
    const stream = await this.#consumer.consume({
      topics: [this.#topic],
      mode: MessagesStreamModes.MANUAL,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
      offsets: places.map((place) => ({
        topic: this.#topic,
        partition: place.partition,
        offset: BigInt(place.nextOffset),
      })),
      maxWaitTime: 500,
      highWaterMark: MESSAGES_PER_BLOCK,
    });
    let block: StreamMessage[] = [];
    for await (const { partition, offset, key, value } of stream) {
      // A message without a value has none, whatever its type says.
      block.push({ partition, offset: Number(offset), key: key ?? null, value: value ?? null });
      if (block.length < MESSAGES_PER_BLOCK && stream.readableLength > 0) continue;
      yield block;
      block = [];
    }
  }

  /** Lets Kafka's own tools see how far the group is. Nothing depends on it. */
  async show(places: readonly { readonly partition: number; readonly nextOffset: number }[]): Promise<void> {
    const own = this.#consumer.assignments?.find(({ topic }) => topic === this.#topic)?.partitions ?? [];
    const offsets = places
      .filter(({ partition }) => own.includes(partition))
      .map(({ partition, nextOffset }) => ({
        topic: this.#topic,
        partition,
        offset: BigInt(nextOffset),
        leaderEpoch: -1,
      }));
    if (offsets.length > 0) await this.#consumer.commit({ offsets });
  }

  async close(): Promise<void> {
    await this.#consumer.close(true);
  }
}

const hasNoName = (broker: string): boolean => isIP(broker.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) !== 0;
