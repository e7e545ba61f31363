import DataLoader from 'dataloader';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Deployment, Endpoint } from '../domain/serving/deployment.ts';
import type { ModelJob } from '../domain/version/model-job.ts';
import type { Model, ModelVersion } from '../domain/version/model-version.ts';
import type { ModelAlias } from '../domain/version/registered-model.ts';
import type { Release } from '../domain/serving/release.ts';
import type { ReleaseStanding } from '../domain/serving/release-approval.ts';
import type { Webhook } from '../domain/webhook/webhook.ts';
import type { TrainingRun } from '../domain/tracking/tracking.ts';
import type { Operations } from '../operations/operations.ts';
import type { VersionNames } from '../operations/version/registered-views.ts';
import type { VersionRole } from '../operations/serving/serving.ts';

/** What one request has already asked for, by id; null for what is not there. */
export interface Loaders {
  readonly model: DataLoader<string, Model | null>;
  readonly modelVersion: DataLoader<string, ModelVersion | null>;
  readonly validationOfVersion: DataLoader<string, ModelJob | null>;
  readonly versionsByTrainingSet: DataLoader<string, ModelVersion[]>;
  readonly versionsByFeatureService: DataLoader<string, ModelVersion[]>;
  readonly endpoint: DataLoader<string, Endpoint | null>;
  readonly deployment: DataLoader<string, Deployment | null>;
  readonly deploymentsOfEndpoint: DataLoader<string, Deployment[]>;
  readonly release: DataLoader<string, Release | null>;
  readonly releaseByDigest: DataLoader<string, Release | null>;
  readonly releaseStanding: DataLoader<Release, ReleaseStanding>;
  readonly webhook: DataLoader<string, Webhook | null>;
  readonly rolesOfVersion: DataLoader<string, VersionRole[]>;
  readonly namesOfVersion: DataLoader<ModelVersion, VersionNames>;
  readonly aliasesOfModel: DataLoader<string, readonly ModelAlias[]>;
  readonly trainingRun: DataLoader<string, TrainingRun | null>;
}

/** What the registry's resolvers work with. */
export interface RegistryContext extends RequestContext {
  readonly registry: Operations;
  readonly loaders: Loaders;
}

export function contextFor(registry: Operations, request: RequestContext): RegistryContext {
  const { modelJobs, queries, releaseApprovals, serving, webhooks, registeredViews, trainingRuns } = registry;
  return {
    ...request,
    registry,
    loaders: {
      model: new DataLoader((ids) => queries.modelsById(request, ids)),
      modelVersion: new DataLoader((ids) => queries.versionsById(request, ids)),
      validationOfVersion: new DataLoader((ids) => modelJobs.validationsOf(request, ids)),
      versionsByTrainingSet: new DataLoader((ids) => queries.versionsLinked(request, 'trainingSet', ids)),
      versionsByFeatureService: new DataLoader((ids) => queries.versionsLinked(request, 'featureService', ids)),
      endpoint: new DataLoader((ids) => serving.endpointsById(request, ids)),
      deployment: new DataLoader((ids) => serving.deploymentsById(request, ids)),
      deploymentsOfEndpoint: new DataLoader((ids) => serving.deploymentsOfEndpoints(request, ids)),
      release: new DataLoader((ids) => serving.releasesById(request, ids)),
      releaseByDigest: new DataLoader((digests) => serving.releasesByDigest(request, digests)),
      // A mutation of the same request may have decided since: gathered, not kept.
      releaseStanding: new DataLoader((releases) => releaseApprovals.standings(releases), { cache: false }),
      webhook: new DataLoader((ids) => webhooks.byId(request, ids)),
      rolesOfVersion: new DataLoader((ids) => serving.rolesOfVersions(request, ids)),
      namesOfVersion: new DataLoader((versions) => registeredViews.namesOf(request, versions)),
      // A mutation of the same request may have moved one since: gathered, not kept.
      aliasesOfModel: new DataLoader((names) => registeredViews.aliasesOf(request, names), { cache: false }),
      trainingRun: new DataLoader((ids) => trainingRuns.byIds(request, ids)),
    },
  };
}
