import type { BreakGlass } from './break-glass.ts';
import type { TrafficRecord } from '../serving/deployment.ts';
import type { Release } from '../serving/release.ts';
import type { ApprovalStep, ModelVersion } from '../version/model-version.ts';
import { releasesAnswering } from '../../../../core/traffic/layers.ts';

/** One time without a break in which a release answered. */
export interface Served {
  readonly deployment: string;
  readonly release: string;
  readonly from: Date;
  /** Null: it still does. */
  readonly until: Date | null;
  readonly by: string;
  readonly reason: string | null;
}

/** A record of the audit chain, as a dossier shows it. */
export interface DossierRecord {
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string | null;
  readonly rule: string | null;
}

/** Everything that an auditor asks about one version. */
export interface Dossier {
  readonly id: string;
  readonly version: ModelVersion;
  readonly digestSet: string;
  readonly steps: readonly ApprovalStep[];
  readonly releases: readonly { readonly id: string; readonly release: Release }[];
  readonly served: readonly Served[];
  readonly records: readonly DossierRecord[];
  /** Whether older records than these are left out. */
  readonly recordsCut: boolean;
  readonly proof: {
    readonly ok: boolean;
    readonly chains: readonly {
      readonly subgraph: string;
      readonly state: string;
      readonly checked: number;
      readonly checkpointedTo: number;
    }[];
    readonly checkpoints: number;
    readonly newestCheckpointAt: Date | null;
  };
  /** Whether the stored bytes, read again for this, are those of the digest. */
  readonly isIntact: boolean;
  readonly openBreakGlasses: readonly Pick<BreakGlass, 'id' | 'environment'>[];
  /** The newest rollback of a deployment in which it served. */
  readonly rollback: DossierRecord | null;
  /** Where people look at something; null where no address is configured. */
  readonly linkTo: (id: string) => string | null;
  readonly at: Date;
  readonly by: string;
}

/** When each release answered, from the changes of one deployment's traffic in whatever order. */
export function servedBy(
  records: readonly TrafficRecord[],
  releases: ReadonlyMap<string, string>,
  deployment: string,
): readonly Served[] {
  const served: Served[] = [];
  const open = new Map<string, Served>();
  for (const { layers, at, actor, reason } of records.toSorted((a, b) => a.revision - b.revision)) {
    const answering = new Set(releasesAnswering(layers));
    for (const [digest, release] of releases) {
      const held = open.get(digest);
      if (answering.has(digest) && !held) {
        open.set(digest, { deployment, release, from: at, until: null, by: actor, reason });
      }
      if (!answering.has(digest) && held) {
        open.delete(digest);
        served.push({ ...held, until: at });
      }
    }
  }
  return [...served, ...open.values()].toSorted((a, b) => a.from.getTime() - b.from.getTime());
}
