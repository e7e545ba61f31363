import type { EntityManager } from '@mikro-orm/postgresql';
import { defaultRelease, releasesAnswering, releasesIn } from '../../../../core/traffic/layers.ts';
import type { Traffic as Layers } from '../../../../schema/manifest.ts';
import { requireTried } from '../../domain/governance/live-evidence.ts';
import { deploymentUrn, versionUrn } from '../../domain/ids.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { requireReadable } from '../../domain/serving/features-read.ts';
import { requireApprovedRecipe } from '../../domain/serving/release-approval.ts';
import { versionsOf, type Release } from '../../domain/serving/release.ts';
import { PRODUCTION } from '../../domain/version/approval.ts';
import { isDeleted } from '../../storage/catalogue/asset.ts';
import { findNotes } from '../../storage/catalogue/asset-note.ts';
import { tierPolicy } from '../../storage/governance/tier-policy.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { everTried } from '../../storage/serving/traffic-record.ts';
import { findVersion, findVersions } from '../../storage/version/model-version.ts';
import { isLetThrough, servableVersion } from '../version/servable.ts';
import { standingsOf } from './release-approvals.ts';

/** A change that could send traffic where none was. */
interface Forward {
  readonly before: Deployment;
  /** The layers that it brings or changes. */
  readonly added: Layers;
  readonly after: Layers;
  /** All that the layers before and after name. */
  readonly releases: readonly Release[];
  readonly now: Date;
}

/** Throws the refusal of the first rule that says no to what would newly get traffic. */
export async function requireForward(em: EntityManager, change: Forward): Promise<void> {
  await requireServable(em, change);
  await requireApprovedRecipes(em, change);
  await requireFeatures(em, change);
  await requireTriedBefore(em, change);
}

/** Every release that newly gets traffic must be approved, and for this environment; a shadow sees the same data. */
async function requireServable(em: EntityManager, { before, added, releases, now }: Forward): Promise<void> {
  for (const digest of releasesIn(added)) {
    const release = releases.find((one) => one.digest === digest);
    if (!release) continue;
    for (const id of versionsOf(release)) {
      const key = versionUrn.parse(release.project, id, 'release');
      await servableVersion(em, key, { environment: before.environment, now, field: 'release' });
    }
  }
}

/**
 * What newly answers whoever asks runs an approved recipe, or a version in an emergency; testers and shadows, by which nothing is
 * decided, need none.
 */
async function requireApprovedRecipes(em: EntityManager, { before, added, releases, now }: Forward): Promise<void> {
  const answering = new Set(releasesAnswering(added));
  const newly = releases.filter(({ digest }) => answering.has(digest));
  const standings = await standingsOf(em, newly);
  for (const [i, release] of newly.entries()) {
    const standing = standings[i];
    if (!standing) continue;
    const keys = versionsOf(release).map((id) => versionUrn.parse(release.project, id, 'release'));
    const versions = await findVersions(em, keys);
    const place = { environment: before.environment, now };
    const open = await Promise.all(versions.map((version) => isLetThrough(em, version, place)));
    if (!open.includes(true)) requireApprovedRecipe(release, standing);
  }
}

/** What a release reads must still be there, and nobody may have said not to begin to use it (G11). */
async function requireFeatures(em: EntityManager, { added, releases }: Forward): Promise<void> {
  const newly = new Set(releasesIn(added));
  for (const { digest, featureService, project } of releases) {
    if (!newly.has(digest) || featureService === null) continue;
    const deprecation = (await findNotes(em, [featureService])).get(featureService)?.deprecation;
    requireReadable({
      featureService,
      isDeleted: await isDeleted(em, project, featureService),
      deprecation: deprecation ?? null,
    });
  }
}

/** What would answer everybody in production was tried there first, if its tier asks for that and it can be (G12). */
async function requireTriedBefore(em: EntityManager, { before, after, releases, now }: Forward): Promise<void> {
  const predecessor = defaultRelease(before.traffic.layers);
  const next = releases.find(({ digest }) => digest === defaultRelease(after));
  if (before.environment !== PRODUCTION || !next || next.digest === predecessor) return;
  const place = { environment: before.environment, now };
  for (const id of versionsOf(next)) {
    const version = await findVersion(em, versionUrn.parse(next.project, id, 'release'), 'release');
    const { policy } = await tierPolicy(em, version.project, version.riskTier);
    if (!policy.triedFirst || (await isLetThrough(em, version, place))) continue;
    const own = (await releasesOfVersions(em, version.project, [id])).map(({ digest }) => digest);
    requireTried({
      modelVersion: id,
      deployment: deploymentUrn.format(before),
      isAsked: policy.triedFirst,
      hasPredecessor: predecessor !== null && predecessor !== undefined && !own.includes(predecessor),
      wasTried: await everTried(em, before, own),
    });
  }
}
