import { CLIENT_KEY } from '../edge-process.ts';
import type { SetRequest } from './requests.ts';

/** What came back, as it travels; the body in base64. */
export interface RawAnswer {
  readonly status: number;
  readonly type: string | null;
  /** How much of the body is JSON where tensors follow it. */
  readonly headerLength: string | null;
  readonly body: string;
}

export interface SetAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
  /** The bytes of tensors after the JSON, in hexadecimal. */
  readonly tensors: string;
}

/** Sends the requests one after another over HTTP. */
export async function answersAt(url: string, requests: readonly SetRequest[]): Promise<readonly RawAnswer[]> {
  const answers: RawAnswer[] = [];
  for (const { method, path, headers, body } of requests) {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${CLIENT_KEY}`, ...headers },
      body: body === null ? null : Buffer.from(body, 'base64'),
    });
    answers.push({
      status: answer.status,
      type: answer.headers.get('content-type'),
      headerLength: answer.headers.get('inference-header-content-length'),
      body: Buffer.from(await answer.arrayBuffer()).toString('base64'),
    });
  }
  return answers;
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** What is not the answer: how long it took, and who may be asked about it. */
const APART = new Set(['timings', 'requestId', 'overrun', 'overruns']);

/** An answer without what differs from one request to the next: ids and times. */
export function withoutIds({ status, type, headerLength, body }: RawAnswer): SetAnswer {
  const bytes = Buffer.from(body, 'base64');
  const own = headerLength === null ? bytes.length : Number(headerLength);
  const text = bytes.subarray(0, own).toString();
  return {
    status,
    type,
    body: type?.includes('json') || headerLength !== null ? still(JSON.parse(text)) : text,
    tensors: bytes.subarray(own).toString('hex'),
  };
}

/** An answer without what names the engine: its name, and the release that is proven on it. */
export const withoutEngine = ({ body, ...answer }: SetAnswer): SetAnswer => ({
  ...answer,
  body: JSON.parse(JSON.stringify(body, (key, value: unknown) => (OF_THE_ENGINE.has(key) ? undefined : value))),
});

const OF_THE_ENGINE = new Set(['engine', 'release']);

function still(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(ID, '<id>');
  if (Array.isArray(value)) return value.map(still);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]) => (APART.has(key) ? [] : [[key, still(own)] as const])),
  );
}

/** The ids of the predictions in an answer: each has its record. */
export function predictionIds({ type, headerLength, body }: RawAnswer): readonly string[] {
  const bytes = Buffer.from(body, 'base64');
  const text = bytes.subarray(0, headerLength === null ? bytes.length : Number(headerLength)).toString();
  if (!type?.includes('json') && headerLength === null) return [];
  const found: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, own] of Object.entries(value)) {
      if (key === 'prediction_ids') found.push(...String(own).split(','));
      else if (key === 'prediction_id' || (key === 'id' && 'models' in value)) found.push(String(own));
      else look(own);
    }
  };
  look(JSON.parse(text));
  return found;
}
