import type { Traffic, TrafficLayer } from '../../schema/manifest.ts';
import { wrongLayer } from './layer-checks.ts';
import { kindOf, LAYER_ORDER, type LayerKind, type LayerOf } from './layer-kinds.ts';

export type AllocationLayer = LayerOf<'ALLOCATION'>;
export type ShadowLayer = LayerOf<'SHADOW'>;

/** The layer of a kind of which there is one at most. */
export const layerIn = <Kind extends TrafficLayer['kind']>(traffic: Traffic, kind: Kind): LayerOf<Kind> | undefined =>
  traffic.find((layer): layer is LayerOf<Kind> => layer.kind === kind);

export const shadowIn = (traffic: Traffic): ShadowLayer | undefined => layerIn(traffic, 'SHADOW');

export const allocationIn = (traffic: Traffic): AllocationLayer | undefined => layerIn(traffic, 'ALLOCATION');

export const isKilled = (traffic: Traffic): boolean => layerIn(traffic, 'KILL') !== undefined;

export const defaultRelease = (traffic: Traffic): string | undefined => layerIn(traffic, 'DEFAULT')?.release;

/** The releases that testers may have answer. */
export const forcedIn = (traffic: Traffic): readonly string[] => layerIn(traffic, 'FORCED')?.releases ?? [];

/** The releases of one layer, as often as it names them. */
export function releasesOf(layer: TrafficLayer): readonly string[] {
  const found: string[] = [];
  kindOf(layer).mapReleases(layer, (release) => {
    found.push(release);
    return release;
  });
  return found;
}

/** Every release that a deployment's nodes must be able to run, in the order of the layers. */
export const releasesIn = (traffic: Traffic): readonly string[] => [...new Set(traffic.flatMap(releasesOf))];

/** Those of them that can answer whoever asks. */
export const releasesAnswering = (traffic: Traffic): readonly string[] =>
  releasesIn(traffic.filter((layer) => answersOf(layer) === 'EVERYBODY'));

const answersOf = (layer: TrafficLayer): LayerKind['answers'] => kindOf(layer).answers;

/** Layers with names of releases replaced; `field` is the place of each, such as `layers.0.release`. */
export const mapReleases = (traffic: Traffic, replace: (release: string, field: string) => string): Traffic =>
  traffic.map((layer, i) =>
    kindOf(layer).mapReleases(layer, (release, path) => replace(release, `layers.${i}.${path}`)),
  );

/** An input field, or a segment, that a layer reads. */
interface InputRead {
  readonly input: string;
  /** The place that names it. */
  readonly field: string;
  /** Of a layer that decides by segment: the values that it names. */
  readonly values?: readonly string[];
}

/** Which input fields the layers read, with the place that names each. */
export const inputsRead = (traffic: Traffic): readonly InputRead[] =>
  traffic.flatMap((layer, i) => {
    const read = kindOf(layer).reads(layer);
    const values = layer.kind === 'VARIANT' && { values: Object.keys(layer.releases) };
    return read ? [{ input: read.input, field: `layers.${i}.${read.path}`, ...values }] : [];
  });

/** What a node must be able to do for these layers, beside answering by traffic at all. */
export const requiredBy = (traffic: Traffic): readonly string[] => [
  'traffic:1',
  ...new Set(traffic.flatMap((layer) => kindOf(layer).requires?.(layer) ?? [])),
];

/** The layers as a device may see them. */
export const cutForDevice = (traffic: Traffic): Traffic =>
  traffic.flatMap((layer) => {
    const { forDevices } = kindOf(layer);
    return (forDevices ? forDevices(layer) : layer) ?? [];
  });

/** The layers with one kind taken out, and another layer put in its place in the order. */
export function replaceLayer(traffic: Traffic, kind: TrafficLayer['kind'], layer: TrafficLayer | undefined): Traffic {
  const rest = traffic.filter((other) => other.kind !== kind);
  const all = layer ? [...rest, layer] : rest;
  return all.sort((a, b) => LAYER_ORDER.indexOf(a.kind) - LAYER_ORDER.indexOf(b.kind));
}

export const withDefault = (traffic: Traffic, release: string): Traffic =>
  replaceLayer(traffic, 'DEFAULT', { kind: 'DEFAULT', release });

/** Checks order, kinds and shares of a deployment's layers. Throws INVALID_INPUT that names the layer. */
export function checkLayers(layers: Traffic): void {
  let reached = 0;
  const seen = new Set<TrafficLayer['kind']>();
  for (const [i, layer] of layers.entries()) {
    const at = LAYER_ORDER.indexOf(layer.kind);
    const field = `layers.${i}`;
    if (at < reached) {
      throw wrongLayer(`${layer.kind} stands after ${LAYER_ORDER[reached]}`, field, { allowed: LAYER_ORDER });
    }
    if (seen.has(layer.kind) && !kindOf(layer).many) throw wrongLayer(`there are two ${layer.kind} layers`, field);
    seen.add(layer.kind);
    reached = at;
    kindOf(layer).check?.(layer, field, layers);
  }
  if (!seen.has('DEFAULT')) throw wrongLayer('the last layer must be DEFAULT: it answers when no other does', 'layers');
}
