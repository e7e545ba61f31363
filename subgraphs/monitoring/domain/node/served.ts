import type { DeploymentSnapshot } from '../../../../schema/event.ts';

/** What answered for a deployment, as the stored predictions prove. */
export interface ServedRelease {
  readonly release: string;
  /** What it runs. */
  readonly modelVersions: readonly string[];
  readonly answers: number;
  readonly fallbacks: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface Served {
  /** The latest first. */
  readonly releases: readonly ServedRelease[];
  /** The live release that the registry ordered last; null before it ordered any. */
  readonly ordered: DeploymentSnapshot['live'];
  /** Whether the latest answers come from the live release or an arm; null without answers or without an order. */
  readonly agrees: boolean | null;
}

/** What answered, held against what the registry ordered. */
export function servedOf(releases: readonly ServedRelease[], ordered: DeploymentSnapshot | null): Served {
  const expected = [ordered?.live?.release, ...(ordered?.allocation?.arms.map(({ release }) => release) ?? [])];
  const [latest] = releases;
  return {
    releases,
    ordered: ordered?.live ?? null,
    agrees: latest && ordered ? expected.includes(latest.release) : null,
  };
}
