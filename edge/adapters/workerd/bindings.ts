/** What this adapter uses of the bindings that Cloudflare gives a worker. Named as there. */

export interface KVNamespace {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>;
  put(key: string, value: ArrayBuffer | Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<{
    readonly keys: readonly { readonly name: string }[];
    readonly list_complete: boolean;
    readonly cursor?: string;
  }>;
}

export interface R2Bucket {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  put(key: string, value: ArrayBuffer | Uint8Array): Promise<unknown>;
  delete(keys: string | string[]): Promise<void>;
  list(options: { prefix: string; cursor?: string }): Promise<{
    readonly objects: readonly { readonly key: string }[];
    readonly truncated: boolean;
    readonly cursor?: string;
  }>;
}

type SqlValue = string | number | null;

export interface SqlStorage {
  exec<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Iterable<Row>;
}

export interface DurableObjectState {
  readonly storage: {
    readonly sql: SqlStorage;
    transactionSync<T>(run: () => T): T;
    getAlarm(): Promise<number | null>;
    setAlarm(atMs: number): Promise<void>;
  };
}

export interface DurableObjectNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(url: string, init?: RequestInit): Promise<Response> };
}

export interface Queue {
  sendBatch(messages: readonly { readonly body: unknown; readonly contentType: 'json' }[]): Promise<unknown>;
}

/** What a consumer of a queue is given; a message that is neither acknowledged nor to be tried again counts as acknowledged. */
export interface MessageBatch<T> {
  readonly messages: readonly { readonly body: T; ack(): void; retry(): void }[];
}

export interface ExecutionContext {
  /** Keeps the worker alive until the promise settles, after the answer and without the caller. */
  waitUntil(promise: Promise<unknown>): void;
}
