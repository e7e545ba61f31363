import { DirectFeatureReader } from '../../features/direct-reader.ts';
import { RedisFeatureReader, type RedisSource } from '../../features/redis-reader.ts';
import { ServiceLayouts } from '../../features/service-layouts.ts';
import type { NodeLog } from '../../node/node-log.ts';
import type { Platform } from '../../node/platform.ts';

const TIMEOUT_MS = 5_000;

/** Reads features from a Redis, and from the feature server while that cannot be done. */
export const redisReader =
  (source: RedisSource, log: NodeLog): Platform['onlineReader'] =>
  (server, feature) => {
    const layouts = new ServiceLayouts(feature, { timeoutMs: TIMEOUT_MS });
    const redis = new RedisFeatureReader({ source, planOf: (service) => layouts.planOf(service), nowMs: Date.now });
    return new DirectFeatureReader({ redis, server, monotonicMs: () => performance.now(), onChange: changeTo(log) });
  };

const changeTo =
  (log: NodeLog) =>
  (failure: unknown): void => {
    if (failure === null) log.info({}, 'features are read from Redis again');
    else log.warn({ err: failure }, 'features cannot be read from Redis: the feature server is asked');
  };
