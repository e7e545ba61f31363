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

const SENTINEL = /^(rediss?)\+sentinel:/;
export const areSentinels = ([url = '']: readonly string[]): boolean => SENTINEL.test(url);

/** Of one server, whatever leads to the primary of one, or the primary that sentinels name. */
export function clientOf(urls: readonly string[], commandTimeout: number, log: Logger): Redis {
  const options = {
    ...common(commandTimeout),
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: pause,
    // After a failover the same name leads to another server.
    reconnectOnError: ({ message }: Error) => message.startsWith('READONLY') || message.startsWith('MASTERDOWN'),
  };
  const redis = areSentinels(urls)
    ? new Redis({ ...options, ...bySentinels(urls) })
    : new Redis(urls[0] ?? '', options);
  tellOutages(redis, log);
  return redis;
}

/** Sentinels are asked where the primary is, anew whenever the way to it is lost; account and TLS are those of the primary. */
function bySentinels(urls: readonly string[]) {
  const all = urls.map((text) => new URL(text));
  const [, name = '', db = ''] = (all[0]?.pathname ?? '').split('/');
  return {
    sentinels: all.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 26_379) })),
    name,
    db: Number(db),
    ...(all[0] && accountOf(all[0])),
    sentinelRetryStrategy: pause,
    sentinelCommandTimeout: READ_MS,
    // A primary that hangs keeps its connections.
    failoverDetector: true,
  };
}

const accountOf = ({ protocol, username, password }: URL) => ({
  ...(username !== '' && { username: decodeURIComponent(username) }),
  ...(password !== '' && { password: decodeURIComponent(password) }),
  ...(protocol.startsWith('rediss') && { tls: {} }),
});

/** Of a cluster, by some of its nodes: all others are found by these. */
export function clusterClient(urls: readonly string[], commandTimeout: number, log: Logger): Cluster {
  const [first] = urls.map((url) => new URL(url));
  const account = first ? accountOf(first) : {};
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
