import { DomainError } from '../../../core/errors.ts';
import type { Traffic, TrafficLayer } from '../../../schema/manifest.ts';
import { defaultRelease } from './computed-role.ts';
import { allocationOf, shadowOf, type AllocationLayer } from './lease.ts';

/** The order in which layers decide: the first that has an answer wins. */
export const LAYER_ORDER = ['FORCED', 'KILL', 'HOLDOUT', 'VARIANT', 'ALLOCATION', 'SHADOW', 'DEFAULT'] as const;

/** Each of them is kept ready on every node. */
const MOST_TESTED = 20;

const MANY: ReadonlySet<TrafficLayer['kind']> = new Set(['VARIANT']);

const wrong = (message: string, field: string, details: Readonly<Record<string, unknown>> = {}): DomainError =>
  new DomainError('INVALID_INPUT', message, { field, ...details });

/** Checks order, kinds and shares of a deployment's layers. Throws INVALID_INPUT that names the layer. */
export function checkLayers(layers: Traffic): void {
  let reached = 0;
  const seen = new Set<TrafficLayer['kind']>();
  for (const [i, layer] of layers.entries()) {
    const at = LAYER_ORDER.indexOf(layer.kind);
    if (at < reached) {
      throw wrong(`${layer.kind} stands after ${LAYER_ORDER[reached]}`, `layers.${i}`, { allowed: LAYER_ORDER });
    }
    if (seen.has(layer.kind) && !MANY.has(layer.kind)) throw wrong(`there are two ${layer.kind} layers`, `layers.${i}`);
    seen.add(layer.kind);
    reached = at;
    checkLayer(layer, `layers.${i}`);
  }
  checkShadow(layers);
  if (!seen.has('DEFAULT')) throw wrong('the last layer must be DEFAULT: it answers when no other does', 'layers');
}

function checkLayer(layer: TrafficLayer, field: string): void {
  if (layer.kind === 'HOLDOUT' && !(layer.share > 0 && layer.share < 1)) {
    throw wrong(`a holdout's share is above 0 and below 1, not ${layer.share}`, `${field}.share`);
  }
  if (layer.kind === 'VARIANT' && Object.keys(layer.releases).length === 0) {
    throw wrong('a variant layer names at least one value of its field', `${field}.releases`);
  }
  if (layer.kind === 'FORCED' && layer.releases.length > MOST_TESTED) {
    throw wrong(`at most ${MOST_TESTED} releases are open to testers`, `${field}.releases`);
  }
  if (layer.kind === 'ALLOCATION') checkArms(layer, field);
}

function checkShadow(layers: Traffic): void {
  const at = layers.findIndex(({ kind }) => kind === 'SHADOW');
  const shadow = shadowOf(layers);
  if (!shadow) return;
  if (!(shadow.share > 0 && shadow.share <= 1)) {
    throw wrong(`a shadow's share is above 0 and at most 1, not ${shadow.share}`, `layers.${at}.share`);
  }
  if (shadow.release === defaultRelease(layers)) {
    throw wrong('the shadow is what answers by default: there is nothing to compare', `layers.${at}.release`);
  }
}

function checkArms({ arms }: AllocationLayer, field: string): void {
  const taken: { readonly from: number; readonly to: number; readonly arm: string }[] = [];
  const names = new Set<string>();
  for (const [i, { arm, ranges }] of arms.entries()) {
    if (names.has(arm)) throw wrong(`two arms are called "${arm}"`, `${field}.arms.${i}.arm`);
    names.add(arm);
    for (const [from, to] of ranges) {
      if (from >= to) throw wrong(`the range [${from}, ${to}) of "${arm}" is empty`, `${field}.arms.${i}.ranges`);
      const clash = taken.find((other) => from < other.to && other.from < to);
      if (clash) {
        throw wrong(
          `the range [${from}, ${to}) of "${arm}" overlaps one of "${clash.arm}"`,
          `${field}.arms.${i}.ranges`,
        );
      }
      taken.push({ from, to, arm });
    }
  }
}

/** The releases that testers may have answer. */
export const forcedReleases = (layers: Traffic): readonly string[] =>
  layers.find((layer) => layer.kind === 'FORCED')?.releases ?? [];

/** Which input fields the layers read, with the place that names each. */
export function fieldsRead(layers: Traffic): readonly { readonly name: string; readonly field: string }[] {
  return layers.flatMap((layer, i) => {
    if (layer.kind === 'VARIANT') return [{ name: layer.field, field: `layers.${i}.field` }];
    if (layer.kind === 'HOLDOUT' || layer.kind === 'ALLOCATION' || layer.kind === 'SHADOW')
      return [{ name: layer.unit, field: `layers.${i}.unit` }];
    return [];
  });
}

/** The layers with one kind taken out, and another layer put in its place in the order. */
export function replaceLayer(layers: Traffic, kind: TrafficLayer['kind'], layer: TrafficLayer | undefined): Traffic {
  const rest = layers.filter((other) => other.kind !== kind);
  const all = layer ? [...rest, layer] : rest;
  return all.sort((a, b) => LAYER_ORDER.indexOf(a.kind) - LAYER_ORDER.indexOf(b.kind));
}

export const withDefault = (layers: Traffic, release: string): Traffic =>
  replaceLayer(layers, 'DEFAULT', { kind: 'DEFAULT', release });

export const hasAllocation = (layers: Traffic): boolean => allocationOf(layers) !== undefined;
