import type { ControlPlane } from '../control-plane/control-plane.ts';
import { CachedFeatureReader } from '../features/cached-reader.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import { HttpFeatureReader } from '../features/http-reader.ts';
import { PinnedFeatureReader, type PinnedFeatures } from '../features/pinned-reader.ts';
import type { Platform } from './platform.ts';
import type { NodeSettings } from './settings.ts';

const TIMEOUT_MS = 5_000;
const MOST_ROWS = 10_000;

/**
 * Reads features from the node's memory, the online store where the platform can, and the feature server, in this order; where
 * none of them answers there is what is pinned.
 */
export function featureReaderOf(
  { onlineReader, clock }: Pick<Platform, 'onlineReader' | 'clock'>,
  { featureFreshMs, featureKeepMs }: NodeSettings,
  { feature, pinned }: { readonly feature: ControlPlane; readonly pinned: PinnedFeatures },
): FeatureReader {
  const server = new HttpFeatureReader(feature, { timeoutMs: TIMEOUT_MS });
  const cached = new CachedFeatureReader(
    onlineReader ? onlineReader(server, feature) : server,
    { freshMs: featureFreshMs, keepMs: featureKeepMs, maxRows: MOST_ROWS },
    clock.nowMs,
  );
  return new PinnedFeatureReader(cached, pinned);
}
