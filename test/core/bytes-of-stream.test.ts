import { describe, expect, it } from 'vitest';
import { bytesOfStream } from '../../core/bytes-of-stream.ts';

const tooLarge = (): Error => new Error('too large');

/** A stream as browsers of WebKit have it: nothing can iterate over it. */
function streamOf(chunks: readonly number[][], onCancel: () => void = () => undefined): ReadableStream<Uint8Array> {
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk = chunks[at++];
      if (chunk) controller.enqueue(Uint8Array.from(chunk));
      else controller.close();
    },
    cancel: onCancel,
  });
  Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
  return stream;
}

describe('the bytes of a stream', () => {
  it('come together in order', async () => {
    expect([...(await bytesOfStream(streamOf([[1, 2], [], [3]]), 3, tooLarge))]).toEqual([1, 2, 3]);
    expect(await bytesOfStream(null, 3, tooLarge)).toHaveLength(0);
  });

  it('are refused beyond the limit, and the rest is not asked for', async () => {
    let isCancelled = false;
    const stream = streamOf([[1, 2], [3, 4], [5]], () => (isCancelled = true));
    await expect(bytesOfStream(stream, 3, tooLarge)).rejects.toThrow('too large');
    expect(isCancelled).toBe(true);
  });
});
