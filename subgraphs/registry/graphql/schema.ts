import {
  buildFederatedSchema,
  type FederatedSchema,
  type ReferenceResolver,
} from '../../shared/graphql/federated-schema.ts';
import { ApprovalMutations } from './approval-mutations.ts';
import type { RegistryContext } from './context.ts';
import { FeatureServiceResolver, TrainingSetResolver } from './linked.ts';
import { ModelResolver, ModelType } from './model.ts';
import { ModelVersionMutations } from './model-version-mutations.ts';
import { ModelVersionResolver } from './model-version-resolver.ts';
import { ModelVersionType } from './model-version.ts';
import { UploadResolver } from './upload.ts';

const references: Readonly<Record<string, ReferenceResolver<RegistryContext>>> = {
  Model: async ({ id }, { loaders }) => {
    const model = await loaders.model.load(id);
    return model && new ModelType(model);
  },
  ModelVersion: async ({ id }, { loaders }) => {
    const version = await loaders.modelVersion.load(id);
    return version && new ModelVersionType(version);
  },
  TrainingSet: ({ id }) => ({ id }),
  FeatureService: ({ id }) => ({ id }),
};

/** The registry's part of the graph. */
export const buildSchema = (): Promise<FederatedSchema> =>
  buildFederatedSchema(
    {
      resolvers: [
        UploadResolver,
        ModelResolver,
        ModelVersionResolver,
        ModelVersionMutations,
        ApprovalMutations,
        TrainingSetResolver,
        FeatureServiceResolver,
      ],
    },
    references,
  );
