import type { Traffic } from '../../../../schema/manifest.ts';
import type { TrafficChangeKind, TrafficState } from './traffic.ts';

/** The stable name that clients call. */
export interface Endpoint {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly revision: number;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** An endpoint in one environment, with what serves there. */
export interface Deployment {
  readonly project: string;
  readonly endpoint: string;
  readonly environment: string;
  /** Device audiences that may serve it. */
  readonly audiences: readonly string[];
  /** How long a node may go on with it after it last heard from the registry; null: for ever. */
  readonly refuseAfterMs: number | null;
  /** Its releases answer only once another person has approved their recipe. */
  readonly requiresApproval: boolean;
  /** Raised by every change, whether of traffic or not. */
  readonly revision: number;
  readonly traffic: TrafficState;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** One change of a deployment's traffic, as it was made: kept for ever. */
export interface TrafficRecord {
  readonly project: string;
  readonly endpoint: string;
  readonly environment: string;
  readonly revision: number;
  readonly kind: TrafficChangeKind;
  /** Names the decision: a second call with the same cause changes nothing. */
  readonly cause: string;
  /** Digest of what was asked, to tell a repetition from another change under the same cause. */
  readonly request: string;
  readonly layers: Traffic;
  readonly reason: string | null;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly at: Date;
}
