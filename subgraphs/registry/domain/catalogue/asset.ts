import type { UrnKind } from '../../../../core/urn.ts';
import type { SubgraphName } from '../../../../schema/nouns.ts';

/** Anything that search and lineage know, as its owner's newest event told. */
export interface Asset {
  readonly urn: string;
  readonly project: string;
  readonly kind: UrnKind;
  readonly name: string;
  readonly description: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly source: SubgraphName;
  readonly revision: number;
  readonly deleted: boolean;
  /** When it was last told of. */
  readonly at: Date;
  /** Since when it is there, as its owner's first event told. */
  readonly firstAt: Date;
}

export interface SearchInput {
  readonly text: string;
  /** Empty: all kinds. */
  readonly kinds: readonly UrnKind[];
}

/** An asset with how well it fits a search, the higher the better, and where. */
export interface Match {
  readonly asset: Asset;
  readonly score: number;
  readonly highlights: readonly string[];
}
