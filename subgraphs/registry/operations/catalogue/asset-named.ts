import { DomainError } from '../../../../core/errors.ts';
import { urnsMeant } from '../../../../core/urn-grammar.ts';
import { ASSET_KINDS } from '../../../../schema/nouns.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import { findAssets } from '../../storage/catalogue/asset.ts';

/** The asset that a whole or short id names. Throws INVALID_INPUT where a short one names several things. */
export async function assetNamed(db: Database, project: string, id: string, field = 'id'): Promise<Asset | undefined> {
  const found = await findAssets(db, project, urnsMeant(project, id, ASSET_KINDS, field));
  const live = found.filter(({ deleted }) => !deleted);
  const [one, ...others] = live.length > 0 ? live : found;
  if (others.length === 0) return one;
  const allowed = found.map(({ urn }) => urn).sort();
  throw new DomainError('INVALID_INPUT', `${field}: "${id}" names several things; write one of ${allowed.join(', ')}`, {
    field,
    allowed,
  });
}

/** As `assetNamed`. Throws NOT_FOUND for what nobody told of. */
export async function requireAsset(db: Database, project: string, id: string, field = 'id'): Promise<Asset> {
  const asset = await assetNamed(db, project, id, field);
  if (asset) return asset;
  throw new DomainError('NOT_FOUND', `${field}: no subgraph has announced ${id}`, { field });
}
