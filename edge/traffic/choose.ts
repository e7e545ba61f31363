import { assign } from '../../core/assignment/assign.ts';
import type { Traffic, TrafficLayer } from '../../schema/manifest.ts';
import { scalarOf, type Value } from '../recipe/value.ts';

/** What traffic says of one request. */
export interface Choice {
  /** The release that answers; null where there is none to fall to. */
  readonly release: string | null;
  /** Why the model must not answer, or null. */
  readonly killed: string | null;
  readonly layer: TrafficLayer['kind'];
  /** The arm, and under whose lease; null outside an allocation. */
  readonly arm: string | null;
  readonly holder: string | null;
  readonly holderRevision: number | null;
  readonly bucket: number | null;
  /** The input field that traffic is split on, and its value. */
  readonly unitField: string | null;
  readonly unit: string | null;
}

const NOBODY = { arm: null, holder: null, holderRevision: null, bucket: null, unitField: null, unit: null } as const;

/**
 * Goes through the layers in their order; the first that decides wins. The bucket of an allocation stays with the
 * answer even where its arm does not decide, so that the share of those outside can be checked afterwards.
 */
export function choose(
  traffic: Traffic,
  inputOf: (field: string) => Value,
  atMs: number,
  forced: string | null = null,
): Choice {
  const unitOf = (field: string): string | null => {
    const value = inputOf(field);
    return value === null ? null : String(scalarOf(value));
  };
  const fallTo = traffic.find((layer) => layer.kind === 'DEFAULT')?.release ?? null;
  let seen: Omit<Choice, 'release' | 'killed' | 'layer'> = NOBODY;
  for (const layer of traffic) {
    switch (layer.kind) {
      case 'FORCED':
        if (forced !== null) return { ...NOBODY, release: forced, killed: null, layer: 'FORCED' };
        break;
      case 'KILL':
        return { ...NOBODY, release: fallTo, killed: layer.reason, layer: 'KILL' };
      case 'HOLDOUT': {
        const unit = unitOf(layer.unit);
        const { arm, bucket } = assign(
          {
            seed: layer.seed,
            hashAttribute: layer.unit,
            hashVersion: 2,
            arms: [{ arm: 'in', ranges: [[0, layer.share]] }],
          },
          unit,
        );
        if (arm !== null) {
          return {
            ...NOBODY,
            release: layer.release,
            killed: null,
            layer: 'HOLDOUT',
            bucket,
            unitField: layer.unit,
            unit,
          };
        }
        break;
      }
      case 'VARIANT': {
        const value = unitOf(layer.field);
        const release = value !== null && Object.hasOwn(layer.releases, value) ? layer.releases[value] : undefined;
        if (release !== undefined) return { ...NOBODY, release, killed: null, layer: 'VARIANT' };
        break;
      }
      case 'ALLOCATION': {
        if (layer.endsAt !== null && Date.parse(layer.endsAt) <= atMs) break;
        const unit = unitOf(layer.unit);
        const { seed, hashVersion, arms, holder, holderRevision } = layer;
        const { arm, bucket } = assign({ seed, hashAttribute: layer.unit, hashVersion, arms }, unit);
        seen = { arm, holder, holderRevision, bucket, unitField: layer.unit, unit };
        const chosen = arms.find((one) => one.arm === arm);
        if (chosen) return { ...seen, release: chosen.release, killed: null, layer: 'ALLOCATION' };
        break;
      }
      case 'SHADOW':
        break;
      case 'DEFAULT':
        return { ...seen, release: layer.release, killed: null, layer: 'DEFAULT' };
    }
  }
  return { ...seen, release: null, killed: null, layer: 'DEFAULT' };
}

/** Every release that can answer whoever asks. */
export function releasesOf(traffic: Traffic): string[] {
  const named = traffic.flatMap((layer) => {
    if (layer.kind === 'KILL' || layer.kind === 'SHADOW' || layer.kind === 'FORCED') return [];
    if (layer.kind === 'VARIANT') return Object.values(layer.releases);
    if (layer.kind === 'ALLOCATION') return layer.arms.map(({ release }) => release);
    return [layer.release];
  });
  return [...new Set(named)];
}

/** The releases that testers may have answer. */
export const forcedIn = (traffic: Traffic): readonly string[] =>
  traffic.find((layer) => layer.kind === 'FORCED')?.releases ?? [];
