import { DomainError } from '../../../../core/errors.ts';
import type { BlobBody, ByteSource } from '../../../shared/blob/blob-store.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { withMaker } from '../../domain/identity.ts';
import { entriesIn, placeOf, type ArtifactPlace } from '../../domain/tracking/artifact-path.ts';
import type { RunArtifact } from '../../domain/tracking/tracking.ts';
import type { OriginFile } from '../../domain/version/registered-model.ts';
import { findVersion } from '../../storage/version/model-version.ts';
import { findOrigins } from '../../storage/version/registered-model.ts';
import { findLoggedModels, unknownLoggedModel } from '../../storage/tracking/logged-model.ts';
import { deleteArtifacts, findArtifact, listArtifacts, saveArtifact } from '../../storage/tracking/run-artifact.ts';
import { findTrainingRuns, unknownRun } from '../../storage/tracking/training-run.ts';
import type { RegistryDeps } from '../deps.ts';

export interface ArtifactEntry {
  readonly path: string;
  /** Null for a folder. */
  readonly sizeBytes: number | null;
}

/** The files of runs and logged models, and those that a version was registered from. */
export class Artifacts {
  readonly #deps: Pick<RegistryDeps, 'db' | 'blobs' | 'limits' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'blobs' | 'limits' | 'now'>) {
    this.#deps = deps;
  }

  /** Takes a file; a second one of its path takes its place. */
  async put(context: RequestContext, path: string, source: ByteSource): Promise<RunArtifact> {
    const place = await this.#writable(context, path);
    if (place.path === '')
      throw new DomainError('INVALID_INPUT', 'path: names a folder, not a file', { field: 'path' });
    const { sha256, sizeBytes } = await this.#deps.blobs.put(source, { maxBytes: this.#deps.limits.maxUploadBytes });
    const { project } = context.actor;
    const makers = withMaker([], context.actor);
    const file: RunArtifact = { project, owner: place.owner, path: place.path, sha256, sizeBytes, makers };
    await this.#deps.db.transaction((em) => saveArtifact(em, file, this.#deps.now()));
    return file;
  }

  /** What lies right in a folder; nothing where the path is that of a file. */
  async list(context: RequestContext, path: string): Promise<readonly ArtifactEntry[]> {
    const place = placeOf(path);
    const files = place.kind === 'version' ? await this.#ofVersion(context, place) : await this.filesIn(context, path);
    return entriesIn(files, place.path);
  }

  /** All files in a folder and below. */
  async filesIn({ actor }: RequestContext, path: string): Promise<readonly RunArtifact[]> {
    const place = placeOf(path);
    if (place.kind === 'version') return [];
    return listArtifacts(this.#deps.db, { project: actor.project, owner: place.owner, path: place.path });
  }

  async open(context: RequestContext, path: string): Promise<BlobBody> {
    const place = placeOf(path);
    const file =
      place.kind === 'version'
        ? (await this.#ofVersion(context, place)).find((one) => one.path === place.path)
        : await findArtifact(this.#deps.db, { project: context.actor.project, owner: place.owner, path: place.path });
    if (!file) throw new DomainError('NOT_FOUND', `path: there is no file "${path}"`, { field: 'path' });
    return this.#deps.blobs.open(file.sha256);
  }

  /** Forgets a file, or a folder with all in it. What was registered from it stays with its version. */
  async delete(context: RequestContext, path: string): Promise<void> {
    const { owner, path: below } = await this.#writable(context, path);
    await this.#deps.db.transaction((em) =>
      deleteArtifacts(em, { project: context.actor.project, owner, path: below }, this.#deps.now()),
    );
  }

  /** Where files may be written: with a run or a logged model that is there. */
  async #writable({ actor }: RequestContext, path: string): Promise<ArtifactPlace & { readonly kind: 'owner' }> {
    const place = placeOf(path);
    if (place.kind === 'version') {
      throw new DomainError('INVALID_TRANSITION', 'path: the files of a registered version never change', {
        field: 'path',
        allowed: ['register a new version'],
      });
    }
    const { owner, group } = place;
    const isModel = owner.startsWith('m-');
    const find = isModel ? findLoggedModels : findTrainingRuns;
    const [found] = await find(this.#deps.db, actor.project, [owner]);
    if (!found || found.group !== group) throw isModel ? unknownLoggedModel(owner) : unknownRun(owner);
    return place;
  }

  /** The files that a version was registered from; of one that came in without a run, its model file. */
  async #ofVersion(
    { actor }: RequestContext,
    { model, number }: ArtifactPlace & { readonly kind: 'version' },
  ): Promise<readonly OriginFile[]> {
    const version = await findVersion(this.#deps.db.em(), { project: actor.project, model, number }, 'path');
    const [origin] = await findOrigins(this.#deps.db, [version]);
    if (origin) return origin.files;
    const info = await this.#deps.blobs.stat(version.sourceDigest);
    return info ? [{ path: 'model.onnx', ...info }] : [];
  }
}
