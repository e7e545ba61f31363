import {
  buildFederatedSchema,
  type FederatedSchema,
  type ReferenceResolver,
} from '../../shared/graphql/federated-schema.ts';
import { AssetResolver } from './asset.ts';
import { AuditResolver } from './audit.ts';
import { AuditVerdictResolver } from './audit-verdict.ts';
import { CheckpointResolver } from './checkpoint.ts';
import { LineageResolver } from './lineage.ts';
import { ApprovalMutations } from './approval-mutations.ts';
import type { RegistryContext } from './context.ts';
import { DeploymentResolver, DeploymentType } from './deployment.ts';
import { EndpointResolver } from './endpoint.ts';
import { EndpointType } from './endpoint-type.ts';
import { FeatureServiceResolver, TrainingSetResolver } from './linked.ts';
import { ModelResolver, ModelType } from './model.ts';
import { ModelVersionMutations } from './model-version-mutations.ts';
import { ModelVersionResolver } from './model-version-resolver.ts';
import { ModelVersionType } from './model-version.ts';
import { ReleaseResolver } from './release-resolver.ts';
import { ReleaseType } from './release.ts';
import { ServingResolver } from './serving.ts';
import { ShadowMutations } from './shadow-mutations.ts';
import { TesterMutations } from './tester-mutations.ts';
import { TrafficMutations } from './traffic-mutations.ts';
import { UploadResolver } from './upload.ts';
import { WebhookMutations } from './webhook-mutations.ts';
import { WebhookResolver } from './webhook-resolver.ts';
import { WebhookType } from './webhook.ts';

const references: Readonly<Record<string, ReferenceResolver<RegistryContext>>> = {
  Model: async ({ id }, { loaders }) => {
    const model = await loaders.model.load(id);
    return model && new ModelType(model);
  },
  ModelVersion: async ({ id }, { loaders }) => {
    const version = await loaders.modelVersion.load(id);
    return version && new ModelVersionType(version);
  },
  Endpoint: async ({ id }, { loaders }) => {
    const endpoint = await loaders.endpoint.load(id);
    return endpoint && new EndpointType(endpoint);
  },
  Deployment: async ({ id }, { loaders }) => {
    const deployment = await loaders.deployment.load(id);
    return deployment && new DeploymentType(deployment);
  },
  Release: async ({ id }, { loaders }) => {
    const release = await loaders.release.load(id);
    return release && new ReleaseType(release);
  },
  Webhook: async ({ id }, { loaders }) => {
    const webhook = await loaders.webhook.load(id);
    return webhook && new WebhookType(webhook);
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
        EndpointResolver,
        DeploymentResolver,
        ReleaseResolver,
        TrafficMutations,
        ShadowMutations,
        TesterMutations,
        ServingResolver,
        AssetResolver,
        LineageResolver,
        AuditResolver,
        AuditVerdictResolver,
        CheckpointResolver,
        WebhookResolver,
        WebhookMutations,
      ],
    },
    references,
  );
