import type { Traffic, TrafficLayer } from '../../../../schema/manifest.ts';
import { isKilled } from '../../../../core/traffic/layers.ts';

/** What one layer sends to one release. */
export interface Share {
  readonly layer: TrafficLayer['kind'];
  /** Digest. */
  readonly release: string;
  /** The arm of a split. */
  readonly arm: string | null;
  /** The value of the input for which a variant answers. */
  readonly value: string | null;
  /** Of the units that no variant takes; null for a variant and for a split with a condition, whose share depends on what is asked. */
  readonly share: number | null;
}

/** Who answers under some layers at a moment, in the order in which they decide; nobody while the model is stopped. */
export function sharesOf(traffic: Traffic, at: Date): readonly Share[] {
  if (isKilled(traffic)) return [];
  let rest = 1;
  const shares: Share[] = [];
  const add = (layer: TrafficLayer['kind'], release: string, more: Partial<Share>): void => {
    shares.push({ layer, release, arm: null, value: null, share: null, ...more });
  };
  for (const layer of traffic) {
    if (layer.kind === 'HOLDOUT') {
      add(layer.kind, layer.release, { share: rest * layer.share });
      rest *= 1 - layer.share;
    } else if (layer.kind === 'VARIANT') {
      for (const [value, release] of Object.entries(layer.releases)) add(layer.kind, release, { value });
    } else if (layer.kind === 'ALLOCATION' && (layer.endsAt === null || Date.parse(layer.endsAt) > at.getTime())) {
      const { namespace, targeting } = layer;
      const slice = namespace ? namespace.to - namespace.from : 1;
      const widths = layer.arms.map(({ ranges }) => slice * ranges.reduce((sum, [from, to]) => sum + to - from, 0));
      for (const [i, { arm, release }] of layer.arms.entries())
        add(layer.kind, release, { arm, share: targeting ? null : rest * (widths[i] ?? 0) });
      if (!targeting) rest *= 1 - widths.reduce((sum, width) => sum + width, 0);
    } else if (layer.kind === 'DEFAULT') add(layer.kind, layer.release, { share: tidy(rest) });
  }
  return shares
    .filter(({ share }) => share === null || share > 0)
    .map((one) => ({ ...one, share: one.share === null ? null : tidy(one.share) }));
}

/** Sums of shares like .95 and .05 leave a trace in the last digits. */
const tidy = (share: number): number => Math.round(share * 1e9) / 1e9;
