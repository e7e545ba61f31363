import type { Traffic, TrafficLayer } from '../../schema/manifest.ts';
import { kindOf, type Split, type TrafficInputs, type TrafficRequest } from './layer-kinds.ts';
import { defaultRelease } from './layers.ts';

/** What traffic says of one request. */
export interface Choice extends Split {
  /** The release that answers; null where there is none to fall to. */
  readonly release: string | null;
  /** Why the model must not answer, or null. */
  readonly killed: string | null;
  /** The layer that decided; null where the caller named the release. */
  readonly layer: TrafficLayer['kind'] | null;
}

/** Outside of any split. */
export const NO_SPLIT: Split = {
  arm: null,
  holder: null,
  holderRevision: null,
  bucket: null,
  unitField: null,
  unit: null,
  holdout: null,
  variant: null,
};

/** Of a request that has none. */
export const NO_INPUTS: TrafficInputs = { unitOf: () => null, meets: () => false };

/** Goes through the layers in their order; the first that decides wins. */
export function choose(traffic: Traffic, inputs: TrafficInputs, atMs: number, forced: string | null = null): Choice {
  const request: TrafficRequest = { ...inputs, atMs, forced, byDefault: defaultRelease(traffic) ?? null };
  let split = NO_SPLIT;
  for (const layer of traffic) {
    const verdict = kindOf(layer).decide?.(layer, request);
    if (!verdict) continue;
    if (verdict.split) split = { ...split, ...verdict.split };
    if (verdict.release === undefined) continue;
    return { ...split, release: verdict.release, killed: verdict.killed ?? null, layer: layer.kind };
  }
  return { ...split, release: null, killed: null, layer: 'DEFAULT' };
}
