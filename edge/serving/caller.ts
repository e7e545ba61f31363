import type { AskerTrust } from '../telemetry/asker-trust.ts';

/** Who asks, as far as an answer depends on it. */
export interface Caller {
  /** A key opens its own project only. */
  readonly project: string;
  /** The endpoints that the key may ask; null: all of its project. */
  readonly endpoints: readonly string[] | null;
  readonly trust: AskerTrust;
  /** How long the caller still waits; Infinity where it did not say. */
  readonly leftMs: () => number;
}

export const mayAsk = ({ endpoints }: Pick<Caller, 'endpoints'>, endpoint: string): boolean =>
  endpoints === null || endpoints.includes(endpoint);
