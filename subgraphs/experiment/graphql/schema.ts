import { buildFederatedSchema, type FederatedSchema } from '../../shared/graphql/federated-schema.ts';
import { inboxReference } from '../../shared/graphql/inbox.ts';
import type { ExperimentContext } from './context.ts';
import { MeasurementDefinitionsResolver } from './metric/definitions.ts';
import {
  DeploymentExperimentsResolver,
  ExperimentResolver,
  ModelVersionExperimentsResolver,
} from './experiment/experiment-resolver.ts';
import { UnitErasureResolver } from './erasure/unit-erasure-resolver.ts';
import { ExperimentType } from './experiment/experiment.ts';
import { HoldoutType } from './holdout/holdout.ts';
import { HoldoutResolver } from './holdout/holdout-resolver.ts';
import { EventRetentionResolver } from './metric/event-retention.ts';
import { MetricResolver } from './metric/metric-resolver.ts';
import { MetricType } from './metric/metric.ts';
import { DeploymentType, ModelVersionType } from './references.ts';
import { InboxResolver, InboxType } from './rollout/inbox-resolver.ts';
import {
  DeploymentRolloutsResolver,
  ModelVersionRolloutsResolver,
  RolloutResolver,
} from './rollout/rollout-resolver.ts';
import { RolloutType } from './rollout/rollout.ts';
import { SampleSizeResolver } from './experiment/sample-size-resolver.ts';
import {
  DeploymentShadowsResolver,
  ModelVersionShadowsResolver,
  ShadowBreakdownResolver,
  ShadowResolver,
  ShadowResultResolver,
} from './shadow/shadow-resolver.ts';
import { ShadowType } from './shadow/shadow.ts';
import { ExperimentChangeResolver, RolloutChangeResolver, ShadowChangeResolver } from './study-change-resolver.ts';

interface Reference {
  readonly id: string;
}

const references = {
  Experiment: async ({ id }: Reference, { reading }: ExperimentContext) => {
    const found = await reading.experiment.load(id);
    return found && new ExperimentType(found);
  },
  Shadow: async ({ id }: Reference, { reading }: ExperimentContext) => {
    const found = await reading.shadow.load(id);
    return found && new ShadowType(found);
  },
  Rollout: async ({ id }: Reference, { reading }: ExperimentContext) => {
    const found = await reading.rollout.load(id);
    return found && new RolloutType(found);
  },
  Metric: async ({ id }: Reference, { reading }: ExperimentContext) => {
    const found = await reading.metric.load(id);
    return found && new MetricType(found);
  },
  Holdout: async ({ id }: Reference, { reading }: ExperimentContext) => {
    const found = await reading.holdout.load(id);
    return found && new HoldoutType(found);
  },
  Inbox: inboxReference,
  Deployment: ({ id }: Reference) => new DeploymentType(id),
  ModelVersion: ({ id }: Reference) => new ModelVersionType(id),
};

export const buildSchema = (): Promise<FederatedSchema> =>
  buildFederatedSchema(
    {
      resolvers: [
        ExperimentResolver,
        ExperimentChangeResolver,
        RolloutChangeResolver,
        ShadowChangeResolver,
        SampleSizeResolver,
        DeploymentExperimentsResolver,
        ModelVersionExperimentsResolver,
        MetricResolver,
        EventRetentionResolver,
        UnitErasureResolver,
        HoldoutResolver,
        MeasurementDefinitionsResolver,
        RolloutResolver,
        InboxResolver,
        DeploymentRolloutsResolver,
        ModelVersionRolloutsResolver,
        ShadowResolver,
        ShadowResultResolver,
        ShadowBreakdownResolver,
        DeploymentShadowsResolver,
        ModelVersionShadowsResolver,
      ],
      // Nothing of this subgraph leads to it: the gateway does.
      orphanedTypes: [InboxType],
    },
    references,
  );
