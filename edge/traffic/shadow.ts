import { assign } from '../../core/assignment/assign.ts';
import type { Traffic, TrafficLayer } from '../../schema/manifest.ts';

export type ShadowLayer = Extract<TrafficLayer, { kind: 'SHADOW' }>;

export const shadowIn = (traffic: Traffic): ShadowLayer | null =>
  traffic.find((layer): layer is ShadowLayer => layer.kind === 'SHADOW') ?? null;

/** Whether a unit's answers are scored by the shadow as well. Buckets count from 0: a larger share keeps every unit. */
export function isShadowed(
  { seed, hashVersion, unit, share, endsAt }: ShadowLayer,
  value: string | null,
  atMs: number,
) {
  if (endsAt !== null && Date.parse(endsAt) <= atMs) return false;
  const arms = [{ arm: 'in', ranges: [[0, share]] as const }];
  return assign({ seed, hashAttribute: unit, hashVersion, arms }, value).arm !== null;
}
