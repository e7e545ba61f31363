/** How a client answers: by a model in this browser, renewed as the name says, or by an edge server. */
export type ClientMode = 'localModel' | 'localModelUpdateInBackground' | 'latestModel' | 'remote';

export interface EdgeClientOptions {
  /** `remote` when left out. */
  readonly mode?: ClientMode;
  /** The address of the app's service worker, for modes with a local model; `/tiffin-worker.js` when left out. */
  readonly worker?: string;
  /** An edge server: for `remote`, and where a browser can have no local model. */
  readonly url?: string;
  /** A public key for that server. */
  readonly key?: string;
  /** How long a call may take with all its retries, in milliseconds: 10,000 when left out. */
  readonly timeoutMs?: number;
  /** How often to try again where the server is away or too busy: 2 when left out. A prediction whose answer was lost is in the log all the same. */
  readonly retries?: number;
}

export type Value = string | number | boolean | null;

export interface PredictInput {
  readonly inputs: Readonly<Record<string, Value>>;
  /** Values that the caller brings, by `view__feature`. */
  readonly features?: Readonly<Record<string, Value>>;
  /** Comes back as `requestId`. */
  readonly id?: string;
  /** How many reasons the answer gives, 1 to 50. */
  readonly reasons?: number;
}

export interface Prediction {
  /** Names the prediction: outcomes refer to it. */
  readonly id: string;
  readonly score: number;
  readonly decision: string | null;
  readonly confidence: number | null;
  readonly reason: string | null;
  readonly release: string;
  readonly models: readonly { readonly version: string; readonly score: number | null }[];
  readonly arm: string | null;
  /** Why the model did not answer; null where it did. */
  readonly fallback: { readonly cause: string; readonly detail: string } | null;
  readonly features: Readonly<
    Record<string, { readonly value: Value; readonly status: string; readonly ageMs: number | null }>
  >;
  readonly reasons?: {
    readonly base: number;
    readonly top: readonly { readonly name: string; readonly value: Value; readonly contribution: number }[];
    readonly rest: number;
    readonly total: number;
  } | null;
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  /** Who answered: the model in this browser, or an edge server. */
  readonly source: 'local' | 'remote';
}

export interface Outcome {
  /** Names it: sent again, it counts once. */
  readonly id: string;
  readonly predictionId: string;
  /** The label, 0 or 1, or the measured value. */
  readonly value: number;
  /** RFC 3339. */
  readonly occurredAt: string;
}

/** What the worker holds, and the account of its answers: answered = queued + acked + sampledOut + all of dropped. */
export interface NodeStatus {
  /** Of the manifest that it goes by; null: it has none yet. */
  readonly revision: number | null;
  /** Milliseconds since the registry was last heard. */
  readonly ageMs: number;
  /** Whether the manifest has expired. */
  readonly stale: boolean;
  readonly deployments: readonly {
    readonly deployment: string;
    readonly serving: readonly { readonly release: string; readonly modelVersions: readonly string[] }[];
    readonly refused: string | null;
  }[];
  readonly account: {
    readonly answered: number;
    readonly queued: number;
    readonly acked: number;
    readonly sampledOut: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
  /** Records of all kinds that wait to be shipped. */
  readonly waiting: number;
}
