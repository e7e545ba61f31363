import type { PageRequest } from '../../../shared/paging.ts';
import { roleOf, type ComputedRole } from '../../../../core/traffic/computed-role.ts';
import { defaultRelease, isKilled, releasesIn } from '../../../../core/traffic/layers.ts';
import type { Deployment, Endpoint, TrafficRecord } from '../../domain/serving/deployment.ts';
import { deploymentUrn, endpointUrn, releaseUrn, type DeploymentKey, type ReleaseKey } from '../../domain/ids.ts';
import type { Release } from '../../domain/serving/release.ts';
import { sharesOf, type Share } from '../../domain/serving/shares.ts';
import {
  deploymentsOf,
  findDeployments,
  listDeployments,
  unknownDeployment,
} from '../../storage/serving/deployment.ts';
import { findEndpoints, listEndpoints } from '../../storage/serving/endpoint.ts';
import { findByDigest, findReleases, listReleases, releasesOfVersions } from '../../storage/serving/release.ts';
import { listAllReleases, type ReleaseFilter } from '../../storage/serving/release-approval.ts';
import { everServed, listRecords, recordAt } from '../../storage/serving/traffic-record.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { byId } from '../by-id.ts';
import type { RegistryDeps } from '../deps.ts';

/** A release that answered, with its share and the layer that chose it. */
export interface ServedRelease extends Omit<Share, 'release'> {
  readonly release: Release;
}

export interface OrderedServing {
  readonly record: TrafficRecord;
  /** The default. */
  readonly release: Release | null;
  readonly served: readonly ServedRelease[];
  readonly killed: boolean;
}

/** What a version does in one deployment, by one release. */
export interface VersionRole {
  readonly deployment: Deployment;
  readonly release: Release;
  readonly role: ComputedRole;
}

/** What can be read of endpoints, deployments, releases and traffic. Ids of other projects find nothing. */
export class Serving {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  endpoints({ actor }: RequestContext, page: PageRequest): Promise<readonly Endpoint[]> {
    return listEndpoints(this.#deps.db.em(), actor.project, page);
  }

  deployments({ actor }: RequestContext, page: PageRequest): Promise<readonly Deployment[]> {
    return listDeployments(this.#deps.db.em(), actor.project, page);
  }

  /** Of all deployments, or of one. */
  allReleases(
    { actor: { project } }: RequestContext,
    { approvalStates, deployment }: Omit<ReleaseFilter, 'deployment'> & { readonly deployment: string | null },
    page: PageRequest,
  ): Promise<readonly Release[]> {
    const key = deployment === null ? null : deploymentUrn.parse(project, deployment, 'deployment');
    return listAllReleases(this.#deps.db.em(), project, { approvalStates, deployment: key }, page);
  }

  releases(key: DeploymentKey, page: PageRequest): Promise<readonly Release[]> {
    return listReleases(this.#deps.db.em(), key, page);
  }

  history(key: DeploymentKey, page: PageRequest): Promise<readonly TrafficRecord[]> {
    return listRecords(this.#deps.db.em(), key, page);
  }

  /** What the registry had ordered at a moment; undefined before anything served. */
  async servingAt(
    { actor }: RequestContext,
    { deployment: id, at }: { readonly deployment: string; readonly at: Date },
  ): Promise<OrderedServing | undefined> {
    const key = deploymentUrn.parse(actor.project, id, 'deployment');
    const em = this.#deps.db.em();
    const [known] = await findDeployments(em, [key]);
    if (!known) throw unknownDeployment(key, 'deployment');
    const record = await recordAt(em, key, at);
    if (!record) return undefined;
    const releases = await findByDigest(em, key.project, releasesIn(record.layers));
    const byDigest = new Map(releases.map((release) => [release.digest, release]));
    const served = sharesOf(record.layers, at).flatMap((share): ServedRelease[] => {
      const release = byDigest.get(share.release);
      return release ? [{ ...share, release }] : [];
    });
    const release = byDigest.get(defaultRelease(record.layers) ?? '') ?? null;
    return { record, release, served, killed: isKilled(record.layers) };
  }

  /** What its layers send where, now. */
  sharesNow({ traffic }: Deployment): readonly Share[] {
    return sharesOf(traffic.layers, this.#deps.now());
  }

  endpointsById({ actor }: RequestContext, ids: readonly string[]): Promise<(Endpoint | null | Error)[]> {
    const find = (keys: readonly { project: string; name: string }[]) => findEndpoints(this.#deps.db.em(), keys);
    return byId(endpointUrn, actor.project, ids, find, (endpoint) => endpoint);
  }

  deploymentsById({ actor }: RequestContext, ids: readonly string[]): Promise<(Deployment | null | Error)[]> {
    const find = (keys: readonly DeploymentKey[]) => findDeployments(this.#deps.db.em(), keys);
    return byId(deploymentUrn, actor.project, ids, find, (deployment) => deployment);
  }

  /** Per endpoint, its deployments. */
  async deploymentsOfEndpoints({ actor }: RequestContext, ids: readonly string[]): Promise<Deployment[][]> {
    const names = ids.map((id) => endpointUrn.find(actor.project, id)?.name);
    const found = await deploymentsOf(
      this.#deps.db.em(),
      actor.project,
      names.filter((name) => name !== undefined),
    );
    return names.map((name) => found.filter(({ endpoint }) => endpoint === name));
  }

  releasesById({ actor }: RequestContext, ids: readonly string[]): Promise<(Release | null | Error)[]> {
    const find = (keys: readonly ReleaseKey[]) => findReleases(this.#deps.db.em(), keys);
    return byId(releaseUrn, actor.project, ids, find, (release) => release);
  }

  async releasesByDigest({ actor }: RequestContext, digests: readonly string[]): Promise<(Release | null)[]> {
    const found = await findByDigest(this.#deps.db.em(), actor.project, digests);
    const byDigest = new Map(found.map((release) => [release.digest, release]));
    return digests.map((digest) => byDigest.get(digest) ?? null);
  }

  /** Per model version, what it does where. */
  async rolesOfVersions({ actor }: RequestContext, ids: readonly string[]): Promise<VersionRole[][]> {
    const em = this.#deps.db.em();
    const releases = await releasesOfVersions(em, actor.project, ids);
    const deployments = new Map(
      (await findDeployments(em, uniqueKeys(releases))).map((one) => [deploymentUrn.format(one), one]),
    );
    const served = await everServed(
      em,
      actor.project,
      releases.map(({ digest }) => digest),
    );
    return ids.map((id) =>
      releases
        .filter(({ models }) => models.some(({ version }) => version === id))
        .flatMap((release): VersionRole[] => {
          const deployment = deployments.get(deploymentUrn.format(release));
          if (!deployment) return [];
          return [{ deployment, release, role: roleOf(release.digest, deployment.traffic.layers, served) }];
        }),
    );
  }
}

const uniqueKeys = (releases: readonly Release[]): readonly DeploymentKey[] => [
  ...new Map(releases.map((release) => [deploymentUrn.format(release), release])).values(),
];
