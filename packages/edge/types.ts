import type { Outcome as OutcomeOnWire, PredictAnswer, PredictRequest } from './wire.ts';

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
  /** What sends requests: `fetch` of the platform when left out. */
  readonly fetch?: typeof fetch;
}

export type PredictInput = PredictRequest;
export type Value = PredictRequest['inputs'][string];

export type Prediction = PredictAnswer & {
  /** Who answered: the model in this browser, or an edge server. */
  readonly source: 'local' | 'remote';
};

/** What happened in the end. Its id names it: sent again, it counts once. */
export type Outcome = Omit<OutcomeOnWire, 'trust'>;

/** What the worker holds, and the account of its answers: answered = queued + acked + sampledOut + all of dropped. */
export interface NodeStatus {
  /** Of the manifest that it goes by; null: it has none yet. */
  readonly revision: number | null;
  /** Milliseconds since the registry was last heard. */
  readonly ageMs: number;
  /** Whether the manifest has expired. */
  readonly stale: boolean;
  /** Why the manifest that the registry offers now is not gone by, such as a wrong key; null while none is refused. */
  readonly manifestRefused: { readonly code: string; readonly reason: string } | null;
  readonly deployments: readonly {
    readonly deployment: string;
    /** The releases that are ready here, each with the time at which it was made. */
    readonly serving: readonly {
      readonly release: string;
      readonly createdAt: string;
      readonly modelVersions: readonly string[];
    }[];
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
