import type { Context } from 'hono';

/** From here on an answer is worth compressing. */
const LEAST_COMPRESSED = 4_096;

/** Text as an answer, compressed where the caller takes that and it is long enough to pay. */
export function textAnswer(c: Context, text: string, headers: Readonly<Record<string, string>>): Response {
  if (text.length < LEAST_COMPRESSED) return c.body(text, 200, headers);
  if (!takesGzip(c.req.header('accept-encoding'))) return c.body(text, 200, { ...headers, vary: 'accept-encoding' });
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return c.body(stream, 200, { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' });
}

export const jsonAnswer = (c: Context, value: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  textAnswer(c, JSON.stringify(value), { 'content-type': 'application/json', ...headers });

/** RFC 9110 §12.5.3; a weight of 0 means: not this. */
export function takesGzip(accepted: string | undefined): boolean {
  const weights = new Map(
    (accepted ?? '').split(',').map((one) => {
      const [coding = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((part) => part.startsWith('q='))?.slice(2);
      return [coding, weight === undefined ? 1 : Number(weight)];
    }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}
