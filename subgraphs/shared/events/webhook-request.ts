import { createHmac, randomBytes } from 'node:crypto';
import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { DomainError } from '../../../core/errors.ts';
import { isPrivateAddress } from './private-address.ts';

export interface WebhookRequest {
  readonly url: string;
  /** `whsec_…`, newest first: each signs, so that a receiver can be given another one. None for what is signed itself. */
  readonly secrets: readonly string[];
  /** The same in every attempt: what a receiver tells repetitions by. */
  readonly id: string;
  readonly body: string;
  readonly at: Date;
  readonly allowedHosts: readonly string[];
  readonly timeoutMs: number;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

const SECRET_PREFIX = 'whsec_';

/** A new secret in the form of Standard Webhooks: 32 random bytes in base64. */
export const makeWebhookSecret = (): string => SECRET_PREFIX + randomBytes(32).toString('base64');

/**
 * `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64, as Standard Webhooks says: what a receiver computes again
 * with its secret, whose bytes are what follows the prefix.
 */
export const webhookSignature = (secret: string, id: string, timestamp: string, body: string): string => {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
};

/**
 * Where events may be sent: https to a public host, or any URL whose host the operator allows.
 * Throws INVALID_INPUT.
 */
export function checkWebhookUrl(text: string, allowedHosts: readonly string[]): URL {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw wrong('is not an http(s) URL');
  if (url.username !== '' || url.password !== '') throw wrong('must not hold a user or password');
  const host = hostOf(url);
  if (allowedHosts.includes(host)) return url;
  if (url.protocol !== 'https:') throw wrong('must begin with https:// (other hosts are allowed by configuration)');
  if (host === 'localhost' || (isIP(host) !== 0 && isPrivateAddress(host))) {
    throw wrong('names a private address, which only configuration can allow');
  }
  return url;
}

const wrong = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `the webhook URL ${why}`, { field: 'url', allowed: 'https://host/path' });

/** One POST. Follows no redirect; connects only to an address that was checked, whatever the name resolves to later. */
export function sendWebhook(delivery: WebhookRequest): Promise<WebhookAnswer> {
  const { secrets, id, body, at, allowedHosts, timeoutMs } = delivery;
  const url = checkWebhookUrl(delivery.url, allowedHosts);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(!allowedHosts.includes(hostOf(url)) && { lookup: publicLookup }),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'tiffin',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        ...(secrets.length > 0 && {
          'webhook-signature': secrets.map((secret) => webhookSignature(secret, id, timestamp, body)).join(' '),
        }),
      },
    });
    request.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      response.destroy(); // the status says all; a body could be endless
    });
    request.on('error', reject);
    request.end(body);
  });
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Resolves a name for the connection itself, so that a second answer of the DNS can't lead elsewhere. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const refused = error ?? (found.some(({ address }) => isPrivateAddress(address)) ? privateHost(hostname) : null);
    if (refused) return callback(refused, '', 0);
    if (options.all === true) return callback(null, found);
    const [first] = found;
    return callback(null, first?.address ?? '', first?.family);
  });
};

const privateHost = (hostname: string): Error => new Error(`${hostname} resolves to a private address`);
