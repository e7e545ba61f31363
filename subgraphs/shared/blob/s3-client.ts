import { AwsClient } from 'aws4fetch';
import { DomainError } from '../../../core/errors.ts';

export interface S3Settings {
  /** `https://s3.eu-central-1.amazonaws.com`, or that of any other server that speaks S3. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  /** What all keys begin with: empty, or a folder with its slash. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Object {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modified: Date;
}

interface S3Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
  readonly query?: Readonly<Record<string, string>>;
}

const PAGE = 1_000;
/** Waits of .1, .2, .4 and .8 s. */
const RETRIES = 4;
const FIRST_WAIT_MS = 100;

/** The few calls of S3 that a blob store needs, signed (SigV4), by path and not by host name: every server knows that. */
export class S3Client {
  readonly #settings: S3Settings;
  readonly #aws: AwsClient;

  constructor(settings: S3Settings) {
    const { accessKeyId, secretAccessKey, region } = settings;
    this.#settings = settings;
    const retry = { retries: RETRIES, initRetryMs: FIRST_WAIT_MS };
    this.#aws = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', ...retry });
  }

  /** Null where there is no such object. */
  async head(key: string): Promise<Headers | null> {
    const answer = await this.#send('HEAD', key);
    return answer && answer.headers;
  }

  /** Undefined where there is no such object. */
  async get(key: string): Promise<Response | undefined> {
    return (await this.#send('GET', key)) ?? undefined;
  }

  /** Stores an object whole or not at all: the server compares the bytes with the digest that is signed. */
  async put(key: string, body: Blob, sha256: string): Promise<void> {
    const headers = { 'x-amz-content-sha256': sha256, 'x-amz-meta-sha256': sha256 };
    await (await this.#send('PUT', key, { body, headers }))?.body?.cancel();
  }

  /** Copies inside the bucket; the object has the meta data of the one that it is a copy of. */
  async copy(from: string, to: string): Promise<void> {
    const { bucket, prefix } = this.#settings;
    const headers = { 'x-amz-copy-source': `/${bucket}/${prefix}${from}` };
    // An answer that began well may end in an error.
    const text = await (await this.#send('PUT', to, { headers }))?.text();
    if (text?.includes('<CopyObjectResult') !== true) throw failure('copying', 200, text ?? '');
  }

  async delete(key: string): Promise<void> {
    await (await this.#send('DELETE', key))?.body?.cancel();
  }

  /** Objects whose key begins like this, by key; at most a thousand, from the one after `after`. */
  async list(begin: string, after?: string): Promise<readonly S3Object[]> {
    const { prefix } = this.#settings;
    const query = {
      'list-type': '2',
      prefix: `${prefix}${begin}`,
      'max-keys': String(PAGE),
      ...(after !== undefined && { 'start-after': `${prefix}${after}` }),
    };
    const text = (await (await this.#send('GET', null, { query }))?.text()) ?? '';
    return [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, object = '']) => ({
      key: (/<Key>(.*?)<\/Key>/s.exec(object)?.[1] ?? '').slice(prefix.length),
      sizeBytes: Number(/<Size>(\d+)<\/Size>/.exec(object)?.[1] ?? 0),
      modified: new Date(/<LastModified>(.*?)<\/LastModified>/.exec(object)?.[1] ?? 0),
    }));
  }

  /** All objects whose key begins like this, by key. */
  async *all(begin: string): AsyncGenerator<S3Object> {
    for (let after: string | undefined; ;) {
      const page = await this.list(begin, after);
      yield* page;
      if (page.length < PAGE) return;
      after = page.at(-1)?.key;
    }
  }

  /** Null for 404. `key` null: the bucket itself. */
  async #send(method: string, key: string | null, { headers, body, query }: S3Request = {}): Promise<Response | null> {
    const { endpoint, bucket, prefix } = this.#settings;
    const path = key === null ? '' : `/${prefix}${key}`;
    const url = `${endpoint.replace(/\/+$/, '')}/${bucket}${path}?${new URLSearchParams(query).toString()}`;
    let answer: Response;
    try {
      answer = await this.#aws.fetch(url.replace(/\?$/, ''), {
        method,
        ...(headers && { headers }),
        ...(body && { body }),
      });
    } catch (error) {
      throw new DomainError('UNAVAILABLE', `the S3 server at ${endpoint} does not answer`, { cause: String(error) });
    }
    if (answer.ok) return answer;
    const text = await answer.text();
    if (answer.status === 404 && !text.includes('NoSuchBucket')) return null;
    throw failure(method, answer.status, text);
  }
}

/** What a server that is full answers. */
const FULL = new Set(['XMinioStorageFull', 'QuotaExceeded', 'InsufficientCapacity', 'EntityTooLarge']);

function failure(what: string, status: number, text: string): Error {
  const code = /<Code>(.*?)<\/Code>/s.exec(text)?.[1] ?? '';
  const said = `S3 answered ${status} ${code} to ${what}`;
  if (status === 507 || FULL.has(code)) return new DomainError('STORAGE_FULL', `${said}: there is no room`, { code });
  if (status >= 500 || status === 429) return new DomainError('UNAVAILABLE', said, { code });
  return new Error(`${said}: ${text.slice(0, 500)}`);
}
