import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { DomainError } from '../../../../../core/errors.ts';
import { functionOf, LIBRARY, type FunctionName } from './functions.ts';
import { redisErrorOf } from './redis-error.ts';

const READ_MS = 1_000;
const WRITE_MS = 15_000;
const LONGEST_PAUSE_MS = 500;

export type RedisArgument = string | Uint8Array;
const argument = (value: RedisArgument): string | Buffer =>
  typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);

/**
 * The way to one Redis: a connection for reads, which give up soon, and one for writes. While it is away commands fail at
 * once, and it is tried again without end. What fails is a DomainError.
 */
export class RedisConnection {
  readonly #reads: Redis;
  readonly #writes: Redis;

  private constructor(reads: Redis, writes: Redis) {
    this.#reads = reads;
    this.#writes = writes;
  }

  /** Throws UNAVAILABLE where nothing answers. */
  static async open(url: string, log: Logger): Promise<RedisConnection> {
    const [reads, writes] = [client(url, READ_MS, log), client(url, WRITE_MS, log)];
    try {
      await Promise.all([reads.connect(), writes.connect()]);
      return new RedisConnection(reads, writes);
    } catch (error) {
      reads.disconnect();
      writes.disconnect();
      throw redisErrorOf(error);
    }
  }

  async ping(): Promise<void> {
    await this.read((redis) => redis.ping());
  }

  /** Throws INVALID_INPUT for a Redis that would forget what nobody told it to, or is a part of a cluster. */
  async checkSettings(): Promise<void> {
    const info = await this.read((redis) => redis.info());
    const setting = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
    const policy = setting('maxmemory_policy');
    if (setting('maxmemory') !== '0' && policy?.startsWith('allkeys')) {
      throw new DomainError(
        'INVALID_INPUT',
        `REDIS_URL: its maxmemory-policy is ${policy}, by which features would vanish; set it to noeviction`,
        { field: 'REDIS_URL', allowed: ['noeviction'] },
      );
    }
    if (setting('cluster_enabled') === '1') {
      throw new DomainError('INVALID_INPUT', 'REDIS_URL: is a node of a cluster; name one server that is in none', {
        field: 'REDIS_URL',
      });
    }
  }

  async read<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await command(this.#reads);
    } catch (error) {
      throw redisErrorOf(error);
    }
  }

  /** For everything that may take longer, or changes something. */
  async write<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await command(this.#writes);
    } catch (error) {
      throw redisErrorOf(error);
    }
  }

  /** Calls one of our functions; a Redis that does not have them gets them. */
  call(name: FunctionName, keys: readonly string[], args: readonly RedisArgument[]): Promise<unknown> {
    return this.write(async (redis) => {
      const call = (): Promise<unknown> => redis.fcall(functionOf(name), keys.length, ...keys, ...args.map(argument));
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Error) || !error.message.includes('Function not found')) throw error;
      }
      await redis.function('LOAD', LIBRARY).catch((error: unknown) => {
        // Another process was quicker.
        if (!(error instanceof Error) || !error.message.includes('already exists')) throw error;
      });
      return call();
    });
  }

  close(): void {
    this.#reads.disconnect();
    this.#writes.disconnect();
  }
}

function client(url: string, commandTimeout: number, log: Logger): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout,
    connectTimeout: READ_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * 50, LONGEST_PAUSE_MS),
    // After a failover the same name leads to another server.
    reconnectOnError: ({ message }) => message.startsWith('READONLY') || message.startsWith('MASTERDOWN'),
  });
  let away = false;
  redis.on('error', (error: unknown) => {
    if (!away) log.warn({ err: error }, 'Redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info('Redis is back');
    away = false;
  });
  return redis;
}
