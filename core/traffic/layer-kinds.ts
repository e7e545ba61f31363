import type { Targeting, Traffic, TrafficLayer } from '../../schema/manifest.ts';
import { assign } from '../assignment/assign.ts';
import { checkArms, checkNamespace, checkShadow, wrongLayer } from './layer-checks.ts';

/** What traffic reads of a request before a release is chosen. */
export interface TrafficInputs {
  /** The text of an input field; null where it has none. */
  readonly unitOf: (field: string) => string | null;
  /** Whether the request meets the condition of a split; one that has no value for it does not. */
  readonly meets: (targeting: Targeting) => boolean;
}

/** What traffic looks at of one request. */
export interface TrafficRequest extends TrafficInputs {
  readonly atMs: number;
  /** The release that a tester's token asks for. */
  readonly forced: string | null;
  /** The release that answers by default. */
  readonly byDefault: string | null;
}

/** Where a unit stands in a split: it stays with the answer even where the split does not decide. */
export interface Split {
  readonly arm: string | null;
  readonly holder: string | null;
  readonly holderRevision: number | null;
  readonly bucket: number | null;
  /** The input field that traffic is split on, and its value. */
  readonly unitField: string | null;
  readonly unit: string | null;
  /** Where a unit stands towards the holdout, in it or not; null without a holdout, or without a unit to draw by. */
  readonly holdout: { readonly unitField: string; readonly unit: string; readonly share: number } | null;
  /** The segment whose variant answers. */
  readonly variant: { readonly field: string; readonly value: string } | null;
}

/** What a layer says of a request: the release that answers, if it decides; and why the model must not. */
export interface LayerVerdict {
  readonly release?: string | null;
  readonly killed?: string;
  readonly split?: Partial<Split>;
}

/** Everything that there is to know of one kind of layer. */
export interface LayerKind<Layer extends TrafficLayer = TrafficLayer> {
  /** A deployment may have several of them. */
  readonly many?: true;
  /** Who is answered by its releases: whoever asks, testers alone, or nobody, where they are only scored. */
  readonly answers: 'EVERYBODY' | 'TESTERS' | 'NOBODY';
  /** What its releases are called in their deployment; null: it names none. */
  readonly role: string | null;
  /** What a node must be able to do for it, beside what every node can. */
  readonly requires?: (layer: Layer) => readonly string[];
  /** The layer with each of its releases replaced; `path` is where the layer names it. */
  readonly mapReleases: (layer: Layer, replace: (release: string, path: string) => string) => Layer;
  /** The input field that it reads, and the field of the layer that names it; null: none. */
  readonly reads: (layer: Layer) => { readonly input: string; readonly path: string } | null;
  /** Throws INVALID_INPUT for what its shape alone does not forbid; `at` is its place among the layers. */
  readonly check?: (layer: Layer, at: string, layers: Traffic) => void;
  /** What a device may see of it: nothing where it is null. */
  readonly forDevices?: (layer: Layer) => Layer | null;
  /** What it says of a request; null where the next one is asked. A kind without it never decides. */
  readonly decide?: (layer: Layer, request: TrafficRequest) => LayerVerdict | null;
}

export type LayerOf<Kind extends TrafficLayer['kind']> = Extract<TrafficLayer, { kind: Kind }>;

const one = <Layer extends { readonly release: string }>(
  layer: Layer,
  replace: (release: string, path: string) => string,
): Layer => ({ ...layer, release: replace(layer.release, 'release') });

const byUnit = ({ unit }: { readonly unit: string }): { input: string; path: string } => ({
  input: unit,
  path: 'unit',
});

/** The kinds in the order in which they decide: the first that has an answer wins. */
export const LAYER_KINDS = {
  /** Testers who show a signed token. */
  FORCED: {
    answers: 'TESTERS',
    role: 'TESTED',
    requires: () => ['forced:1'],
    mapReleases: (layer, replace) => ({
      ...layer,
      releases: layer.releases.map((release, i) => replace(release, `releases.${i}`)),
    }),
    reads: () => null,
    // Testers ask enrolled nodes.
    forDevices: () => null,
    decide: (_, { forced }) => (forced === null ? null : { release: forced }),
  },
  /** A stop: the fallback of what would answer by default answers. */
  KILL: {
    answers: 'NOBODY',
    role: null,
    mapReleases: (layer) => layer,
    reads: () => null,
    // A person's words about a kill stay inside.
    forDevices: (layer) => ({ ...layer, reason: '' }),
    decide: ({ reason }, { byDefault }) => ({ release: byDefault, killed: reason }),
  },
  /** A share of the units stays on one release whatever is tried. */
  HOLDOUT: {
    answers: 'EVERYBODY',
    role: 'HOLDOUT',
    mapReleases: one,
    reads: byUnit,
    check: ({ share }, at) => {
      if (!(share > 0 && share < 1)) {
        throw wrongLayer(`a holdout's share is above 0 and below 1, not ${share}`, `${at}.share`);
      }
    },
    decide: ({ seed, unit: field, share, release }, { unitOf }) => {
      const unit = unitOf(field);
      const { isIn, bucket } = lowest({ seed, unit: field, hashVersion: 2, share }, unit);
      const holdout = unit === null || bucket === null ? null : { unitField: field, unit, share };
      // Those outside are known too: both sides are compared afterwards.
      return isIn ? { release, split: { bucket, unitField: field, unit, holdout } } : { split: { holdout } };
    },
  },
  /** By segment: the value of an input. */
  VARIANT: {
    many: true,
    answers: 'EVERYBODY',
    role: 'VARIANT',
    mapReleases: (layer, replace) => ({
      ...layer,
      releases: Object.fromEntries(
        Object.entries(layer.releases).map(([value, release]) => [value, replace(release, `releases.${value}`)]),
      ),
    }),
    reads: ({ field }) => ({ input: field, path: 'field' }),
    check: ({ releases }, at) => {
      if (Object.keys(releases).length > 0) return;
      throw wrongLayer('a variant layer names at least one value of its field', `${at}.releases`);
    },
    decide: ({ field, releases }, { unitOf }) => {
      const value = unitOf(field);
      const release = value !== null && Object.hasOwn(releases, value) ? releases[value] : undefined;
      return release === undefined || value === null ? null : { release, split: { variant: { field, value } } };
    },
  },
  /** By hash, under the lease of an experiment or rollout. */
  ALLOCATION: {
    answers: 'EVERYBODY',
    role: 'CANARY',
    requires: ({ targeting, namespace }) => [
      ...(targeting ? ['targeting:1'] : []),
      ...(namespace ? ['namespace:1'] : []),
    ],
    mapReleases: (layer, replace) => ({
      ...layer,
      arms: layer.arms.map((arm, i) => ({ ...arm, release: replace(arm.release, `arms.${i}.release`) })),
    }),
    reads: byUnit,
    check: (layer, at) => {
      checkArms(layer, at);
      checkNamespace(layer, at);
    },
    decide: (
      { seed, hashVersion, arms, holder, holderRevision, unit: field, endsAt, targeting, namespace },
      { unitOf, meets, atMs },
    ) => {
      if (hasEnded(endsAt, atMs) || (targeting && !meets(targeting))) return null;
      const unit = unitOf(field);
      const allocation = { seed, hashAttribute: field, hashVersion, arms, ...(namespace && { namespace }) };
      const { arm, bucket, reason } = assign(allocation, unit);
      // It goes on as without the split, which says nothing of it.
      if (reason === 'OUTSIDE_NAMESPACE') return null;
      const chosen = arms.find((own) => own.arm === arm);
      // The share of those outside every arm can be checked afterwards: they keep their bucket.
      const split = { arm, holder, holderRevision, bucket, unitField: field, unit };
      return chosen ? { release: chosen.release, split } : { split };
    },
  },
  /** Scored as well for a share of the units; what it says is seen by nobody. */
  SHADOW: {
    answers: 'NOBODY',
    role: 'SHADOW',
    requires: () => ['shadow:1'],
    mapReleases: one,
    reads: byUnit,
    check: checkShadow,
  },
  /** What answers when no other layer does. */
  DEFAULT: {
    answers: 'EVERYBODY',
    role: 'LIVE',
    mapReleases: one,
    reads: () => null,
    decide: ({ release }) => ({ release }),
  },
} as const satisfies { readonly [Kind in TrafficLayer['kind']]: LayerKind<LayerOf<Kind>> };

export type LayerRole = NonNullable<(typeof LAYER_KINDS)[TrafficLayer['kind']]['role']>;

/** The order in which layers decide. */
export const LAYER_ORDER = Object.keys(LAYER_KINDS) as readonly TrafficLayer['kind'][];

/** The entry of a layer's kind. */
export const kindOf = <Layer extends TrafficLayer>({ kind }: Layer): LayerKind<Layer> =>
  LAYER_KINDS[kind] as unknown as LayerKind<Layer>;

/** Whether a unit's answers are scored by the shadow as well. */
export const isShadowed = (layer: LayerOf<'SHADOW'>, unit: string | null, atMs: number): boolean =>
  !hasEnded(layer.endsAt, atMs) && lowest(layer, unit).isIn;

const hasEnded = (endsAt: string | null, atMs: number): boolean => endsAt !== null && Date.parse(endsAt) <= atMs;

interface Share {
  readonly seed: string;
  readonly unit: string;
  readonly hashVersion: 1 | 2;
  readonly share: number;
}

/** A share of the units counts from bucket 0 upwards: a larger one holds every unit of a smaller one. */
function lowest(
  { seed, unit, hashVersion, share }: Share,
  value: string | null,
): { readonly isIn: boolean; readonly bucket: number | null } {
  const arms = [{ arm: 'in', ranges: [[0, share]] as const }];
  const { arm, bucket } = assign({ seed, hashAttribute: unit, hashVersion, arms }, value);
  return { isIn: arm !== null, bucket };
}
