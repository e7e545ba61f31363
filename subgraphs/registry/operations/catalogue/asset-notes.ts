import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import { emptyNote, readDeprecation, readDescription, type AssetNote } from '../../domain/catalogue/asset-note.ts';
import { findAssets } from '../../storage/catalogue/asset.ts';
import { showNote } from '../../storage/catalogue/asset-events.ts';
import { findNotes, saveNote } from '../../storage/catalogue/asset-note.ts';
import { lockIndex } from '../../storage/catalogue/index-lock.ts';
import type { RegistryDeps } from '../deps.ts';
import { requireAsset } from './asset-named.ts';

/** What people say of assets in the catalogue, whichever subgraph they are of. */
export class AssetNotes {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  describe(context: RequestContext, input: unknown): Promise<Asset> {
    const { id, changes } = readDescription(input);
    return this.#change(context, { action: 'asset.describe', id }, () => changes);
  }

  async deprecate(context: RequestContext, input: unknown): Promise<Asset> {
    const { id, reason, replacement, sunsetAt } = readDeprecation(input);
    const { project, subject: by } = context.actor;
    const named = replacement === null ? null : await requireAsset(this.#deps.db, project, replacement, 'replacement');
    return this.#change(context, { action: 'asset.deprecate', id, reason }, ({ at, urn }) => {
      if (named?.urn === urn || named?.deleted) {
        const why = named.urn === urn ? 'nothing replaces itself' : `${named.urn} was deleted`;
        throw new DomainError('INVALID_INPUT', `replacement: ${why}; allowed: another asset that is there`, {
          field: 'replacement',
        });
      }
      return { deprecation: { reason, replacement: named?.urn ?? null, sunsetAt, at, by } };
    });
  }

  endDeprecation(context: RequestContext, { id }: { readonly id: string }): Promise<Asset> {
    return this.#change(context, { action: 'asset.end-deprecation', id }, () => ({ deprecation: null }));
  }

  /** Changes an asset's note and shows it, in one step: search knows of it when the mutation answers. */
  async #change(
    context: RequestContext,
    { action, id, reason }: { readonly action: string; readonly id: string; readonly reason?: string },
    changesTo: (note: AssetNote) => Partial<AssetNote>,
  ): Promise<Asset> {
    const { project, subject: by } = context.actor;
    const asset = await requireAsset(this.#deps.db, project, id);
    if (asset.deleted) {
      throw new DomainError('FAILED_PRECONDITION', `id: ${asset.urn} was deleted; allowed: an asset that is there`, {
        field: 'id',
      });
    }
    await change(this.#deps, context, { action, subject: asset.urn }, async (em, at) => {
      await lockIndex(em);
      const before = (await findNotes(em, [asset.urn])).get(asset.urn);
      const note = { ...(before ?? emptyNote(project, asset.urn, at, by)), at, by };
      const value = { ...note, ...changesTo(note) };
      await saveNote(em, value);
      await em.flush();
      await showNote(em, value);
      return { value, before, reason, events: [] };
    });
    const [after] = await findAssets(this.#deps.db, project, [asset.urn]);
    return after ?? asset;
  }
}
