import type { UrnKind } from '../../../../core/urn.ts';
import type { AssetEvent } from '../../../../schema/event.ts';
import { NOUNS, type SubgraphName } from '../../../../schema/nouns.ts';
import type { Deprecation } from './asset-note.ts';

/** What an asset's subgraph told of it; the catalogue may say otherwise of owner, tags and description. */
export interface DeclaredAsset {
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
}

/** Anything that search and lineage know: as its subgraph tells it, and as people describe it in the catalogue. */
export interface Asset extends DeclaredAsset {
  readonly domain: string | null;
  readonly documentationUrl: string | null;
  readonly deprecation: Deprecation | null;
  /** Whether anything that exists reads it or is made of it. */
  readonly used: boolean;
  /** Since when it is there, as its owner's first event told. */
  readonly firstAt: Date;
}

export const assetOf = ({ urn, project, kind, revision, at, deleted, asset }: AssetEvent): DeclaredAsset => ({
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

/** An asset with how well it fits a search, the higher the better, and where. */
export interface Match {
  readonly asset: Asset;
  readonly score: number;
  readonly highlights: readonly string[];
}
