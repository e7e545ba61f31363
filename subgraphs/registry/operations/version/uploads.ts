import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import type { BlobInfo, ByteSource } from '../../../shared/blob/blob-store.ts';
import { withMaker } from '../../domain/identity.ts';
import {
  completeUpload,
  deleteUploads,
  findUpload,
  insertUpload,
  lockAbandonedUploads,
  lockUpload,
  type Upload,
} from '../../storage/version/upload.ts';
import type { RegistryDeps, Request } from '../deps.ts';

const ABANDONED_AFTER_MS = 7 * 24 * 3_600_000;
const DROPPED_AT_ONCE = 100;

/** Bytes come in in three steps: announced, sent over HTTP, claimed by their digest. */
export class Uploads {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  async begin({ actor }: Request, { name, sizeBytes }: { name: string; sizeBytes: number }): Promise<Upload> {
    const { maxUploadBytes } = this.#deps.limits;
    if (!(sizeBytes >= 1 && sizeBytes <= maxUploadBytes)) {
      throw new DomainError('TOO_LARGE', `an upload has 1 to ${maxUploadBytes} bytes, not ${sizeBytes}`, {
        field: 'sizeBytes',
        maxBytes: maxUploadBytes,
      });
    }
    if (name.trim() === '' || name.length > 200) {
      throw new DomainError('INVALID_INPUT', 'a name has 1 to 200 characters', { field: 'name' });
    }
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

  /** Takes the bytes of an open upload; sending again replaces what was sent before. */
  async receive({ actor }: Request, id: string, source: ByteSource): Promise<BlobInfo> {
    const upload = await findUpload(this.#deps.db.em(), actor.project, id);
    if (upload.state !== 'OPEN') throw alreadyDone(id);
    const received = await this.#deps.blobs.stage(id, source, { maxBytes: upload.sizeBytes });
    if (received.sizeBytes === upload.sizeBytes) return received;
    await this.#deps.blobs.discard(id);
    throw new DomainError(
      'INVALID_INPUT',
      `${received.sizeBytes} bytes came, ${upload.sizeBytes} were announced: send them again`,
      { field: 'sizeBytes', expected: upload.sizeBytes, actual: received.sizeBytes },
    );
  }

  /** Claims the bytes by their digest. Throws DIGEST_MISMATCH and keeps the upload open, so that it can be sent again. */
  async complete({ actor }: Request, id: string, sha256: string): Promise<Upload> {
    const { db, blobs } = this.#deps;
    const completed = await db.transaction(async (em): Promise<Upload> => {
      const upload = await lockUpload(em, actor.project, id);
      if (upload.state === 'COMPLETED') {
        if (upload.sha256 === sha256) return upload;
        throw alreadyDone(id);
      }
      await blobs.commit(id, sha256);
      await completeUpload(em, id, sha256);
      return { ...upload, state: 'COMPLETED', sha256 };
    });
    await blobs.discard(id);
    return completed;
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
  new DomainError('INVALID_TRANSITION', `the upload "${id}" is complete: begin another`, {
    field: 'uploadId',
    allowed: [],
  });
