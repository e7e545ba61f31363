import type { JoinKey } from '../codec/address.ts';
import type { BlockLayout } from '../codec/layout.ts';
import type { NetworkFunction } from '../windows/network.ts';
import type { WindowPlan } from '../windows/plan.ts';

/** Where a wanted feature is among the values of a view's block, of its windows, or among the counts of its networks. */
export interface ValuePlace {
  readonly of: 'BLOCK' | 'WINDOWS' | NetworkFunction;
  readonly index: number;
}

export interface ViewPlan {
  readonly onlineView: string;
  readonly joinKeys: readonly JoinKey[];
  readonly layout: BlockLayout;
  readonly ttlMs: number;
  /** Null where none of its windows, or of its networks, is wanted. */
  readonly windows: WindowPlan | null;
  readonly networks: WindowPlan | null;
  /** Of the wanted features, in order. */
  readonly wanted: readonly ValuePlace[];
}

/** How the features of a service version are read from the online store. It never changes. */
export interface ReadPlan {
  readonly service: string;
  readonly names: readonly string[];
  readonly views: readonly ViewPlan[];
  readonly keyNames: ReadonlySet<string>;
}
