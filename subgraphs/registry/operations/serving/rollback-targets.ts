import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { defaultRelease } from '../../../../core/traffic/layers.ts';
import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import { versionUrn } from '../../domain/ids.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { blobsOfRelease, versionsOf } from '../../domain/serving/release.ts';
import { requireRollbackTarget, type RollbackTarget } from '../../domain/serving/rollback.ts';
import { defaultAfter, type TrafficChange } from '../../domain/serving/traffic.ts';
import { isDeleted } from '../../storage/catalogue/asset.ts';
import { findVersion } from '../../storage/version/model-version.ts';
import { ReleaseNames } from './release-names.ts';

type Blobs = Pick<BlobStore, 'read'>;

/** The change itself where its target is fit. Throws G7 for a rollback that has none; a fallback that has none stops the deployment. */
export async function fallbackIfUnfit(
  em: EntityManager,
  blobs: Blobs,
  deployment: Deployment,
  asked: TrafficChange,
): Promise<TrafficChange> {
  if (asked.kind !== 'ROLLBACK' && asked.kind !== 'FALLBACK') return asked;
  const target = defaultAfter(deployment.traffic, asked);
  if (target === null || target === defaultRelease(deployment.traffic.layers)) return asked;
  try {
    await requireTarget(em, blobs, deployment, target);
    return asked;
  } catch (error) {
    if (asked.kind === 'FALLBACK' && error instanceof DomainError) return { kind: 'KILL', reason: asked.reason };
    throw error;
  }
}

async function requireTarget(em: EntityManager, blobs: Blobs, deployment: Deployment, digest: string): Promise<void> {
  const [release] = await new ReleaseNames(em, deployment).named([digest]);
  if (!release) throw new Error(`the release ${digest} is on the trail and is not stored`);
  const { featureService } = release;
  const versions: RollbackTarget['versions'][number][] = [];
  for (const id of versionsOf(release)) {
    const { state } = await findVersion(em, versionUrn.parse(release.project, id, 'release'), 'release');
    versions.push({ id, state });
  }
  requireRollbackTarget({
    release: digest,
    versions,
    damage: await damageOf(blobs, blobsOfRelease(release)),
    featuresGone: featureService !== null && (await isDeleted(em, deployment.project, featureService)),
  });
}

async function damageOf(blobs: Blobs, digests: readonly string[]): Promise<string | undefined> {
  try {
    for (const digest of digests) await blobs.read(digest);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
