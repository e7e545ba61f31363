/** Bytes by their SHA-256 in lower-case hex: what is stored never changes. */
export interface BlobInfo {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface BlobBody extends BlobInfo {
  /** Ends with an error instead of its last bytes where the stored bytes are not those of the digest. */
  readonly stream: ReadableStream<Uint8Array>;
}

/**
 * Content-addressed, immutable bytes. Every adapter passes `test/conformance/blob-store.ts`: a write is complete or
 * absent, whatever interrupts it; a read is verified; a full store refuses with STORAGE_FULL and keeps nothing half.
 */
export interface BlobStore {
  /** Stores bytes under their digest; the same bytes twice are one blob. Throws TOO_LARGE past `maxBytes`. */
  put(source: ByteSource, options?: { readonly maxBytes?: number }): Promise<BlobInfo>;

  /** What is there under a digest, without reading it. */
  stat(sha256: string): Promise<BlobInfo | undefined>;

  /** The whole blob, verified. Throws NOT_FOUND, and DIGEST_MISMATCH where the stored bytes were changed. */
  read(sha256: string): Promise<Uint8Array>;

  /** The blob piece by piece, verified while it passes. Throws NOT_FOUND. */
  open(sha256: string): Promise<BlobBody>;

  /**
   * Removes blobs that are not among these and were stored longer than `olderThanMs` ago; says how many. For a store of its own
   * whose blobs come and go: nobody else may count on them.
   */
  removeOthers(needed: ReadonlySet<string>, olderThanMs: number): Promise<number>;

  /** Keeps bytes aside under a name until their digest is claimed; a second time replaces the first. */
  stage(name: string, source: ByteSource, options?: { readonly maxBytes?: number }): Promise<BlobInfo>;

  /**
   * Makes staged bytes a blob and keeps them staged, so that a caller who dies here can do it again. Throws
   * DIGEST_MISMATCH when they are not those of `sha256`, NOT_FOUND when nothing was staged.
   */
  commit(name: string, sha256: string): Promise<BlobInfo>;

  /**
   * Adds bytes to what is staged under a name; keeps those that came of a source that breaks off. Answers how many are
   * staged then. Throws CONFLICT where `offset` is not where the staged bytes end, TOO_LARGE past `maxBytes` in all.
   */
  append(
    name: string,
    source: ByteSource,
    place: { readonly offset: number; readonly maxBytes: number },
  ): Promise<number>;

  /** How many bytes are staged under a name. */
  stagedBytes(name: string): Promise<number>;

  /** Forgets staged bytes, if there are any. */
  discard(name: string): Promise<void>;

  /** Removes a blob, unless it was written again since `before`. Answers whether it is gone. */
  remove(sha256: string, options: { readonly before: Date }): Promise<boolean>;
}
