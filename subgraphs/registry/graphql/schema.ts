import {
  buildFederatedSchema,
  type FederatedSchema,
  type ReferenceResolver,
} from '../../shared/graphql/federated-schema.ts';
import { AssetResolver } from './catalogue/asset.ts';
import { AuditResolver } from './audit/audit.ts';
import { AuditVerdictResolver } from './audit/audit-verdict.ts';
import { CheckpointResolver } from './audit/checkpoint.ts';
import { LineageResolver } from './catalogue/lineage.ts';
import { ApprovalMutations } from './version/approval-mutations.ts';
import type { RegistryContext } from './context.ts';
import { DeploymentResolver, DeploymentType } from './serving/deployment.ts';
import { EndpointResolver } from './serving/endpoint.ts';
import { EndpointType } from './serving/endpoint-type.ts';
import { FeatureServiceResolver, TrainingSetResolver } from './version/linked.ts';
import { ModelResolver, ModelType } from './version/model.ts';
import { ModelVersionMutations } from './version/model-version-mutations.ts';
import { ModelVersionResolver } from './version/model-version-resolver.ts';
import { ModelVersionType } from './version/model-version.ts';
import { ReleaseResolver } from './serving/release-resolver.ts';
import { ReleaseType } from './serving/release.ts';
import { ServingResolver } from './serving/serving.ts';
import { ShadowMutations } from './serving/shadow-mutations.ts';
import { TesterMutations } from './serving/tester-mutations.ts';
import { TrafficMutations } from './serving/traffic-mutations.ts';
import { UploadResolver } from './version/upload.ts';
import { WebhookMutations } from './webhook/webhook-mutations.ts';
import { WebhookResolver } from './webhook/webhook-resolver.ts';
import { WebhookType } from './webhook/webhook.ts';

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
