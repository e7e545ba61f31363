import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../../../core/errors.ts';
import { Checkpoint, SignedCheckpoint } from '../../../../schema/checkpoint.ts';
import { storageFailure } from '../../../shared/blob/storage-failure.ts';
import type { CheckpointLine } from '../../domain/audit/checkpoint-trail.ts';
import { isSignedBy, signaturesOf, type SigningKey } from '../../domain/signature.ts';

export interface CheckpointFilesOptions {
  readonly folder: string;
  readonly keys: readonly SigningKey[];
  /** Raw public keys in base64 by key id, those that no longer sign included. */
  readonly trusted: ReadonlyMap<string, string>;
}

/** Far more than one line takes. */
const TAIL_BYTES = 256 * 1024;

/**
 * Checkpoints outside the database, `<folder>/<project>.jsonl`: lines are added and synced, never changed. A crash can
 * leave half a line at the end; it is skipped by whoever reads and closed by the next one that is added.
 */
export class CheckpointFiles {
  readonly #options: CheckpointFilesOptions;

  constructor(options: CheckpointFilesOptions) {
    this.#options = options;
  }

  /** Signs a checkpoint and adds it; it is on the disk when this ends. Throws STORAGE_FULL or UNAVAILABLE. */
  async append(checkpoint: Checkpoint): Promise<CheckpointLine> {
    const { folder, keys } = this.#options;
    const text = JSON.stringify(checkpoint);
    const signed: SignedCheckpoint = { checkpoint: text, signatures: await signaturesOf(bytesOf(text), keys) };
    const line = JSON.stringify(signed);
    try {
      await mkdir(folder, { recursive: true });
      const file = await open(this.#path(checkpoint.project), 'a+');
      try {
        const torn = (await lastByte(file)) !== '\n';
        await file.appendFile(`${torn ? '\n' : ''}${line}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(folder);
    } catch (error) {
      throw folderFailure(error, 'written');
    }
    return this.#parse(0, line);
  }

  /** The newest checkpoint that a trusted key signed. */
  async newest(project: string): Promise<CheckpointLine | undefined> {
    const file = await this.#open(project);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
      for (const text of buffer.toString('utf8', 0, bytesRead).split('\n').toReversed()) {
        const line = await this.#parse(0, text);
        if (line.signed) return line;
      }
      return undefined;
    } finally {
      await file.close();
    }
  }

  /** All lines, oldest first. */
  async *lines(project: string): AsyncGenerator<CheckpointLine> {
    const file = await this.#open(project);
    if (!file) return;
    try {
      let number = 0;
      for await (const text of file.readLines({ autoClose: false })) yield await this.#parse(++number, text);
    } finally {
      await file.close();
    }
  }

  async #parse(line: number, text: string): Promise<CheckpointLine> {
    const envelope = SignedCheckpoint.safeParse(parsed(text));
    const bare = { line, text, digest: '', signed: false, keyIds: [] };
    if (!envelope.success) return bare;
    const { checkpoint: inner, signatures } = envelope.data;
    const bytes = bytesOf(inner);
    const checkpoint = Checkpoint.safeParse(parsed(inner));
    if (!checkpoint.success) return bare;
    return {
      line,
      text,
      checkpoint: checkpoint.data,
      digest: createHash('sha256').update(bytes).digest('hex'),
      signed: await isSignedBy(this.#options.trusted, bytes, signatures),
      keyIds: signatures.map(({ keyId }) => keyId),
    };
  }

  #path(project: string): string {
    return join(this.#options.folder, `${encodeURIComponent(project)}.jsonl`);
  }

  async #open(project: string): Promise<FileHandle | undefined> {
    try {
      return await open(this.#path(project), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw folderFailure(error, 'read');
    }
  }
}

function folderFailure(error: unknown, verb: 'read' | 'written'): unknown {
  const known = storageFailure(error);
  const { code } = error as NodeJS.ErrnoException;
  if (known !== error || code === undefined) return known;
  return new DomainError('UNAVAILABLE', `checkpoints can't be ${verb}: ${code}. See TIFFIN_CHECKPOINT_DIR`);
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Newline for a file without bytes: nothing is open there. */
async function lastByte(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  if (size === 0) return '\n';
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString('latin1');
}

/** So that a file made just now is still there after a power failure. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
