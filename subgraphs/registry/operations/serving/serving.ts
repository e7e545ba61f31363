import type { PageRequest } from '../../../shared/paging.ts';
import { roleOf, type ComputedRole } from '../../../../core/traffic/computed-role.ts';
import { defaultRelease } from '../../../../core/traffic/layers.ts';
import type { Deployment, Endpoint, TrafficRecord } from '../../domain/serving/deployment.ts';
import {
  deploymentUrn,
  endpointUrn,
  parseDeploymentId,
  parseEndpointId,
  parseReleaseId,
  releaseUrn,
  type DeploymentKey,
} from '../../domain/ids.ts';
import type { Release } from '../../domain/serving/release.ts';
import {
  deploymentsOf,
  findDeployments,
  listDeployments,
  unknownDeployment,
} from '../../storage/serving/deployment.ts';
import { findEndpoints, listEndpoints } from '../../storage/serving/endpoint.ts';
import { findByDigest, findReleases, listReleases, releasesOfVersions } from '../../storage/serving/release.ts';
import { everServed, listRecords, recordAt } from '../../storage/serving/traffic-record.ts';
import type { RegistryDeps, Request } from '../deps.ts';

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

  endpoints({ actor }: Request, page: PageRequest): Promise<readonly Endpoint[]> {
    return listEndpoints(this.#deps.db.em(), actor.project, page);
  }

  deployments({ actor }: Request, page: PageRequest): Promise<readonly Deployment[]> {
    return listDeployments(this.#deps.db.em(), actor.project, page);
  }

  releases(key: DeploymentKey, page: PageRequest): Promise<readonly Release[]> {
    return listReleases(this.#deps.db.em(), key, page);
  }

  history(key: DeploymentKey, page: PageRequest): Promise<readonly TrafficRecord[]> {
    return listRecords(this.#deps.db.em(), key, page);
  }

  /** What the registry had ordered at a moment; undefined before anything served. */
  async servingAt(
    { actor }: Request,
    id: string,
    at: Date,
  ): Promise<{ readonly change: TrafficRecord; readonly release: Release | null } | undefined> {
    const key = parseDeploymentId(id, 'deployment');
    const em = this.#deps.db.em();
    const [known] = key.project === actor.project ? await findDeployments(em, [key]) : [];
    if (!known) throw unknownDeployment(key, 'deployment');
    const change = await recordAt(em, key, at);
    if (!change) return undefined;
    const digest = defaultRelease(change.layers);
    const [release] = digest === undefined ? [] : await findByDigest(em, key.project, [digest]);
    return { change, release: release ?? null };
  }

  async endpointsById({ actor }: Request, ids: readonly string[]): Promise<(Endpoint | null)[]> {
    const keys = ids.map((id) => parseEndpointId(id, 'id'));
    const wanted = keys.filter(({ project }) => project === actor.project);
    const found = await findEndpoints(
      this.#deps.db.em(),
      wanted.map(({ project, endpoint }) => ({ project, name: endpoint })),
    );
    const byId = new Map(found.map((endpoint) => [endpointUrn(endpoint.project, endpoint.name), endpoint]));
    return keys.map(({ project, endpoint }) => byId.get(endpointUrn(project, endpoint)) ?? null);
  }

  async deploymentsById({ actor }: Request, ids: readonly string[]): Promise<(Deployment | null)[]> {
    const keys = ids.map((id) => parseDeploymentId(id, 'id'));
    const found = await findDeployments(
      this.#deps.db.em(),
      keys.filter(({ project }) => project === actor.project),
    );
    const byId = new Map(found.map((deployment) => [deploymentUrn(deployment), deployment]));
    return keys.map((key) => byId.get(deploymentUrn(key)) ?? null);
  }

  /** Per endpoint, its deployments. */
  async deploymentsOfEndpoints({ actor }: Request, ids: readonly string[]): Promise<Deployment[][]> {
    const keys = ids.map((id) => parseEndpointId(id, 'id'));
    const names = keys.filter(({ project }) => project === actor.project).map(({ endpoint }) => endpoint);
    const found = await deploymentsOf(this.#deps.db.em(), actor.project, names);
    return keys.map((key) =>
      found.filter(({ project, endpoint }) => project === key.project && endpoint === key.endpoint),
    );
  }

  async releasesById({ actor }: Request, ids: readonly string[]): Promise<(Release | null)[]> {
    const keys = ids.map((id) => parseReleaseId(id, 'id'));
    const found = await findReleases(
      this.#deps.db.em(),
      keys.filter(({ project }) => project === actor.project),
    );
    const byId = new Map(found.map((release) => [releaseUrn(release), release]));
    return keys.map((key) => byId.get(releaseUrn(key)) ?? null);
  }

  async releasesByDigest({ actor }: Request, digests: readonly string[]): Promise<(Release | null)[]> {
    const found = await findByDigest(this.#deps.db.em(), actor.project, digests);
    const byDigest = new Map(found.map((release) => [release.digest, release]));
    return digests.map((digest) => byDigest.get(digest) ?? null);
  }

  /** Per model version, what it does where. */
  async rolesOfVersions({ actor }: Request, ids: readonly string[]): Promise<VersionRole[][]> {
    const em = this.#deps.db.em();
    const releases = await releasesOfVersions(em, actor.project, ids);
    const deployments = new Map(
      (await findDeployments(em, uniqueKeys(releases))).map((one) => [deploymentUrn(one), one]),
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
          const deployment = deployments.get(deploymentUrn(release));
          if (!deployment) return [];
          return [{ deployment, release, role: roleOf(release.digest, deployment.traffic.layers, served) }];
        }),
    );
  }
}

const uniqueKeys = (releases: readonly Release[]): readonly DeploymentKey[] => [
  ...new Map(releases.map((release) => [deploymentUrn(release), release])).values(),
];
