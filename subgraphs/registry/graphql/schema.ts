import {
  buildFederatedSchema,
  type FederatedSchema,
  type ReferenceResolver,
} from '../../shared/graphql/federated-schema.ts';
import { AssetChangeResolver } from './catalogue/asset-change-resolver.ts';
import { AssetNoteResolver } from './catalogue/asset-note-resolver.ts';
import { SavedSearchResolver } from './catalogue/saved-search-resolver.ts';
import { ImpactResolver } from './catalogue/impact-resolver.ts';
import { AssetResolver } from './catalogue/asset-resolver.ts';
import { AuditRecordResolver } from './audit/audit-record-resolver.ts';
import { AuditVerdictResolver } from './audit/audit-verdict-resolver.ts';
import { CheckpointResolver } from './audit/checkpoint-resolver.ts';
import { MachineKeyResolver } from './audit/machine-key-resolver.ts';
import { LineageResolver } from './catalogue/lineage-resolver.ts';
import { ApprovalResolver } from './version/approval-resolver.ts';
import type { RegistryContext } from './context.ts';
import { DeploymentType } from './serving/deployment.ts';
import { DeploymentChangeResolver } from './serving/deployment-change-resolver.ts';
import { DeploymentResolver } from './serving/deployment-resolver.ts';
import { ServingDefinitionsResolver } from './serving/definitions-resolver.ts';
import { EndpointResolver } from './serving/endpoint-resolver.ts';
import { EndpointType } from './serving/endpoint.ts';
import { FeatureSnapshotResolver } from './serving/feature-snapshot-resolver.ts';
import { FeatureServiceType, TrainingSetType } from './version/linked.ts';
import { FeatureServiceResolver, TrainingSetResolver } from './version/linked-resolver.ts';
import { inboxReference } from '../../shared/graphql/inbox.ts';
import { InboxType } from './people/inbox.ts';
import { EmergencyInboxResolver, InboxResolver } from './people/inbox-resolver.ts';
import { MeResolver } from './people/me-resolver.ts';
import { ModelType } from './version/model.ts';
import { BreakGlassResolver } from './governance/break-glass-resolver.ts';
import { GovernedVersionResolver } from './governance/governed-version-resolver.ts';
import { PolicyPresetResolver } from './governance/policy-preset-resolver.ts';
import { StandingApprovalResolver } from './governance/standing-approval-resolver.ts';
import { TierPolicyResolver } from './governance/tier-policy-resolver.ts';
import { ModelAliasesResolver, ModelAliasResolver } from './version/model-alias-resolver.ts';
import { ModelJobResolver } from './version/model-job-resolver.ts';
import { ModelResolver } from './version/model-resolver.ts';
import { ModelVersionChangeResolver } from './version/model-version-change-resolver.ts';
import { VersionNamesResolver } from './version/version-names-resolver.ts';
import { TrainingRunResolver } from './tracking/training-run-resolver.ts';
import { ModelVersionResolver } from './version/model-version-resolver.ts';
import { ModelVersionType } from './version/model-version.ts';
import { DryRunResolver } from './serving/dry-run-resolver.ts';
import { ReleaseApprovalResolver } from './serving/release-approval-resolver.ts';
import { ReleaseResolver } from './serving/release-resolver.ts';
import { ReleaseType } from './serving/release.ts';
import { ServingResolver, VersionRolesResolver } from './serving/serving-resolver.ts';
import { ShadowResolver } from './serving/shadow-resolver.ts';
import { TesterResolver } from './serving/tester-resolver.ts';
import { TrafficResolver } from './serving/traffic-resolver.ts';
import { UploadResolver } from './version/upload-resolver.ts';
import { NodeKeyResolver } from './node/node-key-resolver.ts';
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
  Inbox: inboxReference,
  TrainingSet: ({ id }) => new TrainingSetType(id),
  FeatureService: ({ id }) => new FeatureServiceType(id),
};

/** The registry's part of the graph. */
export const buildSchema = (): Promise<FederatedSchema> =>
  buildFederatedSchema(
    {
      resolvers: [
        UploadResolver,
        ImpactResolver,
        AssetNoteResolver,
        SavedSearchResolver,
        ModelResolver,
        ModelVersionResolver,
        VersionNamesResolver,
        ModelAliasesResolver,
        ModelAliasResolver,
        TrainingRunResolver,
        ModelJobResolver,
        ApprovalResolver,
        TierPolicyResolver,
        PolicyPresetResolver,
        BreakGlassResolver,
        StandingApprovalResolver,
        GovernedVersionResolver,
        TrainingSetResolver,
        FeatureServiceResolver,
        EndpointResolver,
        ServingDefinitionsResolver,
        DeploymentResolver,
        FeatureSnapshotResolver,
        ReleaseResolver,
        ReleaseApprovalResolver,
        DryRunResolver,
        TrafficResolver,
        ShadowResolver,
        TesterResolver,
        ServingResolver,
        VersionRolesResolver,
        AssetResolver,
        AssetChangeResolver,
        DeploymentChangeResolver,
        ModelVersionChangeResolver,
        LineageResolver,
        AuditRecordResolver,
        AuditVerdictResolver,
        CheckpointResolver,
        MachineKeyResolver,
        WebhookResolver,
        NodeKeyResolver,
        MeResolver,
        InboxResolver,
        EmergencyInboxResolver,
      ],
      // Nothing of this subgraph leads to it: the gateway does.
      orphanedTypes: [InboxType],
    },
    references,
  );
