import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { Traffic as Layers } from '../../../../schema/manifest.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { deploymentEvent } from '../../domain/catalogue/asset-events.ts';
import { inputsRead, releasesAnswering, releasesIn, defaultRelease } from '../../../../core/traffic/layers.ts';
import { OTHER_SEGMENT } from '../../../../schema/recipe.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn, versionUrn } from '../../domain/ids.ts';
import { versionsOf, type Release } from '../../domain/serving/release.ts';
import { requireTargeting, withCheckedTargeting } from '../../domain/serving/targeting.ts';
import { requireApprovedRecipe } from '../../domain/serving/release-approval.ts';
import { requireRollbackTarget, type RollbackTarget } from '../../domain/serving/rollback.ts';
import { applyChange, defaultAfter, type TrafficChange } from '../../domain/serving/traffic.ts';
import { changeOfCanary, type RequestedChange } from '../../domain/serving/canary.ts';
import { effectsOf, warningsOf } from '../../domain/serving/traffic-effects.ts';
import { requireTried } from '../../domain/governance/live-evidence.ts';
import { PRODUCTION } from '../../domain/version/approval.ts';
import { tierPolicy } from '../../storage/governance/tier-policy.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { requireReadable } from '../../domain/serving/features-read.ts';
import { isDeleted } from '../../storage/catalogue/asset.ts';
import { findNotes } from '../../storage/catalogue/asset-note.ts';
import { lockDeployment, saveDeployment } from '../../storage/serving/deployment.ts';
import { makeSnapshotsDue } from '../../storage/serving/feature-snapshot.ts';
import { findVersion, findVersions } from '../../storage/version/model-version.ts';
import { everTried, findByCause, insertTrafficRecord } from '../../storage/serving/traffic-record.ts';
import type { RegistryDeps } from '../deps.ts';
import { isLetThrough, servableVersion } from '../version/servable.ts';
import { standingsOf } from './release-approvals.ts';
import { ReleaseNames } from './release-names.ts';

/** A change as somebody asks for it: releases by id or by digest. */
export interface ChangeTrafficInput {
  readonly deployment: string;
  readonly change: RequestedChange;
  /** Names the decision: the same cause again changes nothing. */
  readonly cause?: string | null;
  readonly reason?: string | null;
  /** Tells what the change would do, or why it would be refused, and changes nothing. */
  readonly dryRun?: boolean;
}

export interface ChangedTraffic extends Changed<Deployment> {
  /** False: this cause had been carried out before, or it was a dry run. */
  readonly applied: boolean;
  /** What the change does, in words. */
  readonly effects: readonly string[];
  /** Where requests may not fit what answers them after the change. */
  readonly warnings: readonly string[];
}

/** The only writer of traffic. */
export class Traffic {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  async change(context: RequestContext, input: ChangeTrafficInput): Promise<ChangedTraffic> {
    const key = deploymentUrn.parse(context.actor.project, input.deployment, 'deployment');
    const { actor } = context;
    const { reason = null } = input;
    const cause = causeOf(input.cause);
    const asked = digestOf(input.change);
    const name = { action: actionOf(input.change), subject: deploymentUrn.format(key) };
    let applied = input.dryRun !== true;
    let consequences: Pick<ChangedTraffic, 'effects' | 'warnings'> = { effects: [], warnings: [] };
    const changed = await change(this.#deps, context, name, async (em, at) => {
      const before = await lockDeployment(em, key, 'deployment');
      const earlier = await findByCause(em, key, cause);
      if (earlier) {
        if (earlier.request !== asked) throw causeTaken(cause, earlier.revision);
        applied = false;
        return { value: before, unchanged: true };
      }
      const names = new ReleaseNames(em, before);
      const resolved = await this.#withTargeting(names, await this.#resolved(names, before, input.change));
      const fit = await this.#fallbackIfUnfit(em, before, resolved);
      const traffic = applyChange(before.traffic, fit, actor, at);
      const releases = await names.named([...releasesIn(before.traffic.layers), ...releasesIn(traffic.layers)]);
      requireFields(traffic.layers, releases);
      if (isForward(fit)) requireTargeting(traffic.layers, releases);
      if (isForward(fit)) {
        const added = newIn(before.traffic.layers, traffic.layers);
        await this.#requireServable(em, before, added, releases);
        await this.#requireApprovedRecipes(em, before, added, releases);
        await this.#requireFeatures(em, added, releases);
        await this.#requireTried(em, before, traffic.layers, releases);
      }
      consequences = {
        effects: effectsOf(before.traffic, traffic, releases),
        warnings: warningsOf(before.traffic, traffic, releases),
      };
      const after: Deployment = { ...before, traffic, revision: before.revision + 1 };
      if (!applied) return { value: after, unchanged: true };
      await saveDeployment(em, after);
      await makeSnapshotsDue(em, key, at);
      await insertTrafficRecord(em, {
        ...key,
        revision: traffic.revision,
        kind: fit.kind,
        cause,
        request: asked,
        layers: traffic.layers,
        reason,
        actor: actor.subject,
        onBehalfOf: actor.onBehalfOf ?? null,
        at,
      });
      return {
        value: after,
        before: before.traffic,
        after: traffic,
        reason: reason ?? `cause ${cause}`,
        events: [deploymentEvent(after, releases, at)],
      };
    });
    if (applied) await this.#deps.publish(key.project);
    return { ...changed, ...consequences, applied };
  }

  /** The change with digests for names; a canary becomes the change that it comes to. */
  async #resolved(names: ReleaseNames, { traffic }: Deployment, asked: RequestedChange): Promise<TrafficChange> {
    if (asked.kind !== 'CANARY') return names.resolve(asked);
    const digest = await names.digestOf(asked.release, 'release');
    const [release] = await names.named([digest]);
    if (!release) throw new Error(`the release ${digest} was found and is gone`);
    return changeOfCanary(traffic, asked, release);
  }

  /** The change with its conditions checked: as they stand in the layers, so that the same ones again change nothing. */
  async #withTargeting(names: ReleaseNames, asked: TrafficChange): Promise<TrafficChange> {
    if (asked.kind === 'SET') {
      return { ...asked, layers: withCheckedTargeting(asked.layers, await names.named(releasesIn(asked.layers))) };
    }
    if (asked.kind !== 'ACQUIRE_ALLOCATION') return asked;
    const layers: Layers = [asked.layer];
    const [layer] = withCheckedTargeting(layers, await names.named(releasesIn(layers)));
    return layer?.kind === 'ALLOCATION' ? { ...asked, layer } : asked;
  }

  /** Every release that newly gets traffic must be approved, and for this environment; a shadow sees the same data. */
  async #requireServable(
    em: EntityManager,
    { environment }: Deployment,
    changed: Layers,
    releases: readonly Release[],
  ): Promise<void> {
    for (const digest of releasesIn(changed)) {
      const release = releases.find((one) => one.digest === digest);
      if (!release) continue;
      for (const id of versionsOf(release)) {
        const key = versionUrn.parse(release.project, id, 'release');
        await servableVersion(em, key, { environment, now: this.#deps.now(), field: 'release' });
      }
    }
  }

  /**
   * What newly answers whoever asks runs an approved recipe, or a version in an emergency; testers and shadows, by which nothing is
   * decided, need none.
   */
  async #requireApprovedRecipes(
    em: EntityManager,
    { environment }: Deployment,
    changed: Layers,
    releases: readonly Release[],
  ): Promise<void> {
    const answering = new Set(releasesAnswering(changed));
    const newly = releases.filter(({ digest }) => answering.has(digest));
    const standings = await standingsOf(em, newly);
    for (const [i, release] of newly.entries()) {
      const standing = standings[i];
      if (!standing) continue;
      const keys = versionsOf(release).map((id) => versionUrn.parse(release.project, id, 'release'));
      const versions = await findVersions(em, keys);
      const place = { environment, now: this.#deps.now() };
      const open = await Promise.all(versions.map((version) => isLetThrough(em, version, place)));
      if (!open.includes(true)) requireApprovedRecipe(release, standing);
    }
  }

  /** What would answer everybody in production was tried there first, if its tier asks for that and it can be. */
  async #requireTried(
    em: EntityManager,
    before: Deployment,
    after: Layers,
    releases: readonly Release[],
  ): Promise<void> {
    const predecessor = defaultRelease(before.traffic.layers);
    const next = releases.find(({ digest }) => digest === defaultRelease(after));
    if (before.environment !== PRODUCTION || !next || next.digest === predecessor) return;
    const place = { environment: before.environment, now: this.#deps.now() };
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

  /** What a release reads must still be there, and nobody may have said not to begin to use it (G11). */
  async #requireFeatures(em: EntityManager, changed: Layers, releases: readonly Release[]): Promise<void> {
    const added = new Set(releasesIn(changed));
    for (const { digest, featureService, project } of releases) {
      if (!added.has(digest) || featureService === null) continue;
      const deprecation = (await findNotes(em, [featureService])).get(featureService)?.deprecation;
      requireReadable({
        featureService,
        isDeleted: await isDeleted(em, project, featureService),
        deprecation: deprecation ?? null,
      });
    }
  }

  /** A rollback takes a fit target; a fallback that has none stops the deployment instead. */
  async #fallbackIfUnfit(em: EntityManager, deployment: Deployment, asked: TrafficChange): Promise<TrafficChange> {
    if (asked.kind !== 'ROLLBACK' && asked.kind !== 'FALLBACK') return asked;
    const target = defaultAfter(deployment.traffic, asked);
    if (target === null || target === defaultRelease(deployment.traffic.layers)) return asked;
    try {
      await this.#requireTarget(em, deployment, target);
      return asked;
    } catch (error) {
      if (asked.kind === 'FALLBACK' && error instanceof DomainError) return { kind: 'KILL', reason: asked.reason };
      throw error;
    }
  }

  async #requireTarget(em: EntityManager, deployment: Deployment, digest: string): Promise<void> {
    const [release] = await new ReleaseNames(em, deployment).named([digest]);
    if (!release) throw new Error(`the release ${digest} is on the trail and is not stored`);
    const { featureService, models } = release;
    const versions: RollbackTarget['versions'][number][] = [];
    for (const id of versionsOf(release)) {
      versions.push({
        id,
        state: (await findVersion(em, versionUrn.parse(release.project, id, 'release'), 'release')).state,
      });
    }
    requireRollbackTarget({
      release: digest,
      versions,
      damage: await this.#damageOf([release.digest, ...models.map((model) => model.digest)]),
      featuresGone: featureService !== null && (await isDeleted(em, deployment.project, featureService)),
    });
  }

  async #damageOf(digests: readonly string[]): Promise<string | undefined> {
    try {
      for (const digest of digests) await this.#deps.blobs.read(digest);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** `traffic.set`, `traffic.lift-freeze`: how the audit names a change. */
const actionOf = ({ kind }: RequestedChange): string => `traffic.${kind.toLowerCase().replaceAll('_', '-')}`;

/** Changes that could send traffic where none was; the others only take it back. */
const isForward = ({ kind }: TrafficChange): boolean =>
  kind === 'SET' ||
  kind === 'PROMOTE' ||
  kind === 'ACQUIRE_ALLOCATION' ||
  kind === 'END_ALLOCATION' ||
  kind === 'ACQUIRE_SHADOW' ||
  kind === 'TESTERS';

/** The layers that a change brings or changes. */
function newIn(before: Layers, after: Layers): Layers {
  const held = new Set(before.map(canonicalJson));
  return after.filter((layer) => !held.has(canonicalJson(layer)));
}

function causeOf(cause: string | null | undefined): string {
  if (cause === undefined || cause === null) return `once:${randomUUID()}`;
  if (cause.length >= 1 && cause.length <= 200) return cause;
  throw new DomainError('INVALID_INPUT', 'a cause has 1 to 200 characters', { field: 'cause' });
}

const causeTaken = (cause: string, revision: number): DomainError =>
  new DomainError(
    'CONFLICT',
    `the cause "${cause}" made revision ${revision}, which was another change: name a new cause`,
    {
      field: 'cause',
      revision,
    },
  );

/**
 * What traffic looks at must be an input of every release that it may choose, or, for a variant, a segment with the values
 * that it names: a shadow's own are not looked at.
 */
function requireFields(layers: Layers, releases: readonly Release[]): void {
  const answering = new Set(releasesAnswering(layers));
  const chosen = releases.filter(({ digest }) => answering.has(digest));
  for (const { input: name, field, values } of inputsRead(layers)) {
    for (const { recipe, number } of chosen) {
      const segment = values && recipe.segments.find((one) => one.name === name);
      if (segment) requireValues(segment, values, field);
      if (segment || recipe.inputs.some((input) => input.name === name)) continue;
      const segments = values ? recipe.segments.map((one) => one.name) : [];
      const kind = values ? 'input or segment' : 'input';
      throw new DomainError('INVALID_INPUT', `release ${number} has no ${kind} "${name}" to decide by`, {
        field,
        allowed: [...recipe.inputs.map((input) => input.name), ...segments],
      });
    }
  }
}

function requireValues(
  { name, values: known }: Release['recipe']['segments'][number],
  values: readonly string[],
  field: string,
): void {
  const allowed = [...known, OTHER_SEGMENT];
  const stranger = values.find((value) => !allowed.includes(value));
  if (stranger === undefined) return;
  throw new DomainError('INVALID_INPUT', `the segment "${name}" has no value "${stranger}"`, { field, allowed });
}
