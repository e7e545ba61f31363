import DataLoader from 'dataloader';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Model, ModelVersion } from '../domain/model-version.ts';
import type { Operations } from '../operations/operations.ts';

/** What one request has already asked for, by id; null for what is not there. */
export interface Loaders {
  readonly model: DataLoader<string, Model | null>;
  readonly modelVersion: DataLoader<string, ModelVersion | null>;
  readonly versionsByTrainingSet: DataLoader<string, ModelVersion[]>;
  readonly versionsByFeatureService: DataLoader<string, ModelVersion[]>;
}

/** What the registry's resolvers work with. */
export interface RegistryContext extends RequestContext {
  readonly registry: Operations;
  readonly loaders: Loaders;
}

export function contextFor(registry: Operations, request: RequestContext): RegistryContext {
  const { queries } = registry;
  return {
    ...request,
    registry,
    loaders: {
      model: new DataLoader((ids) => queries.modelsById(request, ids)),
      modelVersion: new DataLoader((ids) => queries.versionsById(request, ids)),
      versionsByTrainingSet: new DataLoader((ids) => queries.versionsLinked(request, 'trainingSet', ids)),
      versionsByFeatureService: new DataLoader((ids) => queries.versionsLinked(request, 'featureService', ids)),
    },
  };
}
