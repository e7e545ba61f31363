import type { DeploymentSnapshot } from '../../../schema/event.ts';

/** What answered for a deployment, as the stored predictions prove. */
export interface ServedRelease {
  readonly release: string;
  readonly modelVersion: string;
  readonly answers: number;
  readonly fallbacks: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface Served {
  /** The latest first. */
  readonly releases: readonly ServedRelease[];
  /** The live version that the registry ordered last; null before it ordered any. */
  readonly ordered: string | null;
  /** Whether the latest answers come from the live version or an arm; null without answers or without an order. */
  readonly agrees: boolean | null;
}

/** What answered, held against what the registry ordered. */
export function servedOf(releases: readonly ServedRelease[], ordered: DeploymentSnapshot | null): Served {
  const expected = [ordered?.liveModelVersion, ...(ordered?.allocation?.arms.map((arm) => arm.modelVersion) ?? [])];
  const [latest] = releases;
  return {
    releases,
    ordered: ordered?.liveModelVersion ?? null,
    agrees: latest && ordered ? expected.includes(latest.modelVersion) : null,
  };
}
