import { buildFederatedSchema, type FederatedSchema } from '../../shared/graphql/federated-schema.ts';
import { AlertDefinitionsResolver } from './alert/alert-definitions.ts';
import { AlertChangeResolver } from './alert/alert-change-resolver.ts';
import { AlertResolver } from './alert/alert-resolver.ts';
import { AlertRuleResolver } from './alert/alert-rule-resolver.ts';
import { AlertRuleType } from './alert/alert-rule.ts';
import { AlertType } from './alert/alert.ts';
import type { MonitoringContext } from './context.ts';
import { CostResolver } from './cost/cost-resolver.ts';
import { PriceResolver } from './cost/price-resolver.ts';
import { DeploymentResolver } from './deployment-resolver.ts';
import { DriftResolver, DriftWindowResolver } from './quality/drift-resolver.ts';
import { EdgeNodeResolver } from './node/edge-node-resolver.ts';
import { EdgeNodeType } from './node/edge-node.ts';
import { ExplanationResolver } from './record/explanation-resolver.ts';
import { FeatureViewResolver } from './feature-view-resolver.ts';
import { HoldoutResolver } from './record/holdout-resolver.ts';
import { IncidentChangeResolver } from './incident/incident-change-resolver.ts';
import { InboxResolver, InboxType } from './inbox-resolver.ts';
import { AlertIncidentResolver, IncidentHandlingResolver, IncidentResolver } from './incident/incident-resolver.ts';
import { IncidentType } from './incident/incident.ts';
import { IndicatorResolver } from './indicator.ts';
import { ModelVersionResolver } from './model-version-resolver.ts';
import { OutcomeAccountResolver } from './record/outcome-account-resolver.ts';
import { PerformanceResolver } from './quality/performance-resolver.ts';
import { PredictionResolver } from './record/prediction-resolver.ts';
import { PredictionType } from './record/prediction.ts';
import { DeploymentType, FeatureViewType, ModelVersionType, ShadowType } from './references.ts';
import { inboxReference } from '../../shared/graphql/inbox.ts';
import type { Reference } from '../../shared/graphql/reference.ts';
import { ShadowResolver } from './record/shadow-resolver.ts';
import { AnswerSeriesResolver } from './rollup/answer-series-resolver.ts';
import { AlertRoutingResolver } from './notify/alert-routing.ts';
import { DeploymentPillarsResolver, ModelVersionPillarsResolver } from './pillar/pillar-resolver.ts';
import { QualityResolver } from './quality/quality-resolver.ts';
import { ProfileResolver } from './quality/profile-resolver.ts';
import { ReceiverResolver } from './notify/receiver-resolver.ts';
import { ReceiverType } from './notify/receiver.ts';
import { RetentionResolver } from './retention/retention-resolver.ts';
import { RuleFileResolver } from './notify/rule-file.ts';
import { ResponsePolicyChangeResolver, ResponseRunChangeResolver } from './response/response-change-resolver.ts';
import { ResponsePolicyResolver } from './response/policy-resolver.ts';
import { ResponsePolicyType } from './response/policy.ts';
import {
  DeploymentResponseResolver,
  IncidentResponseResolver,
  ModelVersionResponseResolver,
  ResponseRunResolver,
} from './response/run-resolver.ts';
import { ResponseRunType } from './response/run.ts';
import { SilenceResolver } from './alert/silence-resolver.ts';
import { SilenceType } from './alert/silence.ts';

/** Our own nouns are looked up, many at once; those of others are known by their ids. */
const references = {
  Prediction: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.prediction.load(id), (found) => new PredictionType(found)),
  EdgeNode: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.edgeNode.load(id), (found) => new EdgeNodeType(found)),
  AlertRule: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.alertRule.load(id), (found) => new AlertRuleType(found)),
  Alert: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.alert.load(id), (found) => new AlertType(found)),
  Incident: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.incident.load(id), (found) => new IncidentType(found)),
  Receiver: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.receiver.load(id), (found) => new ReceiverType(found)),
  ResponsePolicy: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.responsePolicy.load(id), (found) => new ResponsePolicyType(found)),
  ResponseRun: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.responseRun.load(id), (found) => new ResponseRunType(found)),
  Silence: async ({ id }: Reference, { loaders }: MonitoringContext) =>
    wrap(await loaders.silence.load(id), (found) => new SilenceType(found)),
  Inbox: inboxReference,
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
        ExplanationResolver,
        EdgeNodeResolver,
        DriftResolver,
        DriftWindowResolver,
        HoldoutResolver,
        IncidentResolver,
        IncidentHandlingResolver,
        IncidentChangeResolver,
        AlertIncidentResolver,
        IndicatorResolver,
        InboxResolver,
        OutcomeAccountResolver,
        PerformanceResolver,
        QualityResolver,
        RetentionResolver,
        ProfileResolver,
        AlertRuleResolver,
        AlertDefinitionsResolver,
        AlertResolver,
        AlertChangeResolver,
        DeploymentResolver,
        PriceResolver,
        CostResolver,
        AnswerSeriesResolver,
        ModelVersionResolver,
        DeploymentPillarsResolver,
        ModelVersionPillarsResolver,
        FeatureViewResolver,
        ShadowResolver,
        SilenceResolver,
        ReceiverResolver,
        AlertRoutingResolver,
        RuleFileResolver,
        ResponsePolicyResolver,
        ResponseRunResolver,
        ResponsePolicyChangeResolver,
        ResponseRunChangeResolver,
        DeploymentResponseResolver,
        ModelVersionResponseResolver,
        IncidentResponseResolver,
      ],
      // Nothing of this subgraph leads to it: the gateway does.
      orphanedTypes: [InboxType],
    },
    references,
  );
