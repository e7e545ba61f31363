import { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';

export const READ_MS = 1_000;
export const WRITE_MS = 15_000;
const LONGEST_PAUSE_MS = 500;
/** How often a cluster is asked again where a slot is, while it moves or its server is replaced. */
const MOST_REDIRECTIONS = 8;

/** What both have in common is all that is used. */
export type RedisClient = Redis | Cluster;

const pause = (times: number): number => Math.min(times * 50, LONGEST_PAUSE_MS);

const common = (commandTimeout: number) => ({
  commandTimeout,
  connectTimeout: READ_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
});

/** Of one server, or whatever leads to the primary of one. */
export function clientOf([url = '']: readonly string[], commandTimeout: number, log: Logger): Redis {
  const redis = new Redis(url, {
    ...common(commandTimeout),
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: pause,
    // After a failover the same name leads to another server.
    reconnectOnError: ({ message }: Error) => message.startsWith('READONLY') || message.startsWith('MASTERDOWN'),
  });
  tellOutages(redis, log);
  return redis;
}

/** Of a cluster, by some of its nodes: all others are found by these. */
export function clusterClient(urls: readonly string[], commandTimeout: number, log: Logger): Cluster {
  const [first] = urls.map((url) => new URL(url));
  const account = {
    ...(first && first.username !== '' && { username: decodeURIComponent(first.username) }),
    ...(first && first.password !== '' && { password: decodeURIComponent(first.password) }),
    ...(first?.protocol === 'rediss:' && { tls: {} }),
  };
  const nodes = urls.map((url) => ({ host: new URL(url).hostname, port: Number(new URL(url).port || 6_379) }));
  const cluster = new Cluster(nodes, {
    redisOptions: { ...common(commandTimeout), ...account },
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: pause,
    maxRedirections: MOST_REDIRECTIONS,
    slotsRefreshTimeout: READ_MS,
    slotsRefreshInterval: 5_000,
  });
  tellOutages(cluster, log);
  return cluster;
}

/** Says once that it is away, and once that it is back. */
function tellOutages(client: RedisClient, log: Logger): void {
  let away = false;
  const tellAway = (error: unknown): void => {
    if (!away) log.warn({ err: error }, 'Redis is away');
    away = true;
  };
  client.on('error', tellAway);
  client.on('node error', tellAway);
  client.on('ready', () => {
    if (away) log.info('Redis is back');
    away = false;
  });
}
