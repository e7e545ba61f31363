import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { WantedAllocation, WantedShadow, WantedTraffic, type Traffic } from '../../../../schema/manifest.ts';
import { validated } from '../../../../schema/validated.ts';
import type { AllocationLayer, ShadowLayer } from '../../../../core/traffic/layers.ts';

/** A layer as a caller writes it: one field that names its kind. */
export type LayerInput = Readonly<Record<string, unknown>>;

const KINDS = ['forced', 'holdout', 'variant', 'allocation', 'shadow', 'default'] as const;

/** Reads the layers of setTraffic; releases are as the caller named them. Throws INVALID_INPUT that names the layer. */
export function readLayers(layers: readonly LayerInput[]): Traffic {
  const written = layers.map((layer, i) => {
    const given = KINDS.filter((kind) => layer[kind] !== undefined && layer[kind] !== null);
    const [kind] = given;
    if (kind === undefined || given.length > 1) {
      const which = given.length === 0 ? 'none' : given.join(' and ');
      throw new DomainError(
        'INVALID_INPUT',
        `layers.${i}: a layer is exactly one of ${KINDS.join(', ')}; this one has ${which}`,
        {
          field: `layers.${i}`,
          allowed: KINDS,
        },
      );
    }
    return writtenOf(kind, layer[kind] as LayerInput);
  });
  return validated(z.object({ layers: WantedTraffic }), { layers: written }).layers;
}

function writtenOf(kind: (typeof KINDS)[number], layer: LayerInput): unknown {
  const body = { kind: kind.toUpperCase(), ...layer };
  if (kind === 'variant') {
    const { releases } = layer as { releases: readonly { value: string; release: string }[] };
    return { ...body, releases: Object.fromEntries(releases.map(({ value, release }) => [value, release])) };
  }
  return kind === 'allocation' || kind === 'shadow' ? heldOf(layer, kind) : body;
}

/** A moment that was left out is never, and one that is given is written as manifests write it. */
const heldOf = (layer: LayerInput, kind: 'allocation' | 'shadow'): unknown => {
  const { endsAt, targeting, namespace, ...rest } = layer as {
    endsAt?: Date | null;
    targeting?: string | null;
    namespace?: object | null;
  };
  return {
    kind: kind.toUpperCase(),
    ...plain(rest),
    ...(typeof targeting === 'string' && { targeting: { text: targeting } }),
    ...(namespace && { namespace: plain(namespace) }),
    endsAt: endsAt?.toISOString() ?? null,
  };
};

/** Without the classes that a transport may have read it into. */
const plain = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

/** Reads what acquireAllocation is given. Throws INVALID_INPUT that names the field. */
export const readAllocation = (layer: object): AllocationLayer =>
  validated(WantedAllocation, heldOf(layer as LayerInput, 'allocation'));

/** Reads what acquireShadow is given. Throws INVALID_INPUT that names the field. */
export const readShadow = (layer: object): ShadowLayer =>
  validated(WantedShadow, heldOf(layer as LayerInput, 'shadow'));
