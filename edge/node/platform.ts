import type { KeyLookup } from '../../core/machine-keys.ts';
import type { ControlPlane, PostText } from '../control-plane/control-plane.ts';
import type { OwnKey } from '../control-plane/node-identity.ts';
import type { ApiDescription } from '../http/api-page/api-description.ts';
import type { TrustedKeys } from '../control-plane/trusted-keys.ts';
import type { BlobCache } from '../delivery/blobs.ts';
import type { StateStore } from '../delivery/held-state.ts';
import type { Comparison } from '../engines/comparison.ts';
import type { Engine, LoadBytes } from '../engines/engine.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import type { RecordLog } from '../telemetry/record-log.ts';
import type { Tokenizer } from '../telemetry/token.ts';
import type { Schedule } from '../time/task.ts';
import type { NodeLog } from './node-log.ts';

/** What a node stands on. An adapter makes one, gives it to `createNode`, and listens. */
export interface Platform {
  /** Name and version for people, as in `node 24.21.0`. */
  readonly runtime: string;
  /** Whether it is its user's own, so that public keys speak of nothing but itself; left out: it is not. */
  readonly isDevice?: boolean;
  /** What of `CAPABILITIES` it has. */
  readonly capabilities: readonly string[];
  /** The description of the routes; null: it is not answered. */
  readonly openapi: ApiDescription | null;
  readonly records: RecordLog;
  readonly blobs: BlobCache;
  readonly state: StateStore;
  readonly engines: (loadBytes: LoadBytes) => PlatformEngines;
  readonly clock: PlatformClock;
  /** What its process uses of the memory that it may use; left out where that cannot be known. */
  readonly memory?: () => PlatformMemory;
  readonly fetch: typeof fetch;
  /** Posts for less than `fetch` does, where there is such a way. */
  readonly post?: PostText;
  readonly secrets: Secrets;
  readonly schedule: Schedule;
  /** Reads the online store where it lies, and asks `server` where that cannot be done; null: the server is asked. */
  readonly onlineReader: ((server: FeatureReader, feature: ControlPlane) => FeatureReader) | null;
  readonly log: NodeLog;
}

export interface PlatformEngines {
  /** What answers; the one to take first at the front. */
  readonly engines: readonly Engine[];
  /** What runs shadows, so that they take nothing from the answers where the platform can do that. */
  readonly shadowEngines: readonly Engine[];
  /** Null: nothing is compared. */
  readonly comparison: Comparison | null;
}

export interface PlatformMemory {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

export interface PlatformClock {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Whether time goes on while nothing is waited for. Where it does not, what only computes cannot be measured. */
  readonly advancesDuringCompute: boolean;
}

export interface Secrets {
  /** The key under which this node talks to the control plane. */
  readonly nodeKey: string;
  /** A key of its own that the node enrols and rotates, which then counts in place of `nodeKey`. */
  readonly identity?: OwnKey | null;
  /** Whose key a caller's is. */
  readonly keys: KeyLookup;
  /** Who may sign manifests. */
  readonly trusted: TrustedKeys;
  /** Turns personal inputs into tokens; null: there is no key for that. */
  readonly tokenizer: Tokenizer | null;
  /** What is looked at again: keys that may change while the node runs. */
  readonly keySources: readonly KeySource[];
}

/** Where keys come from. */
export interface KeySource {
  /** The setting that names it. */
  readonly setting: string;
  /** Reads it again if it has changed, and says whether. Throws what is wrong with it, once for each change. */
  reread(): Promise<boolean>;
}
