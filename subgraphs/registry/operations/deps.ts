import type { Logger } from 'pino';
import type { AuditChains } from '../../shared/audit/audit-chains.ts';
import type { KeyRing } from '../../shared/auth/key-ring.ts';
import type { BlobStore } from '../../shared/blob/blob-store.ts';
import type { Changes } from '../../shared/events/changes.ts';
import type { Database } from '../../shared/database/database.ts';
import type { AssetUrl } from '../domain/webhook/message.ts';
import type { Signed } from '../domain/signature.ts';
import type { CheckpointFiles } from '../storage/files/checkpoint-files.ts';
import type { EnrolledKeys } from './node/enrolled-keys.ts';
import type { ModelJobs } from './version/model-jobs.ts';
import type { Peer } from '../../shared/peer.ts';
import type { SubgraphName } from '../../../schema/nouns.ts';

/** What the registry's operations work with. */
export interface RegistryDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Snapshots of features, which come and go. */
  readonly snapshotBlobs: BlobStore;
  /** What they are read from. */
  readonly feature: Pick<Peer, 'graphql'>;
  /** A folder for files that are read once and removed. */
  readonly scratchFolder: string;
  /** What loads and runs models, whoever waits for it. */
  readonly modelJobs: ModelJobs;
  readonly log: Logger;
  readonly now: () => Date;
  /** Waits, not for long, until a mutation's event is known here. Throws UNAVAILABLE naming the field. */
  readonly awaitEvent: (cursor: string, field: string) => Promise<void>;
  /** The feed of this subgraph and those of all, for those who listen. */
  readonly changes: { readonly own: Changes; readonly all: Changes };
  /** Issues a project's manifests after a change of its traffic. */
  readonly publish: (project: string) => Promise<void>;
  /** Signs by the key that nodes trust longest, while keys rotate. */
  readonly sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<Signed>;
  /** Hosts that a webhook may name although they are private or without https. */
  readonly webhookHosts: readonly string[];
  /** Where people look at what a webhook tells of. */
  readonly assetUrl: AssetUrl;
  /** The audit chains of all subgraphs, this one's included. */
  readonly chains: Readonly<Record<SubgraphName, AuditChains>>;
  /** Where checkpoints are kept, and who else gets them. */
  readonly checkpoints: { readonly files: CheckpointFiles; readonly url: string | undefined };
  /** The keys of enrolled nodes that are good. */
  readonly enrolled: EnrolledKeys;
  /** The keys of machines, to be listed. */
  readonly keys: Pick<KeyRing, 'list'>;
  readonly limits: { readonly maxUploadBytes: number };
}
