import { Cluster, type Redis } from 'ioredis';
import type { Logger } from 'pino';
import { CLUSTER_PARTS, type PartCount } from '../../../../../core/codec/redis-address.ts';
import { DomainError } from '../../../../../core/errors.ts';
import { withTimeLimit } from '../../../../../core/time-limit.ts';
import { functionOf, LIBRARY, type FunctionName } from './functions.ts';
import { areSentinels, clusterClient, clientOf, READ_MS, WRITE_MS, type RedisClient } from './redis-client.ts';
import { redisErrorOf } from './redis-error.ts';

export type RedisArgument = string | Uint8Array;
const argument = (value: RedisArgument): string | Buffer =>
  typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);

/**
 * The way to one Redis, a server or a cluster: a connection for reads, which give up soon, and one for writes. While it is
 * away commands fail at once or soon, and it is tried again without end. What fails is a DomainError.
 */
export class RedisConnection {
  readonly parts: PartCount;
  readonly #reads: RedisClient;
  readonly #writes: RedisClient;

  private constructor(reads: RedisClient, writes: RedisClient) {
    this.#reads = reads;
    this.#writes = writes;
    this.parts = reads instanceof Cluster ? CLUSTER_PARTS : 1;
  }

  /** Throws UNAVAILABLE where nothing answers, INVALID_INPUT for a Redis that would forget what nobody told it to. */
  static async open(urls: readonly string[], log: Logger): Promise<RedisConnection> {
    const isCluster = await firstThatAnswers(urls, log, checkSettings);
    if (isCluster && urls.some((url) => /^\/0*[1-9]/.test(new URL(url).pathname))) {
      const why = 'REDIS_URL: is a cluster, which has database 0 alone';
      throw new DomainError('INVALID_INPUT', why, { field: 'REDIS_URL', allowed: [0] });
    }
    if (!isCluster && urls.length > 1 && !areSentinels(urls)) {
      const why = 'REDIS_URL: names several servers that are no cluster; name one';
      throw new DomainError('INVALID_INPUT', why, { field: 'REDIS_URL' });
    }
    const make = isCluster ? clusterClient : clientOf;
    const clients = [make(urls, READ_MS, log), make(urls, WRITE_MS, log)] as const;
    try {
      await within(WRITE_MS, () => Promise.all(clients.map((client) => client.connect())));
      return new RedisConnection(...clients);
    } catch (error) {
      for (const client of clients) client.disconnect();
      throw redisErrorOf(error);
    }
  }

  /** The servers that take writes, as far as they are known right now. */
  primaries(): readonly Redis[] {
    return primariesOf(this.#writes);
  }

  read<T>(command: (redis: RedisClient) => Promise<T>): Promise<T> {
    return within(READ_MS, () => command(this.#reads));
  }

  /** For everything that may take longer, or changes something. */
  write<T>(command: (redis: RedisClient) => Promise<T>): Promise<T> {
    return within(WRITE_MS, () => command(this.#writes));
  }

  /** Calls one of our functions on keys of one slot; a Redis that does not have them gets them. */
  call(name: FunctionName, keys: readonly string[], args: readonly RedisArgument[]): Promise<unknown> {
    return this.write(async (redis) => {
      const call = (): Promise<unknown> => redis.fcall(functionOf(name), keys.length, ...keys, ...args.map(argument));
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Error) || !error.message.includes('Function not found')) throw error;
      }
      await Promise.all(this.primaries().map(loadFunctions));
      return call();
    });
  }

  close(): void {
    this.#reads.disconnect();
    this.#writes.disconnect();
  }
}

const primariesOf = (client: RedisClient): Redis[] => (client instanceof Cluster ? client.nodes('master') : [client]);

async function loadFunctions(server: Redis): Promise<void> {
  await server.function('LOAD', LIBRARY).catch((error: unknown) => {
    // Another process was quicker.
    if (!(error instanceof Error) || !error.message.includes('already exists')) throw error;
  });
}

/** A cluster sends commands again while it looks for the server of a slot: there is an end to that. */
async function within<T>(limitMs: number, command: () => Promise<T>): Promise<T> {
  try {
    return await withTimeLimit(limitMs, command, () => new Error('Command timed out'));
  } catch (error) {
    throw redisErrorOf(error);
  }
}

async function firstThatAnswers<T>(
  urls: readonly string[],
  log: Logger,
  ask: (server: Redis) => Promise<T>,
): Promise<T> {
  let failure: unknown;
  for (const one of areSentinels(urls) ? [urls] : urls.map((url) => [url])) {
    const server = clientOf(one, READ_MS, log);
    try {
      // Sentinels are asked without end.
      await within(2 * READ_MS, () => server.connect());
      return await ask(server);
    } catch (error) {
      if (error instanceof DomainError && error.code !== 'UNAVAILABLE') throw error;
      failure = error;
    } finally {
      server.disconnect();
    }
  }
  throw redisErrorOf(failure);
}

/** Answers whether it is a node of a cluster. Throws INVALID_INPUT for a server that may forget what nobody told it to. */
async function checkSettings(server: Redis): Promise<boolean> {
  const info = await server.info();
  const setting = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const policy = setting('maxmemory_policy');
  if (setting('maxmemory') !== '0' && policy?.startsWith('allkeys')) {
    throw new DomainError(
      'INVALID_INPUT',
      `REDIS_URL: its maxmemory-policy is ${policy}, by which features would vanish; set it to noeviction`,
      { field: 'REDIS_URL', allowed: ['noeviction'] },
    );
  }
  return setting('cluster_enabled') === '1';
}
