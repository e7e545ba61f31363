import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import type { BlobInfo, ByteSource } from '../../../shared/blob/blob-store.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { withMaker } from '../../domain/identity.ts';
import { checkUpload, type Upload } from '../../domain/version/upload.ts';
import {
  completeUpload,
  deleteUploads,
  findUpload,
  insertUpload,
  lockAbandonedUploads,
  lockUpload,
} from '../../storage/version/upload.ts';
import type { RegistryDeps } from '../deps.ts';

const ABANDONED_AFTER_MS = 7 * 24 * 3_600_000;
const DROPPED_AT_ONCE = 100;

export interface UploadProgress extends Pick<Upload, 'state' | 'sizeBytes'> {
  readonly receivedBytes: number;
}

/** Bytes come in in three steps: announced, sent over HTTP, claimed by their digest. */
export class Uploads {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  async begin({ actor }: RequestContext, { name, sizeBytes }: { name: string; sizeBytes: number }): Promise<Upload> {
    checkUpload({ name, sizeBytes }, this.#deps.limits);
    const upload: Upload = {
      id: randomUUID(),
      project: actor.project,
      name,
      sizeBytes,
      state: 'OPEN',
      sha256: null,
      makers: withMaker([], actor),
      createdAt: this.#deps.now(),
    };
    await this.#deps.db.transaction((em) => insertUpload(em, upload));
    return upload;
  }

  /** How far an upload has come. */
  async progress({ actor }: RequestContext, id: string): Promise<UploadProgress> {
    const { state, sizeBytes } = await findUpload(this.#deps.db.em(), actor.project, id);
    const receivedBytes = state === 'COMPLETED' ? sizeBytes : await this.#deps.blobs.stagedBytes(id);
    return { state, receivedBytes, sizeBytes };
  }

  /** Goes on with an open upload where its bytes end; what came before the connection broke is kept. */
  async resume(
    context: RequestContext,
    { id, offset, source }: { readonly id: string; readonly offset: number; readonly source: ByteSource },
  ): Promise<UploadProgress> {
    const { state, sizeBytes } = await findUpload(this.#deps.db.em(), context.actor.project, id);
    if (state !== 'OPEN') throw alreadyDone(id);
    const receivedBytes = await this.#deps.blobs.append(id, source, { offset, maxBytes: sizeBytes });
    return { state, receivedBytes, sizeBytes };
  }

  /** Takes the bytes of an open upload; sending again replaces what was sent before. */
  async receive(
    { actor }: RequestContext,
    { id, source }: { readonly id: string; readonly source: ByteSource },
  ): Promise<BlobInfo> {
    const upload = await findUpload(this.#deps.db.em(), actor.project, id);
    if (upload.state !== 'OPEN') throw alreadyDone(id);
    const received = await this.#deps.blobs.stage(id, source, { maxBytes: upload.sizeBytes });
    if (received.sizeBytes === upload.sizeBytes) return received;
    await this.#deps.blobs.discard(id);
    throw otherSize(received.sizeBytes, upload.sizeBytes);
  }

  /** Claims the bytes by their digest. Throws DIGEST_MISMATCH and keeps the upload open, so that it can be sent again. */
  async complete(
    { actor }: RequestContext,
    { uploadId: id, sha256 }: { readonly uploadId: string; readonly sha256: string },
  ): Promise<Upload> {
    const { db, blobs } = this.#deps;
    const completed = await db.transaction(async (em): Promise<Upload> => {
      const upload = await lockUpload(em, actor.project, id);
      if (upload.state === 'COMPLETED') {
        if (upload.sha256 === sha256) return upload;
        throw alreadyDone(id);
      }
      const staged = await blobs.stagedBytes(id);
      // One that was resumed may be claimed too early.
      if (staged > 0 && staged !== upload.sizeBytes) throw otherSize(staged, upload.sizeBytes);
      await blobs.commit(id, sha256);
      await completeUpload(em, id, sha256);
      return { ...upload, state: 'COMPLETED', sha256 };
    });
    await blobs.discard(id);
    return completed;
  }

  /** Counts bytes that are stored already as uploaded, by those who made them. */
  async adopt(
    stored: BlobInfo & { readonly project: string; readonly name: string; readonly makers: readonly string[] },
  ): Promise<void> {
    const upload: Upload = { ...stored, id: randomUUID(), state: 'COMPLETED', createdAt: this.#deps.now() };
    await this.#deps.db.transaction((em) => insertUpload(em, upload));
  }

  /** Forgets uploads that nobody finished for a week, their bytes first: a crash leaves the row to be found again. */
  async dropAbandoned(): Promise<number> {
    const { db, blobs, now } = this.#deps;
    const before = new Date(now().getTime() - ABANDONED_AFTER_MS);
    for (let dropped = 0; ;) {
      const some = await db.transaction(async (em) => {
        const ids = await lockAbandonedUploads(em, before, DROPPED_AT_ONCE);
        for (const id of ids) await blobs.discard(id);
        await deleteUploads(em, ids);
        return ids.length;
      });
      dropped += some;
      if (some < DROPPED_AT_ONCE) return dropped;
    }
  }
}

const alreadyDone = (id: string): DomainError =>
  new DomainError('INVALID_TRANSITION', `uploadId: the upload "${id}" is complete: begin another`, {
    field: 'uploadId',
    allowed: [],
  });

const otherSize = (actual: number, expected: number): DomainError =>
  new DomainError(
    'INVALID_INPUT',
    `sizeBytes: ${actual} bytes came, ${expected} were announced: send the others, or all again`,
    {
      field: 'sizeBytes',
      expected,
      actual,
    },
  );
