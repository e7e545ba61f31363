import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { decodeUtf8 } from '../../../core/utf8-text.ts';
import { OtlpMetrics, type OtlpPartialSuccess } from '../../../schema/otlp.ts';
import { validated } from '../../../schema/validated.ts';
import type { DataPlane, DataPlaneEnv } from '../../shared/http/data-plane.ts';
import type { Operations } from '../operations/operations.ts';
import { readRequest, writeResponse, writeStatus } from './otlp-protobuf.ts';

/** On the wire, and once it is unpacked. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/** Where collectors and SDKs of OpenTelemetry send metrics by OTLP/HTTP, as protobuf or JSON. */
export function addOtlpRoute(plane: DataPlane, { samples }: Pick<Operations, 'samples'>): void {
  plane.route(
    {
      method: 'POST',
      path: '/v1/metrics',
      scope: 'monitoring:ingest',
      maxBytes: MAX_BODY_BYTES,
      errorShape: (problem) => ({
        status: problem.status,
        body: { message: typeof problem['detail'] === 'string' ? problem['detail'] : problem.title },
      }),
    },
    async (c) => {
      const type = typeOf(c.req.header('content-type'));
      try {
        const bytes = await plainBody(c);
        const metrics = validated(OtlpMetrics, type === PROTOBUF ? readRequest(bytes) : parsedJson(bytes));
        const sender = { actor: c.get('holder'), requestId: c.get('requestId') };
        return answer(type, await samples.pushOtlp(sender, metrics));
      } catch (error) {
        if (type === JSON_TYPE || !(error instanceof DomainError)) throw error;
        return binary(writeStatus(error.message), error.status);
      }
    },
  );
}

function typeOf(header: string | undefined): typeof PROTOBUF | typeof JSON_TYPE {
  const type = (header ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === PROTOBUF || type === JSON_TYPE) return type;
  throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `content-type: is ${type}; allowed: ${PROTOBUF}, ${JSON_TYPE}`, {
    field: 'content-type',
    allowed: [PROTOBUF, JSON_TYPE],
  });
}

/** In the encoding of the request, as the protocol asks. */
function answer(type: typeof PROTOBUF | typeof JSON_TYPE, rejected: OtlpPartialSuccess): Response {
  if (type === PROTOBUF) return binary(writeResponse(rejected), 200);
  const { rejectedDataPoints, errorMessage } = rejected;
  // 64-bit integers are texts in protobuf's JSON.
  return Response.json(
    rejectedDataPoints === 0
      ? {}
      : { partialSuccess: { rejectedDataPoints: String(rejectedDataPoints), errorMessage } },
  );
}

const binary = (bytes: Uint8Array<ArrayBuffer>, status: number): Response =>
  new Response(bytes, { status, headers: { 'content-type': PROTOBUF } });

function parsedJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('MALFORMED', 'the body is not valid JSON');
  }
}

/** The body without its packing; never more of it than is allowed. */
async function plainBody(c: Context<DataPlaneEnv>): Promise<Uint8Array> {
  const encoding = c.req.header('content-encoding') ?? 'identity';
  const bytes = await c.req.arrayBuffer();
  if (encoding === 'identity') return new Uint8Array(bytes);
  if (encoding !== 'gzip') {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `content-encoding: is ${encoding}; allowed: identity, gzip`, {
      field: 'content-encoding',
      allowed: ['identity', 'gzip'],
    });
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for await (const chunk of new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))) {
      size += chunk.byteLength;
      if (size > MAX_PLAIN_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    throw new DomainError('MALFORMED', 'the body is not valid gzip');
  }
  if (size > MAX_PLAIN_BYTES) {
    throw new DomainError('TOO_LARGE', `the body unpacks to more than ${MAX_PLAIN_BYTES} bytes`, {
      maxBytes: MAX_PLAIN_BYTES,
    });
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
