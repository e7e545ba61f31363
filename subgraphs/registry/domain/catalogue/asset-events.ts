import type { AssetEventInput, DeploymentSnapshot, LayerAhead } from '../../../../schema/event.ts';
import type { TrafficLayer } from '../../../../schema/manifest.ts';
import { allocationIn, defaultRelease, releasesAnswering, shadowIn } from '../../../../core/traffic/layers.ts';
import type { Deployment, Endpoint } from '../serving/deployment.ts';
import { deploymentUrn, endpointUrn, modelUrn, releaseUrn, versionUrn } from '../ids.ts';
import { versionsOf, type Release } from '../serving/release.ts';
import type { Model, ModelVersion } from '../version/model-version.ts';

type Upstream = NonNullable<AssetEventInput['asset']['upstream']>;

export const modelEvent = (model: Model, at: Date): AssetEventInput => ({
  urn: modelUrn.format(model),
  kind: 'model',
  project: model.project,
  revision: model.revision,
  at: at.toISOString(),
  asset: { name: model.name, description: model.description, owner: model.owner, tags: [...model.tags] },
});

/** An emergency that lets a version through, as its event tells of it. */
export interface BreakGlassNews {
  readonly environment: string;
  readonly by: string;
  readonly until: Date;
}

/** A version comes from its model, from what it was trained on and from the features that it reads. */
export function versionEvent(
  version: ModelVersion,
  at: Date,
  breakGlass: BreakGlassNews | null = null,
): AssetEventInput {
  const upstream: Upstream = [
    { urn: modelUrn.format({ project: version.project, name: version.model }), relation: 'CONTAINS' },
  ];
  if (version.trainingSet !== null) upstream.push({ urn: version.trainingSet, relation: 'TRAINED_ON' });
  if (version.featureService !== null) upstream.push({ urn: version.featureService, relation: 'READS' });
  return {
    urn: versionUrn.format(version),
    kind: 'model-version',
    project: version.project,
    revision: version.revision,
    at: at.toISOString(),
    asset: {
      name: `${version.model}@${version.number}`,
      description: version.description,
      owner: version.owner,
      tags: [...version.tags],
      upstream,
    },
    data: {
      model: version.model,
      number: version.number,
      version: version.version,
      state: version.state,
      digest: version.digest,
      algorithm: version.algorithm,
      trainingSet: version.trainingSet,
      featureService: version.featureService,
      riskTier: version.riskTier,
      revalidateBy: version.revalidateBy?.toISOString() ?? null,
      breakGlass: breakGlass && { ...breakGlass, until: breakGlass.until.toISOString() },
    },
  };
}

export const endpointEvent = (endpoint: Endpoint, at: Date): AssetEventInput => ({
  urn: endpointUrn.format(endpoint),
  kind: 'endpoint',
  project: endpoint.project,
  revision: endpoint.revision,
  at: at.toISOString(),
  asset: { name: endpoint.name, description: endpoint.description, owner: endpoint.owner, tags: [...endpoint.tags] },
});

/** A release comes from the model versions that it runs and from the features that it reads. Its document never changes. */
export function releaseEvent(release: Release, at: Date): AssetEventInput {
  const modelVersions = versionsOf(release);
  const upstream: Upstream = modelVersions.map((urn) => ({ urn, relation: 'DEPLOYS' }));
  if (release.featureService !== null) upstream.push({ urn: release.featureService, relation: 'READS' });
  return {
    urn: releaseUrn.format(release),
    kind: 'release',
    project: release.project,
    revision: release.revision,
    at: at.toISOString(),
    asset: {
      name: `${release.endpoint}@${release.environment}/${release.number}`,
      description: release.description,
      upstream,
    },
    data: {
      digest: release.digest,
      recipeDigest: release.recipeDigest,
      modelVersions,
      featureService: release.featureService,
      approval: release.approval && { ...release.approval, at: release.approval.at.toISOString() },
    },
  };
}

/** What is servedRelease of a layer that decides before the allocation; testers are not whoever asks. */
function aheadOf(layer: TrafficLayer): readonly LayerAhead[] {
  if (layer.kind === 'KILL') return [{ kind: 'KILL' }];
  if (layer.kind === 'HOLDOUT') {
    const { kind, seed, unit, share } = layer;
    return [{ kind, seed, unit, share }];
  }
  return layer.kind === 'VARIANT' ? [{ kind: 'VARIANT', field: layer.field, values: Object.keys(layer.releases) }] : [];
}

/** A deployment comes from its endpoint and from every release that can answer for it, with their model versions. */
export function deploymentEvent(deployment: Deployment, releases: readonly Release[], at: Date): AssetEventInput {
  const { project, endpoint, environment, traffic } = deployment;
  const byDigest = new Map(releases.map((release) => [release.digest, release]));
  const reached = releasesAnswering(traffic.layers).flatMap((digest) => byDigest.get(digest) ?? []);
  const versions = [...new Set(reached.flatMap(versionsOf))];
  const live = byDigest.get(defaultRelease(traffic.layers) ?? '');
  const allocation = allocationIn(traffic.layers);
  const shadow = shadowIn(traffic.layers);
  const servedRelease = (digest: string): { release: string; modelVersions: string[] } => {
    const release = byDigest.get(digest);
    return { release: digest, modelVersions: release ? [...versionsOf(release)] : [] };
  };
  const snapshot: DeploymentSnapshot = {
    endpoint,
    environment,
    trafficRevision: traffic.revision,
    live: live ? servedRelease(live.digest) : null,
    allocation: allocation
      ? {
          holder: allocation.holder,
          arms: allocation.arms.map(({ arm, release }) => ({ arm, ...servedRelease(release) })),
        }
      : null,
    ahead: traffic.layers.flatMap(aheadOf),
    shadow: shadow ? { holder: shadow.holder, ...servedRelease(shadow.release) } : null,
  };
  return {
    urn: deploymentUrn.format(deployment),
    kind: 'deployment',
    project,
    revision: deployment.revision,
    at: at.toISOString(),
    asset: {
      name: `${endpoint}@${environment}`,
      upstream: [
        { urn: endpointUrn.format({ project, name: endpoint }), relation: 'CONTAINS' },
        ...reached.map((release) => ({ urn: releaseUrn.format(release), relation: 'SERVES' as const })),
        ...versions.map((urn) => ({ urn, relation: 'DEPLOYS' as const })),
      ],
    },
    data: snapshot,
  };
}
