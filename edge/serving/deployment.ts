import type { ManifestDeployment } from '../../schema/manifest.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import type { ShadowLayer } from '../../core/traffic/layers.ts';

/** The release that is scored beside the answers, where it could be made ready. */
export interface ServingShadow {
  readonly layer: ShadowLayer;
  /** Null: not ready, or not fit. */
  readonly plan: ReadyPlan | null;
}

/** One deployment as this node serves it: an accepted entry of a manifest with every release of it loaded. */
export interface ServingDeployment {
  readonly entry: ManifestDeployment;
  readonly project: string;
  /** By release digest. */
  readonly plans: ReadonlyMap<string, ReadyPlan>;
  readonly previous: ReadyPlan | null;
  readonly shadow: ServingShadow | null;
  /** Releases that only testers reach, by digest; one that could not be made ready is missing. */
  readonly forced: ReadonlyMap<string, ReadyPlan>;
}

/** How fresh what a node holds is. */
export interface Freshness {
  /** Null: no manifest was ever accepted. */
  readonly revision: number | null;
  /** Since the registry was last heard. */
  readonly ageMs: number;
  readonly stale: boolean;
}

/** What the routes ask for; delivery swaps what is behind it. */
export interface ServingTable {
  deployments(): Iterable<ServingDeployment>;
  freshness(): Freshness;
  /** Why a deployment that the newest manifest names is not served; null for one that it does not name. */
  unserved(name: { endpoint: string; environment: string; project: string }): Unserved | null;
}

/** Why a deployment is not served. */
export interface Unserved {
  readonly reason: string;
  /** NOT_DELIVERED: what it needs is not on this node, and cannot be fetched now. */
  readonly cause: 'NOT_DELIVERED' | null;
}
