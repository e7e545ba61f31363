import type { Connection } from '../../../shared/graphql/connection.ts';
import { toConnection } from '../../../shared/graphql/connection.ts';
import { pageRequest } from '../../../shared/paging.ts';
import type { SearchInput } from '../../domain/catalogue/asset-filter.ts';
import type { RegistryContext } from '../context.ts';
import { AssetType } from './asset.ts';

/** A page of a search, with what its other fields are asked of. */
export type AssetPage = Connection<AssetType> & { readonly search: SearchInput };

/** Answers one page of a search. */
export async function assetPage(
  context: RegistryContext,
  search: SearchInput,
  args: { readonly first: number; readonly after?: string | null; readonly afterEvent?: string | null },
): Promise<AssetPage> {
  const page = pageRequest(args, ['number', 'string']);
  const matches = await context.registry.discovery.search(context, search, page, args.afterEvent ?? null);
  const connection = toConnection(
    matches,
    page,
    ({ score, asset }) => [score, asset.urn],
    ({ asset, highlights }) => new AssetType(asset, highlights),
  );
  return { ...connection, search };
}
