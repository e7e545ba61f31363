import { createHash } from 'node:crypto';

/** Passes chunks on but holds the last one back until the digest of all is right; else ends with an error. */
export async function* verifiedChunks(
  source: AsyncIterable<Uint8Array>,
  sha256: string,
  damaged: (actual: string) => Error,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const chunk of source) {
    if (held) yield held;
    hash.update(chunk);
    held = chunk;
  }
  const actual = hash.digest('hex');
  if (actual !== sha256) throw damaged(actual);
  if (held) yield held;
}
