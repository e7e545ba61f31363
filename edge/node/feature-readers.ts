import type { ControlPlane } from '../control-plane/control-plane.ts';
import { CachedFeatureReader } from '../features/cached-reader.ts';
import { DirectFeatureReader } from '../features/direct-reader.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import { HttpFeatureReader } from '../features/http-reader.ts';
import { RedisFeatureReader, type RedisSource } from '../features/redis-reader.ts';
import { ServiceLayouts } from '../features/service-layouts.ts';
import type { Platform } from './platform.ts';
import type { NodeSettings } from './settings.ts';

const TIMEOUT_MS = 5_000;
const MOST_ROWS = 10_000;

/** Reads features from the node's memory, the online store where it lies, and the feature server, in this order. */
export function featureReaderOf(
  { redis, clock, log }: Pick<Platform, 'redis' | 'clock' | 'log'>,
  { featureFreshMs, featureKeepMs }: NodeSettings,
  feature: ControlPlane,
): FeatureReader {
  const server = new HttpFeatureReader(feature, { timeoutMs: TIMEOUT_MS });
  return new CachedFeatureReader(
    redis ? directReader(redis, { feature, server, clock, log }) : server,
    { freshMs: featureFreshMs, keepMs: featureKeepMs, maxRows: MOST_ROWS },
    clock.nowMs,
  );
}

function directReader(
  source: RedisSource,
  { feature, server, clock, log }: Pick<Platform, 'clock' | 'log'> & { feature: ControlPlane; server: FeatureReader },
): FeatureReader {
  const layouts = new ServiceLayouts(feature, { timeoutMs: TIMEOUT_MS });
  const redis = new RedisFeatureReader({ source, planOf: (service) => layouts.planOf(service), nowMs: clock.nowMs });
  const onChange = (failure: unknown): void => {
    if (failure === null) log.info({}, 'features are read from Redis again');
    else log.warn({ err: failure }, 'features cannot be read from Redis: the feature server is asked');
  };
  return new DirectFeatureReader({ redis, server, monotonicMs: clock.monotonicMs, onChange });
}
