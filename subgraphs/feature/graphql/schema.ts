import {
  buildFederatedSchema,
  type FederatedSchema,
  type ReferenceResolver,
} from '../../shared/graphql/federated-schema.ts';
import {
  columnUrn,
  entityUrn,
  eventStreamUrn,
  featureUrn,
  materializationUrn,
  serviceUrn,
  sourceUrn,
  trainingSetUrn,
  viewUrn,
} from '../domain/ids.ts';
import type { FeatureContext } from './context.ts';
import { DefinitionsResolver } from './definitions-resolver.ts';
import { EntityResolver } from './entity-resolver.ts';
import { EntityType } from './entity.ts';
import { EventStreamResolver, StreamsOfSourceResolver } from './event-stream-resolver.ts';
import { EventStreamType } from './event-stream.ts';
import { FeatureDistributionsResolver } from './feature-distribution-resolver.ts';
import { FeatureServiceResolver } from './feature-service-resolver.ts';
import { FeatureServiceType } from './feature-service.ts';
import { FeatureResolver, FeatureViewResolver } from './feature-view-resolver.ts';
import { FeatureType, FeatureViewType } from './feature-view.ts';
import { MaterializationResolver } from './materialization-resolver.ts';
import { MaterializationType } from './materialization.ts';
import { OnlineFeaturesResolver } from './online-features-resolver.ts';
import { ColumnResolver, SourceResolver } from './source-resolver.ts';
import { ColumnType, SourceType } from './source.ts';
import { TrainingSetBuildResolver, TrainingSetResolver } from './training-set-resolver.ts';
import { TrainingSetType } from './training-set.ts';

/** A reference that names nothing of this project is null, so that one dead id costs one field. */
const references: Readonly<Record<string, ReferenceResolver<FeatureContext>>> = {
  Entity: async ({ id }, { loaders, actor }) => {
    const key = entityUrn.find(actor.project, id);
    const found = key && (await loaders.entity.load(key.name));
    return found && new EntityType(found);
  },
  Source: async ({ id }, { loaders, actor }) => {
    const key = sourceUrn.find(actor.project, id);
    const found = key && (await loaders.source.load(key.name));
    return found && new SourceType(found);
  },
  Column: async ({ id }, { loaders, actor }) => {
    const key = columnUrn.find(actor.project, id);
    const source = key && (await loaders.source.load(key.source));
    const column = source?.columns.find(({ name }) => name === key?.column);
    return source && column ? new ColumnType(source, column) : null;
  },
  EventStream: async ({ id }, { loaders, actor }) => {
    const key = eventStreamUrn.find(actor.project, id);
    const found = key && (await loaders.eventStream.load(key.name));
    return found && new EventStreamType(found);
  },
  FeatureView: async ({ id }, { loaders, actor }) => {
    const pin = viewUrn.find(actor.project, id);
    const found = pin && (await loaders.view.load(pin));
    return found && new FeatureViewType(found);
  },
  Feature: async ({ id }, { loaders, actor }) => {
    const key = featureUrn.find(actor.project, id);
    const view = key && (await loaders.view.load(key));
    const feature = view?.features.find(({ name }) => name === key?.feature);
    return view && feature ? new FeatureType(view, feature) : null;
  },
  FeatureService: async ({ id }, { loaders, actor }) => {
    const pin = serviceUrn.find(actor.project, id);
    const found = pin && (await loaders.service.load(pin));
    return found && new FeatureServiceType(found);
  },
  Materialization: async ({ id }, { loaders, actor }) => {
    const key = materializationUrn.find(actor.project, id);
    const found = key && (await loaders.materialization.load(key.key));
    return found && new MaterializationType(found);
  },
  TrainingSet: async ({ id }, { loaders, actor }) => {
    const key = trainingSetUrn.find(actor.project, id);
    const found = key && (await loaders.trainingSet.load(key.key));
    return found && new TrainingSetType(found);
  },
};

/** The subgraph's schema; it needs no database. */
export function buildSchema(): Promise<FederatedSchema> {
  return buildFederatedSchema(
    {
      resolvers: [
        DefinitionsResolver,
        EntityResolver,
        SourceResolver,
        EventStreamResolver,
        StreamsOfSourceResolver,
        ColumnResolver,
        FeatureViewResolver,
        FeatureResolver,
        FeatureServiceResolver,
        MaterializationResolver,
        OnlineFeaturesResolver,
        TrainingSetResolver,
        TrainingSetBuildResolver,
        FeatureDistributionsResolver,
      ],
    },
    references,
  );
}
