export const MODEL_MODES = ['localModel', 'localModelUpdateInBackground', 'latestModel'] as const;

/**
 * When a model that the browser holds is renewed: never by itself; now and then, without a prediction waiting for it; or before each
 * prediction, as far as the network answers within a second.
 */
export type ModelMode = (typeof MODEL_MODES)[number];

/** What a worker is told by the page that it belongs to. All of it is public: it is in a script that anybody can read. */
export interface BrowserNodeOptions {
  /** Where manifests, models and telemetry are: the control plane. */
  readonly controlUrl: string;
  /** A public key, of trust `device`. */
  readonly key: string;
  /** Key id → public key of whoever signs manifests, in base64; nobody else is believed. */
  readonly trustedKeys: Readonly<Record<string, string>>;
  /** The audience of devices that deployments name. */
  readonly audience: string;
  /** The environment that `/v1/predict/{endpoint}` means; production when left out. */
  readonly environment?: string;
  readonly mode?: ModelMode;
  /** Names the node's database and cache; two nodes of one origin need two. */
  readonly name?: string;
  /** Files of the page that are kept and served while the network is away, as `/`, `/app.js`; the network is asked first. */
  readonly assets?: readonly string[];
  /** How many records may wait, and how many characters of them: 10,000 and 16 million when left out. */
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  /** How often it asks for manifests and ships records while it lives: each minute and every five seconds when left out. */
  readonly pollMs?: number;
  readonly shipMs?: number;
}
