import { DomainError } from '../../../../core/errors.ts';
import type { ByteSource } from '../../../shared/blob/blob-store.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { withMaker } from '../../domain/identity.ts';
import { entriesIn, placeOf, type ArtifactPlace } from '../../domain/tracking/artifact-path.ts';
import { ML_MODEL, mlModelOf } from '../../domain/version/ml-model.ts';
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

/** A file on its way out. */
export interface OpenFile {
  readonly stream: ReadableStream<Uint8Array>;
  readonly sizeBytes: number;
}

type VersionPlace = ArtifactPlace & { readonly kind: 'version' };

interface VersionFiles {
  readonly files: readonly OriginFile[];
  /** Texts that lie nowhere, by path. */
  readonly made: ReadonlyMap<string, string>;
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
    if (place.kind === 'owner') return entriesIn(await this.filesIn(context, path), place.path);
    const { files, made } = await this.#ofVersion(context, place);
    const others = [...made].map(([name, text]) => ({ path: name, sizeBytes: Buffer.byteLength(text) }));
    return entriesIn([...files, ...others], place.path);
  }

  /** All files in a folder and below. */
  async filesIn({ actor }: RequestContext, path: string): Promise<readonly RunArtifact[]> {
    const place = placeOf(path);
    if (place.kind === 'version') return [];
    return listArtifacts(this.#deps.db, { project: actor.project, owner: place.owner, path: place.path });
  }

  /** The files of a run by path, from the one after `after`. */
  ofRun(
    { actor }: RequestContext,
    run: string,
    page: { readonly limit: number; readonly after: string },
  ): Promise<readonly RunArtifact[]> {
    return listArtifacts(this.#deps.db, { project: actor.project, owner: run, path: '' }, page);
  }

  async open(context: RequestContext, path: string): Promise<OpenFile> {
    const place = placeOf(path);
    if (place.kind === 'version') return this.#openOfVersion(context, place, path);
    const key = { project: context.actor.project, owner: place.owner, path: place.path };
    const file = await findArtifact(this.#deps.db, key);
    if (!file) throw noFile(path);
    return this.#deps.blobs.open(file.sha256);
  }

  async #openOfVersion(context: RequestContext, place: VersionPlace, path: string): Promise<OpenFile> {
    const { files, made } = await this.#ofVersion(context, place);
    const text = made.get(place.path);
    if (text !== undefined) return { stream: new Blob([text]).stream(), sizeBytes: Buffer.byteLength(text) };
    const file = files.find((one) => one.path === place.path);
    if (!file) throw noFile(path);
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

  /** The files that a version was registered from; of one that came in without a run, its model file and what is made to describe it. */
  async #ofVersion({ actor }: RequestContext, { model, number }: VersionPlace): Promise<VersionFiles> {
    const version = await findVersion(this.#deps.db.em(), { project: actor.project, model, number }, 'path');
    const [origin] = await findOrigins(this.#deps.db, [version]);
    if (origin) return { files: origin.files, made: new Map() };
    const info = await this.#deps.blobs.stat(version.sourceDigest);
    const files = info ? [{ path: 'model.onnx', ...info }] : [];
    return { files, made: new Map([[ML_MODEL, mlModelOf(version)]]) };
  }
}

const noFile = (path: string): DomainError =>
  new DomainError('NOT_FOUND', `path: there is no file "${path}"`, { field: 'path' });
