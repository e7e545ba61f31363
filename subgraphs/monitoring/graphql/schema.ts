import { buildFederatedSchema, type FederatedSchema } from '../../shared/graphql/federated-schema.ts';
import { AlertRuleResolver } from './alert-rule-changes.ts';
import { AlertRuleType } from './alert-rule.ts';
import { AlertResolver, AlertType } from './alert.ts';
import type { MonitoringContext } from './context.ts';
import { DeploymentResolver } from './deployment.ts';
import { DriftResolver } from './drift.ts';
import { EdgeNodeResolver, EdgeNodeType } from './edge-node.ts';
import { FeatureViewResolver } from './feature-view.ts';
import { ModelVersionResolver } from './model-version.ts';
import { PerformanceResolver } from './performance.ts';
import { PredictionResolver, PredictionType } from './prediction.ts';
import { DeploymentType, FeatureViewType, ModelVersionType, ShadowType } from './references.ts';
import { ShadowResolver } from './shadow.ts';

interface Reference {
  readonly id: string;
}

/** Our own nouns are looked up, many at once; those of others are known by their ids. */
const references = {
  Prediction: async ({ id }: Reference, { reading }: MonitoringContext) =>
    wrap(await reading.prediction.load(id), (found) => new PredictionType(found)),
  EdgeNode: async ({ id }: Reference, { reading }: MonitoringContext) =>
    wrap(await reading.edgeNode.load(id), (found) => new EdgeNodeType(found)),
  AlertRule: async ({ id }: Reference, { reading }: MonitoringContext) =>
    wrap(await reading.alertRule.load(id), (found) => new AlertRuleType(found)),
  Alert: async ({ id }: Reference, { reading }: MonitoringContext) =>
    wrap(await reading.alert.load(id), (found) => new AlertType(found)),
  Deployment: ({ id }: Reference) => new DeploymentType(id),
  ModelVersion: ({ id }: Reference) => new ModelVersionType(id),
  FeatureView: ({ id }: Reference) => new FeatureViewType(id),
  Shadow: ({ id }: Reference) => new ShadowType(id),
};

const wrap = <A, B>(value: A | null, wrapped: (value: A) => B): B | null => (value === null ? null : wrapped(value));

export const buildSchema = (): Promise<FederatedSchema> =>
  buildFederatedSchema(
    {
      resolvers: [
        PredictionResolver,
        EdgeNodeResolver,
        DriftResolver,
        PerformanceResolver,
        AlertRuleResolver,
        AlertResolver,
        DeploymentResolver,
        ModelVersionResolver,
        FeatureViewResolver,
        ShadowResolver,
      ],
    },
    references,
  );
