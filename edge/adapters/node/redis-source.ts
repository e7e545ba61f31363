import { Cluster, Redis } from 'ioredis';
import { CLUSTER_PARTS, type PartCount } from '../../../core/codec/redis-address.ts';
import { DomainError } from '../../../core/errors.ts';
import { withTimeLimit } from '../../../core/time-limit.ts';
import type { RedisSource } from '../../features/redis-reader.ts';

const READ_MS = 250;
const LONGEST_PAUSE_MS = 500;

const pause = (times: number): number => Math.min(times * 50, LONGEST_PAUSE_MS);
const late = (): Error => new Error('Redis did not answer in time');
const common = { connectTimeout: 1_000, maxRetriesPerRequest: 0, enableReadyCheck: false } as const;

/**
 * A Redis that this node reads and never writes, a server or a cluster. It may be away when the node starts and at any time
 * later: reads fail soon then, and it is tried again without end.
 */
export class NodeRedisSource implements RedisSource {
  readonly #urls: readonly string[];
  readonly #single: Redis;
  #client: Redis | Cluster | undefined;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
    this.#single = new Redis(urls[0] ?? '', { ...common, enableOfflineQueue: false, retryStrategy: pause });
    this.#single.on('error', () => undefined);
    this.#single.on('ready', () => void this.#meet());
  }

  get parts(): PartCount {
    return this.#connected() instanceof Cluster ? CLUSTER_PARTS : 1;
  }

  async mget(keys: readonly string[]): Promise<readonly (Uint8Array | null)[]> {
    const client = this.#connected();
    try {
      return await withTimeLimit(READ_MS, () => client.mgetBuffer([...keys]), late);
    } catch (error) {
      throw new DomainError('UNAVAILABLE', `Redis cannot be read: ${error instanceof Error ? error.message : ''}`);
    }
  }

  close(): void {
    this.#single.disconnect();
    this.#client?.disconnect();
  }

  #connected(): Redis | Cluster {
    if (this.#client) return this.#client;
    throw new DomainError('UNAVAILABLE', 'Redis has not been reached yet');
  }

  /** Looks, once it answers, whether it is a node of a cluster; its account may not be told. */
  async #meet(): Promise<void> {
    if (this.#client) return;
    const isCluster = await this.#single.cluster('INFO').then(
      () => true,
      () => false,
    );
    this.#client = isCluster ? this.#cluster() : this.#single;
  }

  #cluster(): Cluster {
    const urls = this.#urls.map((url) => new URL(url));
    const { username, password } = this.#single.options;
    const cluster = new Cluster(
      urls.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6_379) })),
      {
        redisOptions: {
          ...common,
          ...(username && { username }),
          ...(password && { password }),
          ...(urls[0]?.protocol === 'rediss:' && { tls: {} }),
        },
        enableOfflineQueue: true,
        clusterRetryStrategy: pause,
        enableReadyCheck: false,
        slotsRefreshInterval: 5_000,
      },
    );
    cluster.on('error', () => undefined);
    return cluster;
  }
}
