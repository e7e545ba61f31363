import type { UrnKind } from '../../../../core/urn.ts';
import type { AssetEvent } from '../../../../schema/event.ts';
import { NOUNS, type SubgraphName } from '../../../../schema/nouns.ts';

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

/** An asset as one event tells of it, which says nothing of the first one. */
export type ToldAsset = Omit<Asset, 'firstAt'>;

export const assetOf = ({ urn, project, kind, revision, at, deleted, asset }: AssetEvent): ToldAsset => ({
  urn,
  project,
  kind,
  name: asset.name,
  description: asset.description,
  owner: asset.owner,
  tags: asset.tags,
  source: NOUNS[kind].owner,
  revision,
  deleted,
  at: new Date(at),
});

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
