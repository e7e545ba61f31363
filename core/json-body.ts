import { bytesOfStream } from './bytes-of-stream.ts';
import { DomainError } from './errors.ts';
import { decodeUtf8, refuseOtherCharset } from './utf8-text.ts';

/** A body that was read, with the text that it was read from. */
export interface JsonBody {
  readonly value: unknown;
  readonly text: string;
}

const JSON_TYPE = /^application\/([\w.+-]*\+)?json\s*(;|$)/i;
/** What curl and Python's urllib send for a body whose type nobody named. */
const UNNAMED_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const ENCODINGS = ['identity', 'gzip', 'deflate'] as const;
type Encoding = (typeof ENCODINGS)[number];
/** A number may be beyond the largest double by its exponent, or by its digits. */
const LARGE_EXPONENT = /[eE](?<=\d[eE])\+?\d{2}/;
const LARGE_DIGITS = 309;

/**
 * The body of a request as JSON, which is UTF-8 (RFC 8259), possibly compressed. Throws UNSUPPORTED_MEDIA_TYPE, TOO_LARGE
 * beyond `maxBytes` (of the decompressed body), MALFORMED, or INVALID_INPUT for a number that no double holds.
 */
export async function readJson(request: Request, maxBytes: number): Promise<JsonBody> {
  checkType(request.headers.get('content-type'));
  return parseJson(await readBody(request, maxBytes));
}

/** Bytes as JSON. Throws MALFORMED, or INVALID_INPUT for a number that no double holds. */
export function parseJson(bytes: Uint8Array): JsonBody {
  const text = decodeUtf8(bytes);
  return { value: parsed(text), text };
}

/** No content type at all is read as JSON: some clients name none. */
function checkType(type: string | null): void {
  if (type === null || UNNAMED_TYPE.test(type)) return;
  if (!JSON_TYPE.test(type)) {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'send JSON with "content-type: application/json"', {
      field: 'content-type',
      allowed: ['application/json'],
    });
  }
  refuseOtherCharset(type);
}

function encodingOf(request: Request): Encoding {
  const named = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  const encoding = ENCODINGS.find((one) => one === (named === 'x-gzip' ? 'gzip' : named));
  if (encoding) return encoding;
  throw new DomainError(
    'UNSUPPORTED_MEDIA_TYPE',
    `content-encoding: ${named} is not read, only ${ENCODINGS.join(', ')}`,
    {
      field: 'content-encoding',
      allowed: ENCODINGS,
    },
  );
}

/**
 * The bytes of a body, decompressed. Throws TOO_LARGE beyond `maxBytes`, MALFORMED where the body is cut short or does not
 * decompress, and UNSUPPORTED_MEDIA_TYPE for a compression that is not read.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const encoding = encodingOf(request);
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > maxBytes) throw tooLarge(maxBytes);
  try {
    // A length that is announced is held to by the server below; one that is not is counted while reading.
    if (announced !== null && encoding === 'identity') return new Uint8Array(await request.arrayBuffer());
    const stream = decompressed(await bodyOf(request), encoding);
    return await bytesOfStream(stream, maxBytes, () => tooLarge(maxBytes));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    // Streams tell of a caller that is gone, or of bytes that do not decompress, and of nothing else.
    const what =
      encoding === 'identity' ? 'the body ended before it was complete' : `the body is not valid ${encoding}`;
    throw new DomainError('MALFORMED', what);
  }
}

/** Of a request that knows no streams, as in a worker of Firefox, through a response, which knows them there. */
async function bodyOf(request: Request): Promise<Request['body']> {
  const { body } = request as Partial<Request>;
  return body === undefined ? new Response(await request.arrayBuffer()).body : body;
}

function decompressed(body: Request['body'], encoding: Encoding): Request['body'] {
  if (body === null || encoding === 'identity') return body;
  return body.pipeThrough(new DecompressionStream(encoding));
}

const tooLarge = (maxBytes: number): DomainError =>
  new DomainError('TOO_LARGE', `the body is larger than the ${maxBytes} bytes that this route takes`, { maxBytes });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, mayOverflow(text) ? refuseOverflow : undefined);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('MALFORMED', 'the body is not valid JSON');
  }
}

/** Cheap, and true too often rather than too seldom. */
function mayOverflow(text: string): boolean {
  if (LARGE_EXPONENT.test(text)) return true;
  for (let i = 0, digits = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    digits = code >= 48 && code <= 57 ? digits + 1 : 0;
    if (digits === LARGE_DIGITS) return true;
  }
  return false;
}

/** JSON.parse makes Infinity of 1e400, and the text that was sent would be lost to the message. */
function refuseOverflow(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  const shown = context?.source?.slice(0, 60) ?? 'a number';
  throw new DomainError('INVALID_INPUT', `${key}: ${shown} is beyond the largest number of 64 bits`, {
    field: key,
    allowed: [`a number from ${-Number.MAX_VALUE} to ${Number.MAX_VALUE}`],
  });
}
